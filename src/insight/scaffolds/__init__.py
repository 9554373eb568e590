"""Scaffolds: a stage of a council's own as a package outside the repository, and an indicator as rows to fill."""
