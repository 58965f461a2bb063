"""Suspected duplicates: found by province, suggested, decided by a person and remembered (RULES A4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from programme.base import clock, folding, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.holding import hold
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from regions.associations.models import Association, AssociationSuspicion, SuspicionState
from regions.associations.queries.identity import names_of, neighbours

MOST = 5
"""The most suspicions that one record raises: beyond it a name says too little to tell."""

journal.declare(
    {
        "association:suspicion:distinct": _l("Doublon écarté"),
        "association:suspicion:reopen": _l("Doublon de nouveau à examiner"),
    }
)


@dataclass(frozen=True, slots=True)
class Suspected:
    """A record and the one that it resembles; `score` is 0 to 100."""

    association: Association
    other_id: int
    other_name: str
    score: int


@dataclass(slots=True)
class Block:
    """The names that one record is compared with: lists of one length, by position."""

    ids: list[int]
    matches: list[str]
    keys: list[str]
    known: set[int]

    @classmethod
    def of(cls, place: tuple[int | None, int], like: Association | None = None) -> Block:
        """What stands in a place, or only what may resemble one record."""
        ids, matches, keys = neighbours(*place, like)
        return cls(ids, matches, keys, set(ids))

    def add(self, record: Association) -> None:
        """Add a record by its stored keys, once."""
        if record.id not in self.known:
            self.known.add(record.id)
            self.ids.append(record.id)
            self.matches.append(record.match_key)
            self.keys.append(record.compare_key)

    def like(self, record: Association) -> list[tuple[int, int]]:
        """(id, score) of the others that may be the same, the likest first."""
        scores = dict.fromkeys(_places(record.match_key, self.matches), 100)
        for position, verdict in folding.closest(record.compare_key, self.keys, MOST + 1):
            scores.setdefault(position, round(verdict.score))
        others = [(self.ids[at], score) for at, score in scores.items() if self.ids[at] != record.id]
        return sorted(others, key=lambda one: (-one[1], one[0]))[:MOST]


def _places(key: str, keys: list[str]) -> Iterator[int]:
    """The positions of a key, at the speed of the list's own search."""
    at = -1
    for _time in range(keys.count(key)):
        at = keys.index(key, at + 1)
        yield at


class Blocks:
    """Blocks by province, kept for one run of many records."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int | None, int], Block] = {}

    def of(self, association: Association) -> Block:
        """The block of this record, read at its first use."""
        place = (association.province_id, association.region_id)
        if place not in self._blocks:
            self._blocks[place] = Block.of(place)
        return self._blocks[place]


def detect(records: Sequence[Association], blocks: Blocks | None = None) -> list[Suspected]:
    """Compare flushed records with their province, keep new suspicions and answer them.

    A pair that is known already, decided or not, is not suggested again.
    """
    known = _known_pairs([record.id for record in records])
    run = Blocks() if blocks is None and len(records) > 1 else blocks
    found: list[tuple[Association, int, int]] = []
    for record in records:
        for other_id, score in _resembling(record, run):
            pair = (min(record.id, other_id), max(record.id, other_id))
            if pair not in known:
                known.add(pair)
                db.session.add(AssociationSuspicion(first_id=pair[0], second_id=pair[1], score=score))
                found.append((record, other_id, score))
    db.session.flush()
    names = names_of({other_id for _record, other_id, _score in found}) if found else {}
    return [Suspected(record, other_id, names[other_id], score) for record, other_id, score in found]


def _resembling(record: Association, run: Blocks | None) -> list[tuple[int, int]]:
    """Whom one record resembles; alone it asks only for names as long as its own, in a run for the whole block."""
    if run is None:
        return Block.of((record.province_id, record.region_id), record).like(record)
    block = run.of(record)
    block.add(record)
    return block.like(record)


def _known_pairs(ids: Iterable[int]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    wanted = list(ids)
    pair = (AssociationSuspicion.first_id, AssociationSuspicion.second_id)
    for start in range(0, len(wanted), 400):
        some = wanted[start : start + 400]
        chosen = sa.select(*pair).where(sa.or_(pair[0].in_(some), pair[1].in_(some))).order_by(*pair)
        found.update((row[0], row[1]) for row in db.session.execute(chosen))
    return found


@acting(Permission.ASSOCIATION_WRITE)
def decide_distinct(actor: Actor, suspicion: AssociationSuspicion, *, reason: str | None = None) -> None:
    """« Not a duplicate »: remembered, the pair is not suggested again (RULES A4)."""
    _decide(actor, suspicion, SuspicionState.OPEN, SuspicionState.DISTINCT, reason)


@acting(Permission.ASSOCIATION_WRITE)
def reopen(actor: Actor, suspicion: AssociationSuspicion, *, reason: str | None = None) -> None:
    """Take back « not a duplicate »."""
    _decide(actor, suspicion, SuspicionState.DISTINCT, SuspicionState.OPEN, reason)


def _decide(
    actor: Actor,
    suspicion: AssociationSuspicion,
    source: SuspicionState,
    target: SuspicionState,
    reason: str | None,
) -> None:
    hold(suspicion, "state")
    if suspicion.state is not source:
        raise Refused(_("Ce doublon a déjà été traité."), "state", code="A4")
    suspicion.state = target
    is_decided = target is SuspicionState.DISTINCT
    suspicion.decided_by_id = actor.account_id if is_decided else None
    suspicion.decided_at = clock.now() if is_decided else None
    event = "association:suspicion:distinct" if is_decided else "association:suspicion:reopen"
    for one, other in ((suspicion.first_id, suspicion.second_id), (suspicion.second_id, suspicion.first_id)):
        journal.record(db.session, actor, event, ("association", one), after={"other": other}, reason=reason)
    db.session.flush()
