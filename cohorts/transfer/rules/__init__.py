"""Verbs of transfers: enter, name participants, submit (declare), validate, return, refuse, reopen (RULES C6)."""

from cohorts.transfer.rules.activities import (
    edit,
    enter,
    is_stranger,
    move,
    refuse,
    reopen,
    return_,
    submit,
    validate,
)
from cohorts.transfer.rules.participants import (
    Participant,
    add_participants,
    change_minutes,
    remove_participant,
)

__all__ = [
    "Participant",
    "add_participants",
    "change_minutes",
    "edit",
    "enter",
    "is_stranger",
    "move",
    "refuse",
    "remove_participant",
    "reopen",
    "return_",
    "submit",
    "validate",
]
