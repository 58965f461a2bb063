"""Reads of agreements; `scope` first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from partnerships.agreements.models import Agreement, AgreementFile, AgreementState, Commitment, Party
from programme.base import journal
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.folding import fold

PAGE = 50


def covered_by(organisations: Iterable[int], agreements: Iterable[int] = ()) -> list[tuple[str, int | None]]:
    """(reference, region id) of the agreements to which these organisations are party, or which are named."""
    wanted = sa.or_(
        Agreement.id.in_(sa.select(Party.agreement_id).where(Party.organisation_id.in_(list(organisations)))),
        Agreement.id.in_(list(agreements)),
    )
    chosen = sa.select(Agreement.reference, Agreement.region_id).where(wanted).order_by(Agreement.reference)
    return [(reference, region_id) for reference, region_id in db.session.execute(chosen)]


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Agreements of the scope's regions, and those that it names by reference."""
    if scope.regions is None:
        return sa.true()
    return sa.or_(Agreement.region_id.in_(scope.regions), Agreement.reference.in_(scope.agreements))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the register can be narrowed by; None leaves it open."""

    text: str | None = None
    kind: str | None = None
    state: str | None = None
    region_id: int | None = None
    is_national: bool = False
    organisation_id: int | None = None

    def clauses(self, *, with_state: bool = True) -> list[sa.ColumnElement[bool]]:
        """The conditions, `state` left out where its chips are counted."""
        found: list[sa.ColumnElement[bool]] = [
            Agreement.search_key.contains(word, autoescape=True) for word in fold(self.text or "").split()
        ]
        if self.kind:
            found.append(Agreement.kind == self.kind)
        if self.state and with_state:
            found.append(Agreement.state == self.state)
        if self.region_id is not None:
            found.append(Agreement.region_id == self.region_id)
        if self.is_national:
            found.append(Agreement.region_id.is_(None))
        if self.organisation_id is not None:
            bound = sa.select(Party.agreement_id).where(Party.organisation_id == self.organisation_id)
            found.append(Agreement.id.in_(bound))
        return found


def agreements(
    scope: Scope, filters: Filters = Filters(), after: int | None = None, most: int = PAGE + 1
) -> Sequence[Agreement]:
    """One page and one more, latest start first, parties and region loaded; `after` is the page before's last id."""
    chosen = (
        sa.select(Agreement)
        .where(visible(scope), *filters.clauses())
        .options(joinedload(Agreement.region), selectinload(Agreement.parties))
        .order_by(Agreement.starts_on.desc(), Agreement.id.desc())
        .limit(most)
    )
    if after is not None and (last := db.session.get(Agreement, after)) is not None:
        place = sa.tuple_(sa.literal(last.starts_on), sa.literal(last.id))
        chosen = chosen.where(sa.tuple_(Agreement.starts_on, Agreement.id) < place)
    return db.session.scalars(chosen).all()


def count_by_state(scope: Scope, filters: Filters = Filters()) -> dict[AgreementState, int]:
    """Number of agreements by state under the other filters."""
    counted = (
        sa.select(Agreement.state, sa.func.count(Agreement.id))
        .where(visible(scope), *filters.clauses(with_state=False))
        .group_by(Agreement.state)
        .order_by(Agreement.state)
    )
    return dict(db.session.execute(counted).all())


def get_agreement(scope: Scope, agreement_id: int) -> Agreement | None:
    """One agreement with its parties and commitments, None outside the scope."""
    return _one(scope, Agreement.id == agreement_id)


def agreement_by_reference(scope: Scope, reference: str) -> Agreement | None:
    """The agreement with this reference, None outside the scope."""
    return _one(scope, Agreement.reference == reference)


def _one(scope: Scope, clause: sa.ColumnElement[bool]) -> Agreement | None:
    return db.session.scalar(
        sa.select(Agreement)
        .where(clause, visible(scope))
        .options(
            joinedload(Agreement.region),
            selectinload(Agreement.parties).joinedload(Party.organisation),
            selectinload(Agreement.commitments).joinedload(Commitment.evidence),
        )
    )


def get_party(scope: Scope, agreement: Agreement, party_id: int) -> Party | None:
    """A party of an agreement that the scope already loaded."""
    del scope
    return next((party for party in agreement.parties if party.id == party_id), None)


def files_of(scope: Scope, agreement: Agreement) -> Sequence[AgreementFile]:
    """The archived files of one agreement, oldest first."""
    return db.session.scalars(
        sa.select(AgreementFile)
        .join(Agreement, Agreement.id == AgreementFile.agreement_id)
        .where(AgreementFile.agreement_id == agreement.id, visible(scope))
        .options(joinedload(AgreementFile.file))
        .order_by(AgreementFile.id)
    ).all()


def children_of(scope: Scope, agreement: Agreement) -> Sequence[Agreement]:
    """The agreements under this one that the scope meets, latest first."""
    return db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.parent_id == agreement.id, visible(scope))
        .order_by(Agreement.starts_on.desc(), Agreement.id.desc())
    ).all()


def parent_of(scope: Scope, agreement: Agreement) -> Agreement | None:
    """The agreement above this one, None where there is none or the scope does not meet it."""
    if agreement.parent_id is None:
        return None
    return db.session.scalar(sa.select(Agreement).where(Agreement.id == agreement.parent_id, visible(scope)))


def references_running(scope: Scope) -> list[str]:
    """References of the agreements in scope that are neither cancelled, closed nor terminated."""
    over = (AgreementState.CANCELLED, AgreementState.CLOSED, AgreementState.TERMINATED)
    chosen = sa.select(Agreement.reference).where(visible(scope), Agreement.state.not_in(over))
    return list(db.session.scalars(chosen.order_by(Agreement.reference)))


def descendants(agreement_id: int) -> set[int]:
    """Ids of every agreement below this one, at any depth."""
    below = sa.select(Agreement.id).where(Agreement.parent_id == agreement_id).cte("below", recursive=True)
    below = below.union(sa.select(Agreement.id).where(Agreement.parent_id == below.c.id))
    return set(db.session.scalars(sa.select(below.c.id)))


def parents_for(scope: Scope, agreement: Agreement | None = None) -> list[tuple[int, str]]:
    """(id, reference and title) of the agreements that may stand above, itself and its descendants left out."""
    barred = {agreement.id, *descendants(agreement.id)} if agreement else set()
    rows = db.session.scalars(sa.select(Agreement).where(visible(scope)).order_by(Agreement.reference))
    return [(one.id, f"{one.reference} — {one.title}") for one in rows if one.id not in barred]


def watched(scope: Scope, day: dt.date) -> Sequence[Agreement]:
    """Agreements out for signature, and those running whose end is `day` or before; soonest end first."""
    waits = Agreement.state.in_([AgreementState.APPROVED, AgreementState.SIGNED])
    runs = Agreement.state.in_([AgreementState.IN_FORCE, AgreementState.SUSPENDED])
    return db.session.scalars(
        sa.select(Agreement)
        .where(visible(scope), sa.or_(waits, sa.and_(runs, Agreement.ends_on <= day)))
        .options(selectinload(Agreement.parties).joinedload(Party.organisation))
        .order_by(Agreement.ends_on, Agreement.id)
    ).all()


def found(scope: Scope, text: str, limit: int) -> Sequence[Agreement]:
    """Agreements whose reference or title holds every word of `text`, latest first."""
    return db.session.scalars(
        sa.select(Agreement)
        .where(visible(scope), *Filters(text=text).clauses())
        .order_by(Agreement.starts_on.desc(), Agreement.id.desc())
        .limit(limit)
    ).all()


def get_file(scope: Scope, agreement: Agreement, file_id: int) -> AgreementFile | None:
    """An archived file of this agreement, None where it is another's."""
    return next((one for one in files_of(scope, agreement) if one.id == file_id), None)


def history_of(scope: Scope, agreement: Agreement) -> list[journal.JournalEntry]:
    """What happened to an agreement that the scope already loaded, newest first."""
    del scope
    return journal.history(db.session, "agreement", agreement.id)


def by_reference(references: Iterable[str]) -> Sequence[Agreement]:
    """Agreements with these references and their parties, whatever the scope: rooms below ask what carries them."""
    wanted = sa.select(Agreement).where(Agreement.reference.in_(list(references)))
    return db.session.scalars(
        wanted.options(selectinload(Agreement.parties)).order_by(Agreement.reference)
    ).all()


def facts(scope: Scope, until: dt.datetime) -> Sequence[Any]:
    """Per agreement recorded by `until`: what its effect by date needs, as plain rows by id.

    (id, state, starts_on, ends_on, ended_on, parties, signed parties, last signature)
    """
    return db.session.execute(
        sa.select(
            Agreement.id,
            Agreement.state,
            Agreement.starts_on,
            Agreement.ends_on,
            Agreement.ended_on,
            sa.func.count(Party.id).label("parties"),
            sa.func.count(Party.signed_on).label("signed"),
            sa.func.max(Party.signed_on).label("last"),
        )
        .outerjoin(Party, Party.agreement_id == Agreement.id)
        .where(visible(scope), Agreement.recorded_at <= until)
        .group_by(Agreement.id)
        .order_by(Agreement.id)
    ).all()
