"""Who was erased, by number alone, in a file of the instance: a backup that is older than an erasure does not know it.

Lines are `instant person recorded-at`. A number without its instant of recording would mean somebody else in a
database where another person got it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from cohorts.people.models import Person
from programme.base import clock

FILE = "erasures.txt"
_LINES, _PATHS = "erasures_to_list", "erasures_to_unlink"


@dataclass(frozen=True, slots=True)
class Line:
    """One erased person: the number and when that record was made."""

    person_id: int
    recorded_at: dt.datetime


def remember(session: Session | Any, instance: Path, person: Person) -> None:
    """Add the person to the list once the transaction commits, on the disk before anybody hears of it."""
    made = line(clock.now(), person.id, person.recorded_at)
    session.info.setdefault(_LINES, []).append((instance / FILE, made))


def line(erased: dt.datetime, ident: int, recorded: dt.datetime) -> str:
    """One line of the list, its end included."""
    at = recorded.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return f"{erased.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ} {ident} {at}\n"


def unlink_later(session: Session | Any, paths: Iterable[Path]) -> None:
    """Remove these files once the transaction commits."""
    session.info.setdefault(_PATHS, []).extend(paths)


def read(path: Path) -> list[Line]:
    """The lines of a list, oldest first; what is no line, torn by a crash, is passed over."""
    found = []
    text = path.read_text("ascii", errors="replace") if path.exists() else ""
    for written in text.splitlines():
        parts = written.split(" ")
        try:
            found.append(Line(int(parts[1]), dt.datetime.fromisoformat(parts[2])))
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
    by_file: dict[Path, list[str]] = {}
    for path, written in session.info.pop(_LINES, []):
        by_file.setdefault(path, []).append(written)
    for path, lines in by_file.items():
        append(path, lines)
    for path in session.info.pop(_PATHS, []):
        path.unlink(missing_ok=True)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_LINES, None)
    session.info.pop(_PATHS, None)
