"""Papers for committees, made from the same pages and tables as the report: PDF, Word, spreadsheet."""
