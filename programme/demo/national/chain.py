"""Entries of the journal for what is written in bulk: one for each fact, chained like any other (RULES D3)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from programme.base import clock
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.journal import GENESIS, HIDDEN, JournalEntry, JournalHead, digest_of
from programme.base.marks import EVERYWHERE, JournalMark
from programme.demo.national.bulk import Bulk


class Chain:
    """Continues the chain from its head, which `finish` moves; nobody else may write meanwhile."""

    def __init__(self, bulk: Bulk) -> None:
        db.session.commit()  # what the rules recorded is chained on commit
        self._bulk = bulk
        head = db.session.get(JournalHead, 1, with_for_update=True)
        self._head = head if head is not None else JournalHead(id=1, sequence=0, digest=GENESIS)
        db.session.add(self._head)
        self._sequence, self._digest = self._head.sequence, self._head.digest
        self._at = clock.now()

    def note(
        self,
        actor: Actor,
        event: str,
        subject: tuple[str, int],
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        hidden: tuple[str, ...] = (),
    ) -> None:
        """One entry, as `journal.record` would write it; values must be plain."""
        values = {
            "sequence": self._sequence + 1,
            "at": self._at.isoformat(timespec="microseconds"),
            "actor_id": actor.account_id,
            "actor_name": actor.name,
            "event": event,
            "subject_type": subject[0],
            "subject_id": subject[1],
            "before": _dumped(before),
            "after": _dumped(
                {**(after or {}), **dict.fromkeys(hidden, HIDDEN)} if after is not None else None
            ),
            "reason": None,
            "previous": self._digest,
        }
        digest = digest_of(values)
        self._bulk.add(JournalEntry, {**values, "at": self._at, "digest": digest})
        self._sequence, self._digest = self._sequence + 1, digest

    def finish(self) -> None:
        """Move the head to the last entry, and the mark of the whole country with it."""
        self._head.sequence, self._head.digest = self._sequence, self._digest
        at = {"latest": self._sequence, "latest_fact": self._sequence}
        db.session.merge(JournalMark(region_id=EVERYWHERE, **at))
        db.session.flush()


def _dumped(values: dict[str, Any] | None) -> str | None:
    if values is None:
        return None
    plain = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)
