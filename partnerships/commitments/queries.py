"""Reads of commitments; `scope` first, visible as their agreement is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

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


def has_signed_text(agreement: Agreement) -> bool:
    """Whether a scan of the signed text is archived."""
    found = sa.exists().where(AgreementFile.agreement_id == agreement.id, AgreementFile.is_signed_text)
    return bool(db.session.scalar(sa.select(found)))
