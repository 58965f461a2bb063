"""Reads of persons' requests; `scope` first."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cohorts.people.models import Person
from cohorts.people.queries import visible as person_visible
from programme.base.access import Scope
from programme.base.accounts import Delegation, Serves
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.privacy.models import OPEN_STATES, PersonalRequest, RequestKind

PAGE = 50


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on PersonalRequest: of a person in scope; those of nobody in the records only for the whole country."""
    if scope.regions is None:
        return sa.true()
    return PersonalRequest.person_id.in_(sa.select(Person.id).where(person_visible(scope)))


def requests(scope: Scope, *, is_open: bool = True, offset: int = 0) -> Sequence[PersonalRequest]:
    """Open requests, the nearest deadline first, or closed ones, the last received first; one more than a page."""
    chosen = sa.select(PersonalRequest).options(joinedload(PersonalRequest.person)).where(visible(scope))
    if is_open:
        chosen = chosen.where(PersonalRequest.state.in_(OPEN_STATES))
        chosen = chosen.order_by(PersonalRequest.due_on, PersonalRequest.id)
    else:
        chosen = chosen.where(PersonalRequest.state.not_in(OPEN_STATES))
        chosen = chosen.order_by(PersonalRequest.received_on.desc(), PersonalRequest.id.desc())
    return db.session.scalars(chosen.limit(PAGE + 1).offset(offset)).all()


def get_request(scope: Scope, request_id: int) -> PersonalRequest | None:
    """One request in scope, or None."""
    chosen = sa.select(PersonalRequest).where(PersonalRequest.id == request_id, visible(scope))
    return db.session.scalar(chosen)


def held(request_id: int) -> PersonalRequest:
    """The request as it stands now, held until the transaction ends: of two who decide the second is told."""
    chosen = sa.select(PersonalRequest).where(PersonalRequest.id == request_id).with_for_update()
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one()


def requests_of(person_ids: Sequence[int]) -> Sequence[PersonalRequest]:
    """Every request about these persons, the last received first."""
    chosen = sa.select(PersonalRequest).where(PersonalRequest.person_id.in_(person_ids))
    return db.session.scalars(
        chosen.order_by(PersonalRequest.received_on.desc(), PersonalRequest.id.desc())
    ).all()


def is_asked(person_id: int, kind: RequestKind) -> bool:
    """Whether a request of this kind about this person is open."""
    chosen = sa.select(PersonalRequest.id).where(
        PersonalRequest.person_id == person_id,
        PersonalRequest.kind == kind,
        PersonalRequest.state.in_(OPEN_STATES),
    )
    return db.session.scalar(chosen.limit(1)) is not None


def own_persons(scope: Scope) -> Sequence[Person]:
    """The persons that the account itself is, by id."""
    return db.session.scalars(sa.select(Person).where(Person.id.in_(scope.persons)).order_by(Person.id)).all()


def open_due(scope: Scope) -> Sequence[PersonalRequest]:
    """The open requests in scope whose deadline comes first, a handful."""
    chosen = sa.select(PersonalRequest).where(visible(scope), PersonalRequest.state.in_(OPEN_STATES))
    return db.session.scalars(chosen.order_by(PersonalRequest.due_on, PersonalRequest.id).limit(5)).all()


def erased_ids() -> set[int]:
    """Everybody whose data were erased here."""
    return set(db.session.scalars(sa.select(Person.id).where(Person.erased_at.is_not(None))))


def entries_of(event: str, limit: int = 5) -> Sequence[JournalEntry]:
    """The last entries of one event, the newest first."""
    chosen = sa.select(JournalEntry).where(JournalEntry.event == event)
    return db.session.scalars(chosen.order_by(JournalEntry.sequence.desc()).limit(limit)).all()


def accounts_of(person_ids: Sequence[int]) -> dict[int, list[tuple[Serves, int]]]:
    """What the accounts that serve one of these persons serve, by account."""
    mine = sa.select(Delegation.account_id).where(
        Delegation.kind == Serves.PERSON, Delegation.target_id.in_(person_ids)
    )
    chosen = sa.select(Delegation).where(Delegation.account_id.in_(mine)).order_by(Delegation.id)
    found: dict[int, list[tuple[Serves, int]]] = {}
    for one in db.session.scalars(chosen):
        found.setdefault(one.account_id, []).append((one.kind, one.target_id))
    return found
