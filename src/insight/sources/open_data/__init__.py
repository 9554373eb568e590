"""Live open data: a registry of services, a thin client that distrusts them, files with their provenance beside them.

Nothing here is called during a run: `insight fetch` is the only command that goes out. What it brings lands in
``data/<council>/open/``, each file with a JSON of provenance, and :mod:`.tables` reads it into tidy tables.
"""
