"""Modules, cohorts, seats and enrolments for tests, made through the rules."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

import sqlalchemy as sa

from cohorts.curriculum import rules as curriculum
from cohorts.curriculum.models import Module
from cohorts.curriculum.queries import module_by_code
from cohorts.enrolment import rules
from cohorts.enrolment.models import Cohort, CohortState, Enrolment, Seat
from cohorts.people.models import Person
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.folding import compare_key, fold, match_key
from regions.associations.models import Association
from regions.geography.models import Province
from tests.factories.people import person as a_person
from tests.factories.programmes import regional_programme

SYSTEM = Actor.system()
START = dt.date(2023, 9, 8)
_numbers = count(1)


def module(code: str = "M1", minutes: int = 600, **more: Any) -> Module:
    """The module with this code, made where it is not yet."""
    titles = {"title_ar": f"وحدة {code}", "title_fr": f"Module {code}", **more}
    return module_by_code(code) or curriculum.add_module(SYSTEM, code=code, minutes=minutes, **titles)


def cohort(code: str = "FM-1", region: str = "03", **more: Any) -> Cohort:
    """A running cohort of two modules of 10 hours each."""
    values = {
        "regional_programme": regional_programme(region),
        "name_ar": f"الفوج {code}",
        "name_fr": f"Cohorte {code}",
        "agreement": "CONV-2023-01",
        "starts_on": START,
        "ends_on": dt.date(2024, 7, 31),
        "modules": [module("M1"), module("M2")],
        "state": CohortState.RUNNING,
    }
    return rules.open_cohort(SYSTEM, code=code, **{**values, **more})


def an_association(name_ar: str | None = None, province: str = "03.231", **more: Any) -> Association:
    """A recorded association, with a receipt number that no other has."""
    number = next(_numbers)
    name = name_ar or f"جمعية الأمل رقم {number}"
    place = db.session.scalars(sa.select(Province).where(Province.code == province)).one()
    made = Association(
        name_ar=name,
        name_fr=more.pop("name_fr", None if name_ar else f"Association Al Amal n° {number}"),
        sort_key=fold(name),
        match_key=match_key(name),
        compare_key=compare_key(name),
        receipt_no=more.pop("receipt_no", f"R{number:05d}"),
        region_id=place.region_id,
        province_id=place.id,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


def seat(of: Cohort, association: Association | None = None, **more: Any) -> Seat:
    """A seat of a cohort, for a new association unless one is given."""
    values = {"granted_on": START, **more}
    return rules.give_seat(SYSTEM, of, association or an_association(), **values)


def enrolment(in_seat: Seat, person: Person | None = None, **more: Any) -> Enrolment:
    """A confirmed enrolment, of a new person unless one is given."""
    values = {"enrolled_on": START, **more}
    return rules.enrol(SYSTEM, in_seat, person or a_person(), **values)


def full_cohort(code: str = "FM-1", seats: int = 30, people: int = 4, **more: Any) -> Cohort:
    """A cohort with so many seats of so many persons each."""
    made = cohort(code, **more)
    for number in range(seats):
        taken = seat(made, reason="كثرة الطلبات" if number >= made.seats_target else None)
        for _place in range(people):
            enrolment(taken)
    return made
