"""Making a council's inputs of the open data that were fetched: look-up, outlines, classes, housing, indicators.

What is made here has the columns of the contracts, so that it is read like any file of a council's own.
"""

from insight.sources.open_data.supply.making import ORDER, Made, makeable, supply

__all__ = ["ORDER", "Made", "makeable", "supply"]
