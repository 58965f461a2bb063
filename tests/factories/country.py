"""A small country: one region with a cohort, a validated session and a validated transfer; another with nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, CohortModule, CohortState, Enrolment, EnrolmentState, Seat
from cohorts.people.models import Person, Sex
from cohorts.sessions.models import Attendance, AttendanceStatus, HalfDay, Session, SessionState, Sitting
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from programme.base import clock
from programme.base.extensions import db
from programme.base.folding import compare_key, fold, match_key
from regions.associations.models import Association
from regions.geography.models import Province, Region
from regions.programmes.models import Programme, ProgrammeState, RegionalProgramme, TargetVersion
from tests.factories.transfers import stepped

START = dt.date(2023, 9, 8)


@dataclass(slots=True)
class Small:
    """Ids of what tests point at."""

    region_id: int
    cohort_id: int
    session_id: int
    activity_id: int
    association_ids: list[int]


def _association(region: Region, province: Province, name: str, receipt: str) -> Association:
    made = Association(
        name_ar=name,
        name_fr=f"Association {receipt}",
        sort_key=fold(name),
        match_key=match_key(name),
        compare_key=compare_key(name),
        receipt_no=receipt,
        region_id=region.id,
        province_id=province.id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _person(name: str, sex: Sex | None) -> Person:
    made = Person(name_ar=name, sort_key=fold(name), name_key=fold(name), sex=sex)
    db.session.add(made)
    db.session.flush()
    return made


def _programme(region: Region) -> RegionalProgramme:
    programme = db.session.scalar(sa.select(Programme).order_by(Programme.id))
    assert programme
    running = RegionalProgramme(
        programme_id=programme.id,
        region_id=region.id,
        starts_on=dt.date(2023, 6, 14),
        state=ProgrammeState.RUNNING,
    )
    db.session.add(running)
    db.session.flush()
    db.session.add(TargetVersion(regional_programme_id=running.id, number=1, effective_on=running.starts_on))
    return running


def _session(cohort: Cohort, module: Module) -> Session:
    session = Session(
        code="S-03-1",
        cohort_id=cohort.id,
        title_ar="الحكامة",
        title_fr="Gouvernance",
        state=SessionState.VALIDATED,
        validated_at=clock.now(),
    )
    db.session.add(session)
    db.session.flush()
    for half in HalfDay:
        sitting = Sitting(
            session_id=session.id, on_date=START, half_day=half, minutes=180, module_id=module.id
        )
        db.session.add(sitting)
    db.session.flush()
    return session


def _transfer(region: Region, host: Association, guest: Association) -> TransferActivity:
    activity = TransferActivity(
        code="T-03-1",
        host_id=host.id,
        region_id=region.id,
        state=TransferState.VALIDATED,
        submitted_at=clock.now(),
        validated_at=clock.now(),
    )
    db.session.add(activity)
    db.session.flush()
    for name in ("هند بناني", "يوسف العلمي"):
        person = _person(name, None)
        db.session.add(
            TransferParticipation(
                activity_id=activity.id,
                person_id=person.id,
                association_id=guest.id,
                on_date=dt.date(2024, 3, 2),
                minutes=360,
            )
        )
    return stepped(activity)


def _cohort(region: Region, code: str) -> tuple[Cohort, Module]:
    module = Module(code=f"M-{code}", title_ar="الحكامة", title_fr="Gouvernance", minutes=360)
    cohort = Cohort(
        code=f"C-{code}",
        regional_programme_id=_programme(region).id,
        region_id=region.id,
        name_ar="الفوج الأول",
        agreement=f"CONV-{code}",
        state=CohortState.RUNNING,
        starts_on=START,
    )
    db.session.add_all([module, cohort])
    db.session.flush()
    db.session.add(CohortModule(cohort_id=cohort.id, module_id=module.id))
    return cohort, module


def _seat(
    cohort: Cohort, number: int, association: Association, people: list[tuple[str, Sex | None]]
) -> Seat:
    seat = Seat(cohort_id=cohort.id, association_id=association.id, number=number, granted_on=START)
    db.session.add(seat)
    db.session.flush()
    for name, sex in people:
        enrolment = Enrolment(
            seat_id=seat.id,
            cohort_id=cohort.id,
            regional_programme_id=cohort.regional_programme_id,
            person_id=_person(name, sex).id,
            state=EnrolmentState.CONFIRMED,
            enrolled_on=START,
            confirmed_at=clock.now(),
        )
        db.session.add(enrolment)
    db.session.flush()
    return seat


def _mark(seat: Seat, session: Session, status: AttendanceStatus) -> None:
    enrolments = db.session.scalars(sa.select(Enrolment.id).where(Enrolment.seat_id == seat.id)).all()
    sittings = db.session.scalars(sa.select(Sitting.id).where(Sitting.session_id == session.id)).all()
    db.session.add_all(
        Attendance(sitting_id=sitting, enrolment_id=enrolment, status=status)
        for sitting in sittings
        for enrolment in enrolments
    )


def small_country(code: str = "03") -> Small:
    """Two associations seated with two persons each, one completed; one more reached by transfer. Commits."""
    region = db.session.scalars(sa.select(Region).where(Region.code == code)).one()
    chosen = sa.select(Province).where(Province.region_id == region.id).order_by(Province.code)
    province = db.session.scalars(chosen).first()
    assert province
    cohort, module = _cohort(region, code)
    session = _session(cohort, module)
    names = ("جمعية الأمل", "جمعية المستقبل", "جمعية الوفاء")
    found = [_association(region, province, name, f"{n}/2020") for n, name in enumerate(names, 1)]
    _mark(_seat(cohort, 1, found[0], [("أمينة", Sex.F), ("سلمى", Sex.F)]), session, AttendanceStatus.PRESENT)
    _mark(_seat(cohort, 2, found[1], [("كريم", Sex.M), ("إيمان", None)]), session, AttendanceStatus.ABSENT)
    activity = _transfer(region, found[0], found[2])
    db.session.commit()
    return Small(region.id, cohort.id, session.id, activity.id, [one.id for one in found])
