"""The proofreader: every number of a draft against the figures of a run."""
