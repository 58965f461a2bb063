"""Marrakech-Safi: launched on 4 July 2025; nobody is named who signed with Ennakhil, so nothing can be held yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, EnrolmentState
from cohorts.enrolment.rules import confirm, enrol, give_seat
from cohorts.people.rules import find_or_make
from cohorts.sessions import rules as sessions
from cohorts.sessions.models import HalfDay
from cohorts.transfer import rules as transfers
from programme.base.access import Actor
from programme.demo.inventing import Inventor
from programme.demo.transfers import ONE_DAY, Giving
from regions.associations.models import Association

SEATS = 12
NOMINATED_ON = dt.date(2026, 10, 5)
OVERRIDE = "Programmation provisoire, dans l'attente de la signature de la convention"
DOUBTFUL = {
    "name_ar": "لحسن أيت باها",
    "national_id": None,
    "sex": "M",
    "birth_date": dt.date(1981, 3, 9),
    "phone": "0600009001",
}
"""On two sheets without a card: one person or two? Until somebody decides, the region shows a range."""


def nominate(
    enterer: Actor, confirmer: Actor, inventor: Inventor, cohort: Cohort, associations: list[Association]
) -> None:
    """Give seats and nominate; the first associations are confirmed, some seats have free places."""
    for number, association in enumerate(associations[:SEATS], 1):
        seat = give_seat(enterer, cohort, association, granted_on=NOMINATED_ON)
        for _place in range(4 if number % 4 else 2):
            person = find_or_make(enterer, **inventor.person()).person
            enrolment = enrol(enterer, seat, person, enrolled_on=NOMINATED_ON, state=EnrolmentState.NOMINATED)
            if number <= SEATS // 2:
                confirm(confirmer, enrolment)


def plan_sessions(ministry: Actor, cohort: Cohort, modules: list[Module]) -> None:
    """Planned ahead of the agreement, which only the ministry may do, with its reason (RULES C3)."""
    trainer = sessions.find_or_add_trainer(ministry, "العربي الركراكي")
    for number, first in enumerate((dt.date(2026, 12, 11), dt.date(2027, 1, 15)), 1):
        plans = [
            sessions.SittingPlan(
                first + dt.timedelta(days=half // 2),
                (HalfDay.AM, HalfDay.PM)[half % 2],
                180,
                module=modules[(number - 1) * 2 + half // 3],
                venue="دار الجمعيات، مراكش",
                trainer=trainer,
            )
            for half in range(5)
        ]
        sessions.schedule(
            ministry,
            cohort,
            code=f"MS1-S{number}",
            title_ar=f"الدورة التكوينية {number}",
            title_fr=f"Session de formation n° {number}",
            sittings=plans,
            override_reason=OVERRIDE,
        )


def be_guests(giving: Giving, validator: Actor, associations: list[Association]) -> None:
    """Three associations of Marrakech-Safi came to transfers in Fès: they count where they have their seat."""
    sure, also, doubtful = associations[-3:]
    careful = giving.inventor.person
    first = [(sure, careful(is_careful=True)) for _one in range(3)]
    first += [(also, careful(is_careful=True)) for _one in range(2)] + [(doubtful, DOUBTFUL)]
    for number, (on, lines) in enumerate(
        ((dt.date(2025, 11, 15), first), (dt.date(2025, 12, 6), [(doubtful, DOUBTFUL)])), 1
    ):
        seat = giving.hosts["03.231"][0]
        activity = transfers.enter(
            giving.enterer,
            host=giving.trained.seats[seat - 1].association,
            code=f"FM1-TX{number}",
            participants=[_line(association, person, on) for association, person in lines],
            title_ar="زيارة تبادل بين جهتين",
            title_fr="Visite d'échange entre deux régions",
        )
        transfers.submit(giving.enterer, activity)
        transfers.validate(validator, activity)


def _line(association: Association, person: dict[str, Any], on: dt.date) -> transfers.Participant:
    return transfers.Participant(
        name=person["name_ar"],
        on_date=on,
        minutes=ONE_DAY,
        association=association,
        national_id=person["national_id"],
        sex=person["sex"],
        birth_date=person["birth_date"],
        phone=person["phone"],
    )
