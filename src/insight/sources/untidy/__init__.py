"""Files as councils hold them: workbooks and CSV with titles, totals, notes, marks and spreadsheet habits.

:mod:`grids` gives the cells of a file, :mod:`headers` finds the header, :mod:`bodies` keeps the records,
:mod:`cells` reads the values by the contract. Each says what it changed; what could be read two ways is refused.
"""
