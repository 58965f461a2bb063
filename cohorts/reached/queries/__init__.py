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

__all__ = [
    "Census",
    "Completion",
    "Evidence",
    "census",
    "completions",
    "evidence",
    "pending",
    "reached_range",
]
