"""Running the nine notebooks: registry, fingerprints, execution, record of the run, and what was found."""
