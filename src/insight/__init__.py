"""The insight workbook: customer-insight research that a council can re-run and a reviewer can check."""

__version__ = "0.1.0"
