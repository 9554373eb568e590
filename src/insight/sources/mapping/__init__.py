"""How the columns and codes of a council's own export read in the workbook's: models, application, proposals."""
