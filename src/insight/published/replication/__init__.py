"""Replication: independent, real open data confirm or refute what was printed.

``data/published/<ledger>/replicable.csv`` lists what open data can test, with the sources needed and the measure; a
test runs once its sources lie in the council's folder of open data. Without them nothing is claimed: figures and
findings keep what the inputs gave and say which sources to fetch.
"""

from insight.published.replication.running import CLAIM, FIGURE, Item, Replication, items, needed_files, replicate

__all__ = ["CLAIM", "FIGURE", "Item", "Replication", "items", "needed_files", "replicate"]
