"""The rendered report: pages from executed notebooks and from the run's results, built whole or not at all."""
