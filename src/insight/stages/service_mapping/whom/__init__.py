"""Whom services reach, from the records that stage 01 linked: definitions, the unreached, their monitor, contacts."""

from insight.stages.service_mapping.whom.analysis import Whom, estimates, of_inputs, tables

__all__ = ["Whom", "estimates", "of_inputs", "tables"]
