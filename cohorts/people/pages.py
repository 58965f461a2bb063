"""A person's history in words: the seat by its association."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from programme.base.journal import FIELDS, JournalEntry
from programme.base.language import gettext as _
from programme.base.told import Told

INNER = frozenset({"person_id", "other"})
"""Fields that name a record by its number: the page is that person's own."""


def told(entries: Iterable[JournalEntry], enrolments: Iterable[Any]) -> list[Told]:
    """The entries of a person's file; `enrolments` are theirs, to say at which association a seat is."""
    seats = {one.id: one.seat for one in enrolments}
    return [_told(entry, seats) for entry in entries]


def _told(entry: JournalEntry, seats: Mapping[int, Any]) -> Told:
    names = {str(FIELDS.get(name, name)): name for name in (*INNER, "seat")}
    seat = seats.get(entry.subject_id or 0) if entry.subject_type == "enrolment" else None
    changes = [
        (label, _worded(names.get(label), before, seat), _worded(names.get(label), after, seat))
        for label, before, after in entry.changes
        if names.get(label) not in INNER
    ]
    return Told(entry.sentence, entry.who, entry.at, changes)


def _worded(field: str | None, value: Any, seat: Any) -> Any:
    if field == "seat" and value is not None and seat is not None:
        return _("%(number)s – %(name)s", number=value, name=seat.association.name)
    return value
