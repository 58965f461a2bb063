"""Reads of commitments; `scope` first, visible as their agreement is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from cohorts.enrolment.models import Cohort
from partnerships.agreements.models import Agreement, AgreementFile, AgreementState, Commitment, Party
from partnerships.agreements.queries import visible
from programme.base.access import Scope
from programme.base.extensions import db


def _loaded(scope: Scope) -> sa.Select[Commitment]:
    return (
        sa.select(Commitment)
        .join(Commitment.agreement)
        .where(visible(scope))
        .options(
            contains_eager(Commitment.agreement).selectinload(Agreement.parties),
            joinedload(Commitment.party).joinedload(Party.organisation),
            joinedload(Commitment.evidence),
        )
        .order_by(Commitment.due_on, Commitment.id)
    )


def commitments(scope: Scope, *, recorded_by: dt.datetime | None = None) -> Sequence[Commitment]:
    """Every commitment in scope by due day, of agreements recorded by that instant."""
    chosen = _loaded(scope)
    if recorded_by is not None:
        chosen = chosen.where(Agreement.recorded_at <= recorded_by)
    return db.session.scalars(chosen).all()


def get_commitment(scope: Scope, commitment_id: int) -> Commitment | None:
    """One commitment, None where its agreement is out of scope."""
    return db.session.scalar(_loaded(scope).where(Commitment.id == commitment_id))


def without_evidence(scope: Scope, day: dt.date) -> Sequence[Commitment]:
    """Commitments of running agreements that no measure reads, due before `day` and without evidence."""
    return db.session.scalars(
        _loaded(scope).where(
            Agreement.state.in_([AgreementState.IN_FORCE, AgreementState.SUSPENDED]),
            Commitment.measure.is_(None),
            Commitment.evidence_id.is_(None),
            Commitment.due_on < day,
        )
    ).all()


def carried_references() -> dict[int, frozenset[str]]:
    """By agreement id the references, its own and those below it, that cohorts name; agreements of none left out."""
    named = set(db.session.scalars(sa.select(Cohort.agreement).distinct()))
    rows = list(db.session.execute(sa.select(Agreement.id, Agreement.parent_id, Agreement.reference)))
    above = {row[0]: row[1] for row in rows}
    found: dict[int, set[str]] = {}
    for one, _parent, reference in rows:
        over: int | None = one
        while over is not None and reference in named:
            found.setdefault(over, set()).add(reference)
            over = above.get(over)
    return {one: frozenset(references) for one, references in found.items()}


def has_signed_text(agreement: Agreement) -> bool:
    """Whether a scan of the signed text is archived."""
    found = sa.exists().where(AgreementFile.agreement_id == agreement.id, AgreementFile.is_signed_text)
    return bool(db.session.scalar(sa.select(found)))
