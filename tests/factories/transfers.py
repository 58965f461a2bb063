"""Transfer activities for tests, made through the rules."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from cohorts.transfer import rules
from cohorts.transfer.models import TransferActivity, TransferState, TransferStep
from cohorts.transfer.rules import Participant
from programme.base.access import Actor, Role
from programme.base.accounts import Account
from programme.base.extensions import db
from regions.associations.models import Association
from tests.factories.cohorts import an_association, cohort, seat

SYSTEM = Actor.system()
DAY = dt.date(2024, 3, 1)
_numbers = count(1)


def actor(role: Role = Role.REGIONAL_OFFICER) -> Actor:
    """An account of its own with this role, as an actor."""
    account = Account(email=f"t{next(_numbers)}@example.ma", name=f"{role.value}", role=role)
    db.session.add(account)
    db.session.flush()
    return Actor.of(account.id, account.name, role)


def host(province: str = "03.231") -> Association:
    """An association with a seat in a cohort of its region."""
    number = next(_numbers)
    made = an_association(province=province)
    seat(cohort(f"TR-{number}", region=province[:2]), made)
    return made


def participant(association: Association | None = None, **more: Any) -> Participant:
    """A person of six hours on the day of these tests, with a national id of their own."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": f"مشاركة رقم {number}",
        "national_id": f"TT{number:06d}",
        "sex": "F",
        "on_date": DAY,
        "minutes": 360,
        "association": association,
    }
    if association is None:
        values["association_name"] = f"جمعية النور الجديدة {number}"
    return Participant(**{**values, **more})


def stepped(made: TransferActivity) -> TransferActivity:
    """Write the steps that an activity put straight into its table would have taken, from its columns."""
    known = [(TransferState.SUBMITTED, made.submitted_at or made.recorded_at, made.submitted_by_id)]
    if made.state is TransferState.VALIDATED and made.validated_at is not None:
        known.append((made.state, made.validated_at, made.validated_by_id))
    elif made.state is not TransferState.SUBMITTED:
        known.append((made.state, made.submitted_at or made.recorded_at, None))
    db.session.flush()
    for state, at, by_id in known if made.state is not TransferState.DRAFT else []:
        db.session.add(TransferStep(activity_id=made.id, state=state, at=at, by_id=by_id))
    db.session.flush()
    return made


def transfer(*participants: Participant, by: Actor = SYSTEM, **more: Any) -> TransferActivity:
    """A draft with these participants, by default two of one association that nobody knew."""
    if not participants:
        guest = an_association()
        participants = (participant(guest), participant(guest))
    values = {"host": more.pop("host", None) or host(), **more}
    return rules.enter(by, participants=participants, **values)


def declared(*participants: Participant, **more: Any) -> TransferActivity:
    """A declared activity."""
    made = transfer(*participants, **more)
    rules.submit(more.get("by", SYSTEM), made)
    return made


def validated(*participants: Participant, **more: Any) -> TransferActivity:
    """An activity validated by another person."""
    made = declared(*participants, **more)
    rules.validate(actor(), made)
    return made
