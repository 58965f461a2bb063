"""Everything that is held on one person, as plain rows in the order in which it happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.people.models import Consent, PairDecision, Person, PersonPair
from cohorts.sessions.models import Attendance, Session, Sitting
from cohorts.transfer.models import FormerParticipation, TransferActivity, TransferParticipation
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.privacy.models import PersonalRequest
from regions.associations.models import Association

Rows = Sequence[Any]


def records(ids: Sequence[int]) -> Sequence[Person]:
    """The records that are this person, by id."""
    return db.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()


def consents(ids: Sequence[int]) -> Sequence[Consent]:
    """Every consent, in order."""
    chosen = sa.select(Consent).where(Consent.person_id.in_(ids))
    return db.session.scalars(chosen.order_by(Consent.given_on, Consent.id)).all()


def enrolments(ids: Sequence[int]) -> Rows:
    """(enrolment, cohort, association), in order."""
    chosen = (
        sa.select(Enrolment, Cohort, Association)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Association, Association.id == Seat.association_id)
        .where(Enrolment.person_id.in_(ids))
        .order_by(Enrolment.enrolled_on, Enrolment.id)
    )
    return db.session.execute(chosen).all()


def attendances(ids: Sequence[int]) -> Rows:
    """(attendance, sitting, session), in order."""
    chosen = (
        sa.select(Attendance, Sitting, Session)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .join(Session, Session.id == Sitting.session_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Enrolment.person_id.in_(ids))
        .order_by(Sitting.on_date, Sitting.half_day, Attendance.id)
    )
    return db.session.execute(chosen).all()


def transfers(ids: Sequence[int]) -> list[Any]:
    """(line, activity, association) of transfer sheets, those taken off since too, by day."""
    found: list[Any] = []
    for model in (TransferParticipation, FormerParticipation):
        chosen = (
            sa.select(model, TransferActivity, Association)
            .join(TransferActivity, TransferActivity.id == model.activity_id)
            .join(Association, Association.id == model.association_id)
            .where(model.person_id.in_(ids))
        )
        found += db.session.execute(chosen.order_by(model.on_date, model.id)).all()
    return sorted(found, key=lambda row: (row[0].on_date, row[0].id))


def given(ids: Sequence[int]) -> Sequence[TransferActivity]:
    """The transfers that this person led."""
    chosen = sa.select(TransferActivity).where(TransferActivity.trainer_id.in_(ids))
    return db.session.scalars(chosen.order_by(TransferActivity.id)).all()


def decisions(ids: Sequence[int]) -> Rows:
    """(decision, pair) on doubtful pairs with another record, in order."""
    chosen = (
        sa.select(PairDecision, PersonPair)
        .join(PersonPair, PersonPair.id == PairDecision.pair_id)
        .where(sa.or_(PersonPair.first_id.in_(ids), PersonPair.second_id.in_(ids)))
        .order_by(PairDecision.decided_at, PairDecision.id)
    )
    return db.session.execute(chosen).all()


def requests(ids: Sequence[int]) -> Sequence[PersonalRequest]:
    """What they asked about their data, in order."""
    chosen = sa.select(PersonalRequest).where(PersonalRequest.person_id.in_(ids))
    return db.session.scalars(chosen.order_by(PersonalRequest.received_on, PersonalRequest.id)).all()


def accounts(account_ids: Sequence[int]) -> Sequence[Account]:
    """Their accounts."""
    return db.session.scalars(
        sa.select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    ).all()


def entries(subjects: dict[str, Sequence[int]], account_ids: Sequence[int]) -> Sequence[JournalEntry]:
    """Entries of the journal on their records, and those that they themselves made, in order."""
    clauses = [
        sa.and_(JournalEntry.subject_type == kind, JournalEntry.subject_id.in_(ids))
        for kind, ids in subjects.items()
    ]
    chosen = sa.select(JournalEntry).where(sa.or_(*clauses, JournalEntry.actor_id.in_(account_ids)))
    return db.session.scalars(chosen.order_by(JournalEntry.sequence)).all()
