"""Whether the journal's chain is whole: what was changed behind the application's back shows (RULES D3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base import redacting
from programme.base.journal import GENESIS, JournalEntry, JournalHead, digest_of, link_of


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the chain breaks: the sequence number and what is wrong there."""

    sequence: int
    kind: str


def verify(session: Session | Any) -> list[Fault]:
    """Every place where the journal was changed behind the application's back; empty when sound.

    Finds edited, removed, inserted and reordered entries by the chain, a cut tail by the head. An entry from
    which personal values were taken holds what the entry about that sealed. A whole chain that was made anew
    shows only against heads kept elsewhere: `programme.base.heads`.
    """
    faults: list[Fault] = []
    redacted = redacting.sealed_anew(session)
    expected, previous = 1, GENESIS
    for entry in session.scalars(
        sa.select(JournalEntry).order_by(JournalEntry.sequence).execution_options(yield_per=2000)
    ):
        if entry.sequence != expected:
            faults.append(Fault(expected, "missing"))
        if entry.previous != previous:
            faults.append(Fault(entry.sequence, "unlinked"))
        if digest_of(link_of(entry)) != redacted.get(entry.sequence, entry.digest):
            faults.append(Fault(entry.sequence, "altered"))
        expected, previous = entry.sequence + 1, entry.digest
    head = session.get(JournalHead, 1)
    if head is not None and (head.sequence, head.digest) != (expected - 1, previous):
        faults.append(Fault(expected, "cut"))
    if head is None and expected > 1:
        faults.append(Fault(expected, "cut"))
    return faults
