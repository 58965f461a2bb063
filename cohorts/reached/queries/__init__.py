"""Reads of the count; `scope` first. `census` counts once what several figures need."""

from cohorts.reached.queries.census import (
    Census,
    Completion,
    Evidence,
    census,
    completions,
    evidence,
    pending,
    reached_range,
)
from cohorts.reached.queries.lineage import Lineage, lineage
from cohorts.reached.queries.names import Names, names

__all__ = [
    "Census",
    "Completion",
    "Evidence",
    "Lineage",
    "Names",
    "census",
    "completions",
    "evidence",
    "lineage",
    "names",
    "pending",
    "reached_range",
]
