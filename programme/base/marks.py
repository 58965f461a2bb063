"""Where the journal stood when something last changed in a region: what pages remember holds until then.

Each entry moves the mark of the regions that its subject belongs to, or the mark of the whole country where nobody
said which. Two marks stand side by side: of any entry, and of those after which a figure may read differently.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from programme.base.database import Base

EVERYWHERE = 0
"""Stands for the whole country: no region has this id."""


class JournalMark(Base):
    """Projection: the last entry that concerned a region, and the last after which its figures may differ."""

    __tablename__ = "journal_mark"
    __table_args__ = ({"info": {"projection": True}},)

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    latest: Mapped[int] = mapped_column()
    latest_fact: Mapped[int] = mapped_column()


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry as it is chained: `subject` is a record, or (type, id)."""

    sequence: int
    event: str
    kind: str
    subject: Any
    before: str | None
    after: str | None


Places = Callable[[Session, Any], Collection[int] | None]
_places: dict[str, Places] = {}
_beside: dict[str, tuple[str, ...]] = {}
_apart: set[str] = set()
_anywhere: set[str] = set()


def place(kind: str, regions: Places) -> None:
    """Say in which regions figures may differ after an entry about a record of the table `kind`; None: in any.

    Asked with the record itself, never with its id alone.
    """
    _places[kind] = regions


def beside(*events: str, unless: tuple[str, ...] = ()) -> None:
    """Say that no figure differs after these events, unless one of these fields changed.

    A record may then have left one region for another: the whole country is concerned. `room:` names all events
    of a room.
    """
    _beside.update(dict.fromkeys(events, unless))


def apart(*events: str) -> None:
    """Say that nothing that pages remember differs after these events: signing in, reading, exporting."""
    _apart.update(events)


def anywhere(*events: str) -> None:
    """Say that these events may concern other regions than those that the record now belongs to."""
    _anywhere.update(events)


def follow(session: Session, noted: Iterable[Noted]) -> None:
    """Move the marks that these entries concern; called while the head of the chain is held."""
    moved: dict[int, tuple[int, int]] = {}
    asked: dict[tuple[str, int], Collection[int]] = {}
    for one in noted:
        if one.event in _apart:
            continue
        is_fact = not _is_beside(one)
        is_anywhere = one.event in _anywhere or (is_fact and one.event in _beside)
        key = ("" if is_anywhere else one.kind, id(one.subject))
        if key not in asked:
            asked[key] = (EVERYWHERE,) if is_anywhere else _regions(session, one)
        fact = one.sequence if is_fact else 0
        for region_id in asked[key]:
            known = moved.get(region_id, (0, 0))
            moved[region_id] = (max(known[0], one.sequence), max(known[1], fact))
    for region_id, (latest, fact) in sorted(moved.items()):
        _move(session, region_id, latest, fact)


def _regions(session: Session, one: Noted) -> Collection[int]:
    ask = _places.get(one.kind)
    found = ask(session, one.subject) if ask is not None and not isinstance(one.subject, tuple) else None
    return (EVERYWHERE,) if found is None else found


def _is_beside(one: Noted) -> bool:
    fields = _beside.get(one.event, _beside.get(one.event.partition(":")[0] + ":"))
    if fields is None:
        return False
    changed = {*json.loads(one.before or "{}"), *json.loads(one.after or "{}")} if fields else set[str]()
    return not changed.intersection(fields)


def _move(session: Session, region_id: int, latest: int, fact: int) -> None:
    table = JournalMark.__table__
    values: dict[str, Any] = {"latest": latest} | ({"latest_fact": fact} if fact else {})
    link = session.connection()
    changed = link.execute(sa.update(table).where(table.c.region_id == region_id).values(values))  # type: ignore[arg-type]
    if not changed.rowcount:
        row = {"region_id": region_id, "latest": latest, "latest_fact": fact}
        link.execute(sa.insert(table).values(row))  # type: ignore[arg-type]


Marks = Mapping[int, tuple[int, int]]


def marks(session: Session) -> Marks:
    """(any entry, fact) by region id; one statement."""
    rows = session.execute(sa.select(JournalMark.region_id, JournalMark.latest, JournalMark.latest_fact))
    return {row[0]: (row[1], row[2]) for row in rows}


def version(
    found: Marks, regions: Collection[int] | None, *, facts_only: bool
) -> tuple[tuple[int, int], ...]:
    """What an answer about these regions (None: all) holds for: it differs as soon as the answer may."""
    which = 1 if facts_only else 0
    wanted = found.keys() if regions is None else {EVERYWHERE, *regions} & found.keys()
    return tuple((one, found[one][which]) for one in sorted(wanted))
