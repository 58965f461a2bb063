"""How the journal's values are told: names for numbers, labels for states, hours for minutes (RULES D3).

The chain keeps what was written; a name is looked up when a page is read. Rooms and the roof register whose
names may be told, by table: persons are not among them and stay numbers.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from programme.base.database import Base
from programme.base.language import format_date, format_hours, format_mad
from programme.base.language import gettext as _

Namer = Callable[[Collection[int]], Mapping[int, str]]
_namers: dict[str, Namer] = {}
Worder = Callable[[Any], Any]
_worders: dict[tuple[str, str], Worder] = {}
ALIKE = {("association", "other"): "association"}
"""Fields that are no column of their subject and name a record all the same: its table."""


def name_by(table: str, namer: Namer) -> None:
    """Tell records of `table` by the names that `namer` answers, in one statement."""
    _namers[table] = namer


def word_by(subject: str, worders: Mapping[str, Worder]) -> None:
    """Tell fields of `subject` that are no column of it: what each makes of a value that is a text."""
    _worders.update({(subject, field): worder for field, worder in worders.items()})


def label_of(kinds: type[enum.Enum]) -> Worder:
    """Values of a choice by their labels; a value it does not know as it is."""
    labels = {one.value: getattr(one, "label", one.value) for one in kinds}
    return lambda value: str(labels.get(value, value))


def shortened(value: str) -> str:
    """The beginning of a digest, enough to tell which: the whole stands beside its file."""
    return f"{value[:16]}…"


def label(field: str, labels: Mapping[str, Any]) -> str:
    """A field's label; a length of time is told in hours, whatever its room counts in."""
    return _("Durée") if field == "minutes" else str(labels.get(field, field))


def told(entry: Any, field: str, value: Any) -> Any:
    """A number, or what an account serves, in words."""
    if field == "serves":
        served = [one.partition(":") for one in str(value or "").split(", ") if one]
        return " · ".join(_named(entry, kind, int(number)) for kind, _colon, number in served) or None
    if field.endswith("minutes"):
        return _("%(hours)s h", hours=format_hours(value))
    if field.endswith("_mad"):
        return format_mad(value)
    table = _table(entry.subject_type, field)
    return _named(entry, table, value) if table in _namers else value


def worded(subject: str, field: str, value: Any) -> Any:
    """Any other value: the label of a choice, a date in words, yes or no."""
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    return _worder(subject, field)(value) if isinstance(value, str) else value


def _worder(subject: str, field: str) -> Worder:
    """What a field makes of its texts: its room's own way, else what its column says."""
    table = Base.metadata.tables.get(subject)
    column = table.columns.get(field) if table is not None else None
    if (subject, field) in _worders:
        return _worders[subject, field]
    if column is None:
        return _day_in_words
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return label_of(column.type.enum_class)
    if isinstance(column.type, sa.Date):
        return lambda value: format_date(dt.date.fromisoformat(value[:10]))
    return str


def _day_in_words(value: str) -> str:
    """A day of a field that is no column of the subject, as people write days; any other text as it is."""
    try:
        return format_date(dt.date.fromisoformat(value)) if len(value) == len("2026-01-31") else value
    except ValueError:
        return value


def _table(subject: str, field: str) -> str:
    """The table at which a field points: by its foreign key, else by its name."""
    if (subject, field) in ALIKE:
        return ALIKE[subject, field]
    table = Base.metadata.tables.get(subject)
    column = table.columns.get(field) if table is not None else None
    if column is not None:
        return next((key.column.table.name for key in column.foreign_keys), "")
    return field.removesuffix("_id") if field.endswith("_id") else ""


def _named(entry: Any, table: str, number: int) -> str:
    name = _names(entry).get(table, {}).get(number)
    return f"\u2068{name}\u2069" if name else _("fiche n° %(number)s", number=number)


def _names(entry: Any) -> dict[str, Mapping[int, str]]:
    """The names that this entry and those read with it ask for, looked up together: one statement a table."""
    known: dict[str, Mapping[int, str]] | None = entry.__dict__.get("_told")
    if known is not None:
        return known
    session = object_session(entry)
    beside = (
        [entry] if session is None else [one for one in session.identity_map.values() if _is_like(one, entry)]
    )
    asked: dict[str, set[int]] = defaultdict(set)
    for one in beside:
        for table, number in _asked(one):
            asked[table].add(number)
    found = {table: _namers[table](numbers) for table, numbers in asked.items()}
    for one in beside:
        one.__dict__["_told"] = found
    return found


def _is_like(one: Any, entry: Any) -> bool:
    """Another entry that was read and still stands in memory; an expired one would be read again."""
    return type(one) is type(entry) and "after" in one.__dict__ and "before" in one.__dict__


def _asked(entry: Any) -> Iterator[tuple[str, int]]:
    for text in (entry.before, entry.after):
        for field, value in json.loads(text or "{}").items():
            if field == "serves":
                pairs = [one.partition(":") for one in str(value or "").split(", ") if one]
            elif isinstance(value, int) and not isinstance(value, bool):
                pairs = [(_table(entry.subject_type, field), ":", str(value))]
            else:
                continue
            yield from ((table, int(number)) for table, _colon, number in pairs if table in _namers)
