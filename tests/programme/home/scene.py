"""Two regions at work: cohorts, sessions given and to come, transfers, reached associations, agreements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count

from cohorts.enrolment.models import Cohort, CohortState, Enrolment, Seat
from cohorts.enrolment.rules import open_cohort
from cohorts.people.models import Person
from cohorts.sessions.models import (
    Attendance,
    AttendanceStatus,
    HalfDay,
    Session,
    SessionState,
    Sitting,
    Trainer,
)
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from partnerships.agreements.models import Agreement
from programme.base import clock
from programme.base.extensions import db
from programme.base.folding import fold, person_key
from regions.associations.models import Association
from regions.programmes.models import RegionalProgramme
from tests.factories import cohorts as made
from tests.factories.associations import province, region
from tests.factories.partnerships import approved, in_force
from tests.factories.programmes import regional_programme
from tests.factories.transfers import stepped

PROVINCES = {
    "01": ["01.227", "01.051"],
    "03": ["03.231", "03.061", "03.531", "03.561", "03.451", "03.171", "03.131", "03.271", "03.591"],
    "07": ["07.351", "07.041", "07.431"],
}
FIRST = (("أمينة", "Amina"), ("يوسف", "Youssef"), ("خديجة", "Khadija"), ("إدريس", "Driss"))
LAST = (("العلوي", "Alaoui"), ("التازي", "Tazi"), ("بنجلون", "Benjelloun"))
_numbers = count(1)
TITLES = (("الحكامة والديمقراطية الداخلية", "Gouvernance et démocratie interne"),
          ("التدبير المالي والمحاسباتي للجمعية", "Gestion financière et comptable de l'association"))  # fmt: skip
NAMES_AR = ("الأمل للتنمية", "النور للمرأة القروية", "شباب المستقبل", "التضامن والتعاون", "الواحة للبيئة")
NAMES_FR = ("Al Amal pour le développement", "Ennour de la femme rurale", "Jeunes de l'avenir",
            "Solidarité et coopération", "L'oasis pour l'environnement")  # fmt: skip


@dataclass
class Scene:
    """What was made, for the tests to ask for."""

    cohorts: list[Cohort] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    transfers: list[TransferActivity] = field(default_factory=list)
    trainer: Trainer | None = None
    agreement: Agreement | None = None


def association(code: str) -> Association:
    """An association of a province with a plausible name in both scripts."""
    number = next(_numbers)
    return made.an_association(
        f"جمعية {NAMES_AR[number % 5]} {number}",
        code,
        name_fr=f"Association {NAMES_FR[number % 5]} {number}",
    )


def person() -> Person:
    """A person without identity papers: no rule is asked here."""
    number = next(_numbers)
    first, last = FIRST[number % 4], LAST[number % 3]
    name = f"{first[0]} {last[0]} {number}"
    one = Person(
        name_ar=name,
        name_fr=f"{first[1]} {last[1]} {number}",
        sort_key=fold(name),
        name_key=person_key(name),
        sex=("F", "M")[number % 2] if number % 17 else None,
    )
    db.session.add(one)
    db.session.flush()
    return one


def _session(scene: Scene, cohort: Cohort, day: dt.date, state: SessionState, number: int) -> Session:
    ar, fr = TITLES[number % 2]
    one = Session(code=f"{cohort.code}-S{number}", cohort_id=cohort.id, title_ar=ar, title_fr=fr, state=state)
    if state is SessionState.VALIDATED:
        one.validated_at = clock.end_of_day(day + dt.timedelta(days=4))
    for shift in range(2):
        for half in HalfDay:
            one.sittings.append(
                Sitting(
                    on_date=day + dt.timedelta(days=shift),
                    half_day=half,
                    minutes=150,
                    module_id=cohort.modules[number % 2].id,
                    venue="Maison de la jeunesse, Fès",
                    trainer_id=scene.trainer.id if scene.trainer else None,
                )
            )
    db.session.add(one)
    db.session.flush()
    scene.sessions.append(one)
    return one


def _attend(scene: Scene, session: Session, absent: int) -> None:
    for sitting in session.sittings:
        for place, one in enumerate(e for e in scene.enrolments if e.cohort_id == session.cohort_id):
            status = AttendanceStatus.ABSENT if place % 11 < absent else AttendanceStatus.PRESENT
            db.session.add(Attendance(sitting_id=sitting.id, enrolment_id=one.id, status=status))
    db.session.flush()


def _transfer(
    scene: Scene, host: Association, day: dt.date, reached: int, state: TransferState, codes: list[str]
) -> None:
    number = len(scene.transfers) + 1
    one = TransferActivity(
        code=f"TR-{host.region_id}-{number:03}",
        host_id=host.id,
        region_id=host.region_id,
        title_ar="نقل المعارف: الحكامة",
        title_fr="Transfert : gouvernance associative",
        venue="Complexe culturel",
        state=state,
        validated_at=clock.end_of_day(day + dt.timedelta(days=6))
        if state is TransferState.VALIDATED
        else None,
    )
    for place in range(reached):
        to = association(codes[(place * place + number) % len(codes)])
        for _pair in range(2):
            one.participations.append(
                TransferParticipation(person_id=person().id, association_id=to.id, on_date=day, minutes=360)
            )
    db.session.add(one)
    db.session.flush()
    scene.transfers.append(stepped(one))


def _cohort(code: str, programme: RegionalProgramme, agreement: str, start: dt.date) -> Cohort:
    return open_cohort(
        made.SYSTEM,
        code=f"C{code}-1",
        regional_programme=programme,
        name_ar="الفوج الأول",
        name_fr="Première cohorte",
        agreement=agreement,
        starts_on=start,
        ends_on=start + dt.timedelta(days=400),
        modules=[made.module("M1"), made.module("M2")],
        state=CohortState.RUNNING,
    )


def run_region(scene: Scene, code: str, start: dt.date, seats: int, transfers: int, *, each: int = 6) -> None:
    """One region: a programme of three years, an agreement in force and one unsigned, a cohort, transfers."""
    home = region(code)
    codes = PROVINCES[code]
    agreement = in_force(
        3, start, region_id=home.id, starts_on=start, reference=f"CONV-{code}-1",
        title_ar=f"اتفاقية شراكة لتنفيذ البرنامج بجهة {home.name_ar}",
        title_fr=f"Convention de partenariat — {home.name_fr}",
    )  # fmt: skip
    approved(2, region_id=home.id, reference=f"CONV-{code}-2", kind="bilateral")
    scene.agreement = scene.agreement or agreement
    programme = regional_programme(code, starts_on=start, ends_on=start + dt.timedelta(days=3 * 365))
    cohort = _cohort(code, programme, agreement.reference, start)
    scene.cohorts.append(cohort)
    for number in range(seats):
        taken = made.seat(
            cohort,
            association(codes[number % len(codes)]),
            granted_on=start,
            reason="كثرة الطلبات" if number >= cohort.seats_target else None,
        )
        scene.seats.append(taken)
        for _place in range(4):
            scene.enrolments.append(made.enrolment(taken, person(), enrolled_on=start))
    for number in range(2):
        day = start + dt.timedelta(days=60 + 90 * number)
        _attend(scene, _session(scene, cohort, day, SessionState.VALIDATED, number), 2 * number)
    own = [one.association for one in scene.seats if one.cohort_id == cohort.id]
    for number in range(transfers):
        day = start + dt.timedelta(days=200 + 24 * number)
        state = TransferState.SUBMITTED if number >= transfers - 2 else TransferState.VALIDATED
        _transfer(scene, own[number % len(own)], day, each + number % 3, state, codes)


def scene(*, regions: tuple[str, ...] = ("03",), seats: int = 3, transfers: int = 3, each: int = 2) -> Scene:
    """The regions at work, the first one begun two years ago, each later one a year after."""
    made_scene = Scene()
    trainer = Trainer(
        name="Rachid El Fassi", name_key="fassi rachid", email=f"rachid{next(_numbers)}@example.ma"
    )
    db.session.add(trainer)
    db.session.flush()
    made_scene.trainer = trainer
    for number, code in enumerate(regions):
        start = clock.today() - dt.timedelta(days=750 - 250 * number)
        run_region(made_scene, code, start, seats, transfers, each=each)
    for number, days in enumerate((-9, 0, 12)):
        day = clock.today() + dt.timedelta(days=days)
        _session(made_scene, made_scene.cohorts[0], day, SessionState.PLANNED, number + 2)
    db.session.flush()
    return made_scene


__all__ = ["Scene", "province", "scene"]
