"""Records that somebody decided are one person, read where persons are counted or placed (RULES, Counting; C2)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from cohorts.people.models import PairDecision, PairState, Person, PersonPair, Sex
from cohorts.reached.counting import Groups
from programme.base import clock
from programme.base.extensions import db
from programme.base.measures import Moment


def pairs_in(state: PairState, moment: Moment) -> list[tuple[int, int]]:
    """Pairs of records in this state, as the last decision up to `known_on` left them; open before any."""
    latest = (
        sa.select(PairDecision.pair_id, sa.func.max(PairDecision.id).label("id"))
        .where(PairDecision.decided_at <= clock.end_of_day(moment.known_on))
        .group_by(PairDecision.pair_id)
        .subquery("latest")
    )
    rows = db.session.execute(
        sa.select(PersonPair.first_id, PersonPair.second_id)
        .outerjoin(latest, latest.c.pair_id == PersonPair.id)
        .outerjoin(PairDecision, PairDecision.id == latest.c.id)
        .where(sa.func.coalesce(PairDecision.state, PairState.OPEN.value) == state.value)
        .order_by(PersonPair.id)
    )
    return [(row[0], row[1]) for row in rows]


def same_persons(moment: Moment) -> Groups:
    """The records that were known to be one person; `root` of an id stands for the person."""
    return Groups(pairs_in(PairState.SAME, moment))


def stated_sexes(moment: Moment) -> set[tuple[int, Sex | None]]:
    """(person id, sex) of every record that was known to be another one's person."""
    ids = {one for pair in pairs_in(PairState.SAME, moment) for one in pair}
    if not ids:
        return set()
    rows = db.session.execute(sa.select(Person.id, Person.sex).where(Person.id.in_(sorted(ids))))
    return {(row[0], row[1]) for row in rows}


def persons_of(rows: Iterable[tuple[int, Sex | None]], same: Groups) -> dict[int, Sex | None]:
    """By person the sex that their records (person id, sex) state, the first where they contradict."""
    found: dict[int, Sex | None] = {}
    for person_id, sex in sorted(rows, key=lambda row: row[0]):
        root = same.root(person_id)
        found[root] = found.get(root) or sex
    return found


def records_of(person_id: int) -> set[int]:
    """Ids of the records that are this person's now, its own among them."""
    rows = db.session.execute(
        sa.select(PersonPair.first_id, PersonPair.second_id).where(PersonPair.state == PairState.SAME)
    ).all()
    groups = Groups((row[0], row[1]) for row in rows)
    root = groups.root(person_id)
    return {one for row in rows for one in row if groups.root(one) == root} | {person_id}
