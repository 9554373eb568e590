"""Settings with which JupyterLab opens on the workbook."""
