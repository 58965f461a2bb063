"""Reads of records that may be one person, and of what stands against joining them; `scope` first for pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import ACTIVE_STATES, Enrolment
from cohorts.people.models import PairState, Person, PersonPair
from cohorts.people.queries.records import visible
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.journal import JournalEntry


def pair_of(first_id: int, second_id: int) -> PersonPair | None:
    """The remembered pair of two persons, whatever its state."""
    low, high = sorted((first_id, second_id))
    return db.session.scalar(
        sa.select(PersonPair).where(PersonPair.first_id == low, PersonPair.second_id == high)
    )


def pairs_involving(person_ids: Collection[int]) -> Sequence[PersonPair]:
    """Pairs of these persons that are not known to be distinct."""
    either = sa.or_(PersonPair.first_id.in_(person_ids), PersonPair.second_id.in_(person_ids))
    chosen = sa.select(PersonPair).where(PersonPair.state != PairState.DISTINCT, either)
    return db.session.scalars(chosen.order_by(PersonPair.id)).all() if person_ids else []


def identified(person_ids: Collection[int]) -> set[int]:
    """Those of these persons who have a national id."""
    chosen = sa.select(Person.id).where(Person.id.in_(person_ids), Person.national_id_hash.is_not(None))
    return set(db.session.scalars(chosen))


def joined(pair: PersonPair) -> set[int]:
    """Ids of the records that would be one person if this pair were."""
    return enrolment.records_of(pair.first_id) | enrolment.records_of(pair.second_id)


def cards(person_ids: Collection[int]) -> int:
    """How many national ids these records have."""
    return (
        db.session.scalar(sa.select(sa.func.count(Person.national_id_hash)).where(Person.id.in_(person_ids)))
        or 0
    )


def holds_two_places(person_ids: Collection[int]) -> bool:
    """Whether these records hold more than one place in one regional programme."""
    chosen = (
        sa.select(Enrolment.regional_programme_id)
        .where(Enrolment.person_id.in_(person_ids), Enrolment.state.in_(ACTIVE_STATES))
        .group_by(Enrolment.regional_programme_id)
        .having(sa.func.count() > 1)
        .limit(1)
    )
    return db.session.scalar(chosen) is not None


def pairs_among(person_ids: Collection[int], state: PairState) -> Sequence[PersonPair]:
    """Pairs in this state both of whose records are among these."""
    return db.session.scalars(
        sa.select(PersonPair)
        .where(
            PersonPair.state == state,
            PersonPair.first_id.in_(person_ids),
            PersonPair.second_id.in_(person_ids),
        )
        .order_by(PersonPair.id)
    ).all()


def held_pair(pair_id: int) -> PersonPair:
    """The pair as it stands now, held until the transaction ends: of two who decide the second is told."""
    chosen = sa.select(PersonPair).where(PersonPair.id == pair_id).with_for_update()
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one()


def recorders(person_ids: Collection[int]) -> set[int]:
    """Accounts that entered or changed one of these records, as the journal has it: what was committed."""
    chosen = sa.select(JournalEntry.actor_id).where(
        JournalEntry.subject_type == "person",
        JournalEntry.subject_id.in_(person_ids),
        JournalEntry.event.in_(("people:person:add", "people:person:edit")),
        JournalEntry.actor_id.is_not(None),
    )
    return {one for one in db.session.scalars(chosen) if one is not None}


def person_pairs(
    scope: Scope, state: PairState = PairState.OPEN, after: int = 0, limit: int = 25
) -> Sequence[PersonPair]:
    """Pairs in one state whose records are both in scope, by id from `after` on."""
    return db.session.scalars(
        _both_seen(scope)
        .where(PersonPair.state == state, PersonPair.id > after)
        .order_by(PersonPair.id)
        .limit(limit)
    ).all()


def count_open_pairs(scope: Scope) -> int:
    """How many pairs in scope nobody decided on."""
    open_ones = _both_seen(scope).where(PersonPair.state == PairState.OPEN).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(open_ones)) or 0


def get_pair(scope: Scope, pair_id: int) -> PersonPair | None:
    """A pair whose records are both in scope, or None."""
    return db.session.scalar(_both_seen(scope).where(PersonPair.id == pair_id))


def _both_seen(scope: Scope) -> sa.Select[PersonPair]:
    if scope.regions is None:
        return sa.select(PersonPair)
    seen = sa.select(Person.id).where(visible(scope))
    return sa.select(PersonPair).where(PersonPair.first_id.in_(seen), PersonPair.second_id.in_(seen))


def look_alikes(scope: Scope, person: Person) -> Sequence[Person]:
    """Records in scope that may be this person, as long as nobody decided."""
    pairs = sa.select(PersonPair).where(PersonPair.state == PairState.OPEN).subquery()
    others = sa.union(
        sa.select(pairs.c.second_id).where(pairs.c.first_id == person.id),
        sa.select(pairs.c.first_id).where(pairs.c.second_id == person.id),
    )
    chosen = sa.select(Person).where(Person.id.in_(others), visible(scope))
    return db.session.scalars(chosen.order_by(Person.sort_key, Person.id)).all()
