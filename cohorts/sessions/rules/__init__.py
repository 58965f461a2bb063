"""Sessions: planned, marked, submitted, validated by another person, corrected (RULES C3–C6)."""

from __future__ import annotations

from cohorts.sessions.rules.attendance import correct, correct_cell, mark, mark_what_fits
from cohorts.sessions.rules.evidence import attach
from cohorts.sessions.rules.life import cancel, missing_marks, restore, return_, submit, validate
from cohorts.sessions.rules.place import SittingPlan, warnings_of
from cohorts.sessions.rules.planning import arrange, edit, schedule
from cohorts.sessions.rules.sittings import add_sitting, edit_sitting, remove_sitting
from cohorts.sessions.rules.trainers import find_or_add_trainer
from cohorts.sessions.rules.undoing import keep_what_was_handed_in

__all__ = [
    "SittingPlan",
    "add_sitting",
    "arrange",
    "attach",
    "cancel",
    "correct",
    "correct_cell",
    "edit",
    "edit_sitting",
    "find_or_add_trainer",
    "keep_what_was_handed_in",
    "mark",
    "mark_what_fits",
    "missing_marks",
    "remove_sitting",
    "restore",
    "return_",
    "schedule",
    "submit",
    "validate",
    "warnings_of",
]
