"""What came beside the sessions: panels and accompaniment until January 2026, in every state of a session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cohorts.sessions import rules as sessions
from cohorts.sessions.models import AttendanceStatus, HalfDay, Session, SessionKind
from programme.base import calendar
from programme.base.access import Actor
from programme.demo.inventing import Inventor
from programme.demo.papers import paper
from programme.demo.training import DROPPED, RARELY, SEATS, Trained

PLANS_FOR = tuple(number for number in range(1, SEATS + 1) if number != DROPPED[1])
"""30 strategic plans (public reporting, July 2025)."""
STATUTES_FOR = tuple(number for number in range(1, SEATS + 1) if number not in DROPPED)[:22]
"""22 statutes revised (public reporting, July 2025)."""
FIRST_VISIT = dt.date(2024, 2, 3)
PANELS = (
    (dt.date(2024, 10, 12), "الحكامة والشفافية", "Gouvernance et transparence"),
    (dt.date(2025, 2, 8), "الولوج إلى التمويل العمومي", "Accès au financement public"),
    (dt.date(2025, 5, 17), "الديمقراطية التشاركية", "Démocratie participative"),
    (dt.date(2025, 11, 22), "قطب الكفاءات الجمعوية", "Pôle de compétences associatives"),
)
UNMARKED = 7
"""From this panel on the account of the trainer has something to do: a sheet to mark, then one to come."""
_BOTH = (HalfDay.AM, HalfDay.PM)


def hold_panels(enterer: Actor, validator: Actor, inventor: Inventor, trained: Trained) -> None:
    """The panels with everyone, validated; then one for each other state of a session."""
    for number, (day, title_ar, title_fr) in enumerate(PANELS, 1):
        session = _panel(enterer, trained, number, day, title_ar, title_fr)
        _mark_all(enterer, inventor, trained, session)
        sessions.submit(enterer, session)
        sessions.validate(validator, session)
    waiting = _panel(
        enterer,
        trained,
        5,
        dt.date(2026, 1, 17),
        "حصيلة وآفاق البرنامج",
        "Bilan et perspectives du programme",
    )
    _mark_all(enterer, inventor, trained, waiting)
    sessions.submit(enterer, waiting)
    cancelled = _panel(enterer, trained, 6, dt.date(2025, 6, 28), "التحول الرقمي", "Transformation digitale")
    sessions.cancel(enterer, cancelled, "تعذر توفير القاعة في هذا التاريخ")
    _panel(enterer, trained, 7, dt.date(2026, 10, 17), "تتبع ما بعد التكوين", "Suivi après la formation")
    _panel(enterer, trained, 8, dt.date(2026, 12, 12), "لقاء اختتامي", "Rencontre de clôture")


def _panel(
    actor: Actor, trained: Trained, number: int, day: dt.date, title_ar: str, title_fr: str
) -> Session:
    trainer = trained.trainers[number % 3 if number < UNMARKED else 0]
    plan = sessions.SittingPlan(day, HalfDay.AM, 180, venue="مقر مجلس الجهة، فاس", trainer=trainer)
    return sessions.schedule(
        actor,
        trained.cohort,
        code=f"FM1-P{number}",
        kind=SessionKind.PANEL,
        title_ar=title_ar,
        title_fr=title_fr,
        sittings=[plan],
    )


def _mark_all(actor: Actor, inventor: Inventor, trained: Trained, session: Session) -> None:
    came = {where: inventor.random.random() < 0.7 for where in trained.places}
    marks = {
        (sitting.id, enrolment.id): AttendanceStatus.PRESENT if came[where] else AttendanceStatus.ABSENT
        for sitting in session.sittings
        for where, enrolment in trained.places.items()
    }
    sessions.mark(actor, session, marks)


def visit(enterer: Actor, validator: Actor, trained: Trained) -> None:
    """Accompany the associations in their province, a day each; the last visit is sent back."""
    days = _saturdays({one.on_date for session in trained.sessions for one in session.sittings})
    wanted = [(number, "plan") for number in PLANS_FOR] + [(number, "statutes") for number in STATUTES_FOR]
    for day, (number, what) in zip(days, wanted, strict=False):
        session = _visit(enterer, trained, number, what, day)
        sessions.validate(validator, session)
    returned = _visit(enterer, trained, 4, "rules", dt.date(2025, 12, 20))
    sessions.return_(validator, returned, "La feuille de présence n'est pas signée.")


def _saturdays(taken: set[dt.date]) -> list[dt.date]:
    """Saturdays from the first visit on, without holidays, Ramadan, training and panels."""
    apart = taken | {day for day, _ar, _fr in PANELS}
    found = (FIRST_VISIT + dt.timedelta(weeks=week) for week in range(75))
    return [day for day in found if day not in apart and not calendar.warnings_for(day)]


TITLES = {
    "plan": ("إعداد المخطط الاستراتيجي", "Élaboration du plan stratégique"),
    "statutes": ("مراجعة القانون الأساسي", "Révision des statuts"),
    "rules": ("إعداد النظام الداخلي", "Élaboration du règlement intérieur"),
}


def _visit(actor: Actor, trained: Trained, number: int, what: str, day: dt.date) -> Session:
    association = trained.seats[number - 1].association
    trainer = trained.trainers[number % len(trained.trainers)]
    plans = [
        sessions.SittingPlan(day, half, 150, commune_id=association.commune_id, trainer=trainer)
        for half in _BOTH
    ]
    session = sessions.schedule(
        actor,
        trained.cohort,
        code=f"FM1-A{number:02d}-{what[0].upper()}",
        kind=SessionKind.ACCOMPANIMENT,
        title_ar=TITLES[what][0],
        title_fr=TITLES[what][1],
        sittings=plans,
        association_id=association.id,
    )
    absent = {3} if number % 4 == 0 else set()
    marks = {
        (sitting.id, enrolment.id): AttendanceStatus.EXCUSED if place in absent else AttendanceStatus.PRESENT
        for sitting in session.sittings
        for (seat, place), enrolment in trained.places.items()
        if seat == number and enrolment.enrolled_on <= day
    }
    sessions.mark(actor, session, marks)
    sessions.submit(actor, session)
    return session


def correct_one(validator: Actor, trained: Trained, folder: Path) -> None:
    """A mark put right after validation, with the signed sheet that proves it."""
    session = trained.sessions[0]
    sessions.correct(
        validator,
        (session.sittings[1], trained.places[RARELY]),
        AttendanceStatus.LATE,
        "التوقيع ثابت في اللائحة الورقية",
    )
    title = "Feuille de présence signée"
    sessions.attach(
        validator, session, title=title, data=paper(title), filename="emargement.pdf", folder=folder
    )
