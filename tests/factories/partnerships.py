"""Organisations and agreements made through their rules."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from partnerships.agreements import rules
from partnerships.agreements.models import Agreement
from partnerships.organisations import rules as organisations
from partnerships.organisations.models import Organisation
from programme.base.access import Actor
from programme.base.extensions import db
from regions.geography.models import Region

SYSTEM = Actor.system()
_number = count(1)


def region(code: str = "03") -> Region:
    """A region of the reference data."""
    return db.session.query(Region).filter_by(code=code).one()


def organisation(name_ar: str | None = None, **fields: Any) -> Organisation:
    """An organisation of the kind its name tells."""
    return organisations.register_organisation(
        SYSTEM, name_ar=name_ar or f"هيأة رقم {next(_number)}", **fields
    )


def agreement(parties: int = 2, **fields: Any) -> Agreement:
    """A draft of Fès-Meknès between `parties` organisations, for 2023 to 2030."""
    given = {
        "reference": f"CONV-{next(_number):04}",
        "kind": "tripartite",
        "title_ar": "اتفاقية شراكة لتنفيذ البرنامج",
        "title_fr": "Convention de partenariat",
        "region_id": region().id,
        "starts_on": dt.date(2023, 6, 14),
        "ends_on": dt.date(2030, 12, 31),
        **fields,
    }
    made = rules.draft(SYSTEM, **given)
    for _ in range(parties):
        rules.add_party(SYSTEM, made, organisation(), role="lead")
    return made


def approved(parties: int = 2, **fields: Any) -> Agreement:
    """An agreement whose text is approved and that nobody signed."""
    made = agreement(parties, **fields)
    for step in ("negotiate", "approve"):
        rules.move(SYSTEM, made, step)
    return made


def signed(parties: int = 2, signed_on: dt.date = dt.date(2023, 6, 20), **fields: Any) -> Agreement:
    """An agreement that every party signed on one day, not yet in force."""
    made = approved(parties, **fields)
    for party in made.parties:
        rules.sign(SYSTEM, party, signatory="السعيد زنيبر", capacity="والي الجهة", signed_on=signed_on)
    return made


def in_force(parties: int = 2, signed_on: dt.date = dt.date(2023, 6, 20), **fields: Any) -> Agreement:
    """An agreement in force since the later of `signed_on` and its start."""
    made = signed(parties, signed_on, **fields)
    for step in ("sign", "enter_into_force"):
        rules.move(SYSTEM, made, step)
    return made


def app_request() -> Any:
    """A request of the application, for what builds addresses outside a page."""
    from flask import current_app

    return current_app.test_request_context()
