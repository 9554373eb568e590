"""How severe the tests of the findings are: detection where a claim is true, false alarms where it is false.

Worlds from seeds fixed beforehand go through the stages' own functions; rates are kept as data under
``data/reference/severity`` and shown beside each finding. Nothing else in the package imports this one.
Run with ``nox -s calibrate`` or ``python -m insight.calibration``.
"""
