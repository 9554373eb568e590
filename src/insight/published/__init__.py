"""What the publication printed, and the rules by which the workbook holds itself against it."""
