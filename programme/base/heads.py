"""Heads of the journal's chain kept outside the database: printed on reports, written to a file every day (RULES D3).

Whoever can write in the database can also make a whole new chain that is sound in itself. It cannot agree with a
head that stands on paper, or in a file that was copied elsewhere.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base import clock
from programme.base.chain import Fault
from programme.base.journal import GENESIS, JournalEntry, JournalHead

FOLDER = "heads"
DIGITS = 16
"""Hex digits of a digest that are printed: 64 bits, to which nobody finds another entry."""
_PRINTED = re.compile(r"([0-9]{1,15}):([0-9a-f]{12,64})")
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at an instant. `digest` is whole, or the beginning that was printed."""

    sequence: int
    digest: str
    at: dt.datetime | None = None

    def __str__(self) -> str:
        """As it is printed, and as `programme audit verify --head` takes it."""
        return f"{self.sequence}:{self.digest[:DIGITS]}"


def present(session: Session | Any) -> Head:
    """The head as it stands now; sequence 0 in a journal without entries."""
    found = session.execute(sa.select(JournalHead.sequence, JournalHead.digest)).first()
    return Head(found[0], found[1], clock.now()) if found else Head(0, GENESIS, clock.now())


def printed(text: str) -> Head:
    """The head that somebody reads off a report, `SEQ:DIGEST`. Raises ValueError for anything else."""
    found = _PRINTED.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("a head is written like 1234:0123456789abcdef")
    return Head(int(found[1]), found[2])


def write(session: Session | Any, instance: Path) -> Head:
    """Append the present head to this month's file below the instance, on the disk when this returns.

    To be called once a day, and to be copied to where who runs the database cannot write. Raises OSError.
    """
    head = present(session)
    folder = instance / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    assert head.at is not None
    path = folder / f"{clock.day_of(head.at):%Y-%m}.txt"
    line = f"{head.at:%Y-%m-%dT%H:%M:%SZ} {head.sequence} {head.digest}\n"
    # One write in append mode: two processes do not tear each other's line.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, line.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    return head


def recorded(instance: Path) -> list[Head]:
    """The heads of all months, oldest first; a line that is none, torn by a crash, is passed over."""
    found = []
    for path in sorted((instance / FOLDER).glob("*.txt")):
        for line in path.read_text("ascii", errors="replace").splitlines():
            parts = line.split(" ")
            if len(parts) == 3 and _PRINTED.fullmatch(f"{parts[1]}:{parts[2]}"):
                found.append(Head(int(parts[1]), parts[2], _instant(parts[0])))
    return found


def _instant(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def contradicted(session: Session | Any, heads: Iterable[Head]) -> list[Fault]:
    """The heads that the chain no longer has: cut off, or another entry in its place, by sequence."""
    wanted = {(one.sequence, one.digest) for one in heads if one.sequence > 0}
    numbers = sorted({sequence for sequence, _digest in wanted})
    known: dict[int, str] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        chosen = sa.select(JournalEntry.sequence, JournalEntry.digest).where(
            JournalEntry.sequence.in_(numbers[start : start + _AT_ONCE])
        )
        known.update((row[0], row[1]) for row in session.execute(chosen))
    unlike = {sequence for sequence, digest in wanted if not known.get(sequence, "").startswith(digest)}
    return [Fault(sequence, "rewritten") for sequence in sorted(unlike)]
