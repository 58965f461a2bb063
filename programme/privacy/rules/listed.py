"""Who was erased, by number alone, in a file of the instance: a backup that is older than an erasure does not know it.

Lines are `instant person recorded-at`, then the stored names of the files that went with the person. A number
without its instant of recording would mean somebody else in a database where another person got it.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from cohorts.people.models import Person
from programme.base import clock

log = logging.getLogger(__name__)
FILE = "erasures.txt"
_LINES, _PATHS = "erasures_to_list", "erasures_to_unlink"


@dataclass(frozen=True, slots=True)
class Line:
    """One erased person: the number, when that record was made, and the stored names of the files removed."""

    person_id: int
    recorded_at: dt.datetime
    files: tuple[str, ...] = ()


def remember(session: Session, instance: Path, person: Person, files: Iterable[str] = ()) -> None:
    """Add the person to the list once the transaction commits, on the disk before anybody hears of it."""
    made = line(clock.now(), person.id, person.recorded_at, files)
    session.info.setdefault(_LINES, []).append((_savepoints(session), instance / FILE, made))


def line(erased: dt.datetime, ident: int, recorded: dt.datetime, files: Iterable[str] = ()) -> str:
    """One line of the list, its end included."""
    at = recorded.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return " ".join([f"{erased.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ} {ident} {at}", *files]) + "\n"


def unlink_later(session: Session, paths: Iterable[Path]) -> None:
    """Remove these files once the transaction commits."""
    inside = _savepoints(session)
    session.info.setdefault(_PATHS, []).extend((inside, path) for path in paths)


def _savepoints(session: Session) -> list[SessionTransaction]:
    """The savepoints that are open: what is asked in one does not happen where it is taken back."""
    found, here = [], session.get_nested_transaction()
    while here is not None and here.nested:
        found.append(here)
        here = here.parent
    return found


def read(path: Path) -> list[Line]:
    """The lines of a list, oldest first; what is no line, torn by a crash, is passed over."""
    found = []
    text = path.read_text("ascii", errors="replace") if path.exists() else ""
    for written in text.splitlines():
        parts = written.split(" ")
        try:
            found.append(Line(int(parts[1]), dt.datetime.fromisoformat(parts[2]), tuple(parts[3:])))
        except (IndexError, ValueError):
            continue
    return found


def append(path: Path, lines: Iterable[str]) -> None:
    """Add lines and wait for the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, "".join(lines).encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


@event.listens_for(Session, "after_commit")
def _leave(session: Session) -> None:
    if session.in_nested_transaction():  # SQLAlchemy calls this at the end of a savepoint too
        return
    lines, paths = session.info.pop(_LINES, []), session.info.pop(_PATHS, [])
    by_file: dict[Path, list[str]] = {}
    for _inside, path, written in lines:
        by_file.setdefault(path, []).append(written)
    try:
        for path, those in by_file.items():
            append(path, those)
    except OSError as failure:  # the erasure happened: the doctor names who is missing, `complete` adds them
        log.error("the list of erasures was not written: %s", type(failure).__name__)
    finally:
        for _inside, path in paths:
            path.unlink(missing_ok=True)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    for name in (_LINES, _PATHS):
        asked = session.info.pop(name, [])
        if previous.nested:
            session.info[name] = [one for one in asked if previous not in one[0]]
