"""The first cohort of Fès-Meknès: 31 associations, 124 persons, six sessions from 8 September 2023."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.enrolment.rules import enrol, give_seat, substitute
from cohorts.people.models import ConsentChannel, ConsentPurpose
from cohorts.people.rules import find_or_make, give_consent
from cohorts.sessions import rules as sessions
from cohorts.sessions.models import AttendanceStatus, HalfDay, Session, Trainer
from programme.base.access import Actor
from programme.demo.accounts import TRAINER_EMAIL
from programme.demo.inventing import Inventor
from regions.associations.models import Association, BureauRole

SEATS, PLACES = 31, 4
OVER_TARGET = "Deux associations à égalité de points devant la commission : retenues toutes deux"
ENROLLED_ON = dt.date(2023, 9, 1)
HALF_DAY = 180
FIRST_DAYS = (
    dt.date(2023, 9, 8),
    dt.date(2023, 11, 10),
    dt.date(2024, 1, 19),
    dt.date(2024, 2, 23),
    dt.date(2024, 5, 3),
    dt.date(2024, 7, 5),
)
"""Fridays; each session lasts until Sunday."""
SITTINGS = (5, 5, 5, 5, 4, 4)
DROPPED = (17, 29)
"""Seats whose four persons stop coming: 29 associations of 31 complete."""
LATE = ((5, 2), (11, 1), (22, 3))
"""(seat, place) taken over too late for the hours that completion needs."""
EARLY = ((3, 0), (8, 3))
"""(seat, place) taken over after the first session: whoever took over completes."""
RARELY = (14, 2)
"""(seat, place) of someone who came too rarely: 124 less 8, 3 and this one leaves 112."""

TRAINERS = (
    TRAINER_EMAIL,
    "محمد الزرهوني <m.zerhouni@example.ma>",
    "أسماء التسولي <a.tsouli@example.ma>",
    "Rachid Ouaziz <r.ouaziz@example.ma>",
    "جمال الغياثي",
    "Nezha Guerouani",
)
VENUE = "المركب الثقافي الحرية، فاس"
ROLES = (BureauRole.PRESIDENT, BureauRole.SECRETARY, BureauRole.TREASURER, BureauRole.MEMBER)

Place = tuple[int, int]


@dataclass(slots=True)
class Trained:
    """The cohort as it was entered: enrolments by (seat number, place), whoever was replaced beside."""

    cohort: Cohort
    seats: list[Seat] = field(default_factory=list)
    places: dict[Place, Enrolment] = field(default_factory=dict)
    replaced: dict[Place, Enrolment] = field(default_factory=dict)
    trainers: list[Trainer] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)


def seat_cohort(
    actor: Actor, inventor: Inventor, cohort: Cohort, associations: Sequence[Association]
) -> Trained:
    """Give 31 seats, the last over the target with its reason, and fill the 124 places."""
    made = Trained(cohort)
    for number, association in enumerate(associations, 1):
        reason = OVER_TARGET if number > cohort.seats_target else None
        seat = give_seat(actor, cohort, association, granted_on=dt.date(2023, 8, 21), reason=reason)
        made.seats.append(seat)
        for place in range(PLACES):
            made.places[number, place] = _enrol(actor, inventor, seat, place, number)
    made.trainers = [sessions.find_or_add_trainer(actor, text) for text in TRAINERS]
    return made


def _enrol(actor: Actor, inventor: Inventor, seat: Seat, place: int, number: int) -> Enrolment:
    fields = inventor.person(is_careful=(number, place) not in {(9, 3), (20, 1), (26, 2)})
    if (number, place) == (12, 1):
        fields["national_id"] = "123-45"
    if (number, place) == (9, 3):
        fields |= {"sex": None, "national_id": None}
    person = find_or_make(actor, **fields).person
    enrolment = enrol(actor, seat, person, enrolled_on=ENROLLED_ON, bureau_role=ROLES[place])
    purposes = [ConsentPurpose.PROCESSING] + ([ConsentPurpose.PHOTO] if number % 3 else [])
    for purpose in purposes:
        give_consent(
            actor,
            person,
            purpose=purpose,
            text_version="2023-1",
            language="ar",
            channel=ConsentChannel.PAPER,
            given_on=FIRST_DAYS[0],
        )
    return enrolment


def replace_some(
    actor: Actor, inventor: Inventor, trained: Trained, places: Sequence[Place], on: dt.date
) -> None:
    """Put other persons in these places from a day on."""
    for place in places:
        person = find_or_make(actor, **inventor.person(is_careful=True)).person
        former = trained.places[place]
        trained.replaced[place] = former
        trained.places[place] = substitute(
            actor,
            former,
            person,
            on=on,
            reason="انتقال إلى مدينة أخرى",
            bureau_role=former.bureau_role,
        )


def _plans(trained: Trained, modules: Mapping[str, Module]) -> Iterator[list[sessions.SittingPlan]]:
    """The half-days of the six sessions; every module gets its hours."""
    taught = [module for module in modules.values() for _half in range(module.minutes // HALF_DAY)]
    place = 0
    for first, number in zip(FIRST_DAYS, SITTINGS, strict=True):
        plans = []
        for half in range(number):
            module = taught[place]
            plans.append(
                sessions.SittingPlan(
                    first + dt.timedelta(days=half // 2),
                    (HalfDay.AM, HalfDay.PM)[half % 2],
                    HALF_DAY,
                    module=module,
                    venue=VENUE,
                    trainer=trained.trainers[place % len(trained.trainers)],
                )
            )
            place += 1
        yield plans


def hold_sessions(
    enterer: Actor, validator: Actor, inventor: Inventor, trained: Trained, modules: Mapping[str, Module]
) -> None:
    """Schedule, mark, submit and validate the six sessions, with the substitutions between them."""
    missed = _absences(inventor)
    place = 0
    for number, plans in enumerate(_plans(trained, modules), 1):
        session = sessions.schedule(
            enterer,
            trained.cohort,
            code=f"FM1-S{number}",
            title_ar=f"الدورة التكوينية {number}",
            title_fr=f"Session de formation n° {number}",
            sittings=plans,
        )
        marks = {}
        for sitting in session.sittings:
            for where, enrolment in trained.places.items():
                marks[sitting.id, enrolment.id] = _status(inventor, place in missed[where])
            place += 1
        sessions.mark(enterer, session, marks)
        sessions.submit(enterer, session)
        sessions.validate(validator, session)
        trained.sessions.append(session)
        after = plans[-1].on_date + dt.timedelta(days=20)
        replace_some(enterer, inventor, trained, {1: EARLY, 3: LATE}.get(number, ()), after)


def _status(inventor: Inventor, is_missed: bool) -> AttendanceStatus:
    if is_missed:
        return inventor.random.choice((AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED))
    return AttendanceStatus.LATE if inventor.random.random() < 0.04 else AttendanceStatus.PRESENT


def _absences(inventor: Inventor) -> dict[Place, set[int]]:
    """The sittings (0 to 27) that each place misses: at most five where it is to complete."""
    missed = {}
    for seat in range(1, SEATS + 1):
        for place in range(PLACES):
            where = (seat, place)
            if seat in DROPPED:
                missed[where] = set(range(12, 28))
            elif where == RARELY:
                missed[where] = set(range(1, 28, 3)) | {4}
            elif where in EARLY or where in LATE:
                missed[where] = set()
            else:
                number = inventor.random.choice((0, 0, 1, 1, 2, 3, 4, 5))
                missed[where] = set(inventor.random.sample(range(28), number))
    return missed
