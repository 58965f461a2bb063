"""Suspected duplicates: found by province, suggested, decided by a person and remembered (RULES A4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from programme.base import clock, folding, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.holding import hold
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from regions.associations.models import Association, AssociationSuspicion, SuspicionState
from regions.associations.queries.identity import neighbours

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
    """The names that one record is compared with, prepared once."""

    positions: dict[int, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    exact: dict[str, list[int]] = field(default_factory=dict)

    def add(self, association_id: int, name: str, key: str) -> None:
        """Add a name and its duplicate key as it is stored, once."""
        if association_id in self.positions:
            return
        self.positions[association_id] = len(self.ids)
        self.exact.setdefault(key, []).append(len(self.ids))
        self.ids.append(association_id)
        self.names.append(name)
        self.keys.append(folding.compare_key(name))

    def like(self, association_id: int, name: str, key: str) -> list[tuple[int, str, int]]:
        """(id, name, score) of the others that may be the same, the likest first."""
        scores = dict.fromkeys(self.exact.get(key, ()), 100)
        for position, verdict in folding.closest(name, self.keys, MOST + 1):
            scores.setdefault(position, round(verdict.score))
        found = [(self.ids[at], self.names[at], score) for at, score in scores.items()]
        others = [one for one in found if one[0] != association_id]
        return sorted(others, key=lambda one: (-one[2], one[0]))[:MOST]


class Blocks:
    """Blocks by province, kept for one run of many records."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int | None, int], Block] = {}

    def of(self, association: Association) -> Block:
        """The block of this record, read at its first use."""
        place = (association.province_id, association.region_id)
        if place not in self._blocks:
            block = Block()
            for row in neighbours(*place):
                block.add(*row)
            self._blocks[place] = block
        return self._blocks[place]


def detect(records: Sequence[Association], blocks: Blocks | None = None) -> list[Suspected]:
    """Compare flushed records with their province, keep new suspicions and answer them.

    A pair that is known already, decided or not, is not suggested again.
    """
    known = _known_pairs([record.id for record in records])
    run = blocks or Blocks()
    found: list[Suspected] = []
    for record in records:
        block = run.of(record)
        block.add(record.id, record.name_ar, record.match_key)
        for other_id, other_name, score in block.like(record.id, record.name_ar, record.match_key):
            pair = (min(record.id, other_id), max(record.id, other_id))
            if pair in known:
                continue
            known.add(pair)
            db.session.add(AssociationSuspicion(first_id=pair[0], second_id=pair[1], score=score))
            found.append(Suspected(record, other_id, other_name, score))
    db.session.flush()
    return found


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
