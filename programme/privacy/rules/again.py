"""Erasing again: what a restored backup, older than an erasure, brought back; and what retention says is due."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from cohorts.people.models import Person
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.files import StoredFile
from programme.base.refusals import Refused
from programme.privacy.rules import listed
from programme.privacy.rules.erasure import Choices, erase
from programme.privacy.rules.listed import Line

log = logging.getLogger(__name__)


def brought_back(lines: Iterable[Line]) -> list[Person]:
    """Of the persons on the list those who stand here with their data.

    Whoever has that number here but was recorded at another instant is somebody else.
    """
    wanted = {one.person_id: one.recorded_at for one in lines}
    chosen = sa.select(Person).where(Person.id.in_(wanted), Person.erased_at.is_(None)).order_by(Person.id)
    return [one for one in db.session.scalars(chosen) if one.recorded_at == wanted[one.id]]


def erase_again(instance: Path, source: Path | None = None) -> int:
    """Erase once more everybody on the list (that of the instance, or `source`); each commits. Safe to repeat.

    Texts that name them are masked, as nobody is there to word them; names in records of their own are left, as
    they may be anybody's. Files that were removed with them are removed again. Answers how many persons had come
    back.
    """
    lines = listed.read(source or instance / listed.FILE)
    persons = [one.id for one in brought_back(lines)]
    files: dict[int, set[str]] = {}
    for one in lines:
        files.setdefault(one.person_id, set()).update(one.files)
    return erase_all(persons, instance, files)


def erase_all(
    person_ids: Sequence[int],
    instance: Path,
    files: Mapping[int, Iterable[str]] | None = None,
    most: int | None = None,
) -> int:
    """Erase these persons without anybody deciding on texts, at most `most`; each commits. How many were erased.

    `files` are the stored names of what goes with a person. Whom it is refused for stays, which is logged, and does
    not hold up the others.
    """
    done = 0
    for ident in person_ids:
        if done == most:
            break
        person = db.session.get(Person, ident)
        if person is None or person.erased_at is not None:
            continue  # one record with another that was erased just now
        named = StoredFile.stored_name.in_(list((files or {}).get(ident, ())))
        removed = db.session.scalars(sa.select(StoredFile.id).where(named)).all()
        try:
            erase(Actor.system(), person, Choices(removed=removed), instance, is_automatic=True)
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            log.error("record %s is not erased: %s", ident, refusal.code)
            continue
        done += 1
    return done


def complete(instance: Path) -> int:
    """Add to the list whoever was erased here and does not stand on it: a crash may have come between."""
    known = {one.person_id for one in listed.read(instance / listed.FILE)}
    chosen = sa.select(Person.id, Person.recorded_at, Person.erased_at).where(Person.erased_at.is_not(None))
    missing = [
        listed.line(erased, ident, recorded)
        for ident, recorded, erased in db.session.execute(chosen.order_by(Person.id)).all()
        if ident not in known and erased is not None
    ]
    if missing:
        listed.append(instance / listed.FILE, missing)
    return len(missing)
