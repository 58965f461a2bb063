"""Cohorts, seats and enrolments: opening, nominating, confirming, withdrawing, substituting (RULES C1, C2)."""

from __future__ import annotations

from cohorts.enrolment.rules.cohorts import EDITABLE, edit_cohort, move_cohort, open_cohort
from cohorts.enrolment.rules.persons import enrol_someone, substitute_someone
from cohorts.enrolment.rules.seats import (
    confirm,
    edit_enrolment,
    enrol,
    give_seat,
    moves_for,
    substitute,
    withdraw,
)

__all__ = [
    "EDITABLE",
    "confirm",
    "edit_cohort",
    "edit_enrolment",
    "enrol",
    "enrol_someone",
    "give_seat",
    "move_cohort",
    "moves_for",
    "open_cohort",
    "substitute",
    "substitute_someone",
    "withdraw",
]
