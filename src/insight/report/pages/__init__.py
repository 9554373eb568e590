"""The pages of the report that come from results: one module a page, each a function of the run."""
