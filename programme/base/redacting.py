"""Personal values taken out of journal entries without breaking the chain (RULES D3; law 09-08, erasure).

The chain forgets nothing, and people have the right to be forgotten. An entry from which a name was taken keeps
its place, its digest and its link, so those after it still fit; a later entry says which ones were changed and
seals what they hold now. Whoever verifies the chain accepts exactly that content and no other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base import journal
from programme.base.access import Actor
from programme.base.journal import JournalEntry, digest_of, link_of
from programme.base.language import lazy_gettext as _l

EVENT = "journal:entry:redact"
TEXTS = ("actor_name", "before", "after", "reason")
"""The columns of an entry that can hold personal values; nothing else of it is ever touched."""
_AT_ONCE = 200

journal.declare({EVENT: _l("Données personnelles retirées d'entrées du journal")}, quiet=("entries",))

Change = Mapping[str, str | None]


def redact(
    session: Session | Any, actor: Actor, changes: Mapping[int, Change], *, reason: str | None = None
) -> None:
    """Replace texts of entries, by sequence, and seal what they hold now in entries of their own. Flushes.

    `reason` must not name anybody. Raises KeyError for a column that is not one of `TEXTS`, or an entry that is
    not there.
    """
    numbers = sorted(changes)
    for start in range(0, len(numbers), _AT_ONCE):
        _redact_some(session, actor, {one: changes[one] for one in numbers[start : start + _AT_ONCE]}, reason)


def _redact_some(session: Any, actor: Actor, changes: Mapping[int, Change], reason: str | None) -> None:
    chosen = sa.select(JournalEntry).where(JournalEntry.sequence.in_(changes))
    found = {one.sequence: one for one in session.scalars(chosen)}
    sealed: dict[str, str] = {}
    for sequence, change in sorted(changes.items()):
        entry = found[sequence]
        for name, text in change.items():
            if name not in TEXTS:
                raise KeyError(name)
            setattr(entry, name, text)
        sealed[str(sequence)] = digest_of(link_of(entry))
    session.flush()
    subject = ("journal_entry", next(iter(sorted(changes))))
    after = {"entries": json.dumps(sealed, separators=(",", ":")), "count": len(sealed)}
    journal.record(session, actor, EVENT, subject, after=after, reason=reason)


def sealed_anew(session: Session | Any) -> dict[int, str]:
    """By sequence, the digest of what a redacted entry holds: of the last redaction that names it."""
    chosen = sa.select(JournalEntry.sequence, JournalEntry.after).where(JournalEntry.event == EVENT)
    known: dict[int, str] = {}
    for sequence, after in session.execute(chosen.order_by(JournalEntry.sequence)):
        known.update((one, digest) for one, digest in _named(after) if one < sequence)
    return known


def _named(after: str | None) -> Sequence[tuple[int, str]]:
    try:
        entries = json.loads(json.loads(after or "{}").get("entries", "{}"))
        return [(int(number), str(digest)) for number, digest in entries.items()]
    except (ValueError, AttributeError):
        return []  # this entry was itself tampered with, which the chain finds
