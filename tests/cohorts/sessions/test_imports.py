"""Imports of sessions and attendance (WORKBOOKS.md)."""

from __future__ import annotations

from typing import Any

from cohorts.enrolment.models import Cohort
from cohorts.sessions import queries, rules
from cohorts.sessions.models import Attendance, Session, SessionKind, SessionState, Sitting, Trainer
from programme.base.access import Scope
from programme.base.batches import ImportBatch
from programme.base.extensions import db
from programme.base.workbook.undo import undo
from tests.cohorts.sessions.test_planning import refused
from tests.factories.cohorts import SYSTEM, an_association, cohort, enrolment, full_cohort, module, seat
from tests.factories.people import person
from tests.factories.sessions import officer, session_of
from tests.regions.programmes.test_imports import bring

COUNTRY = Scope.country()
HEAD = "cohort;session;kind;module;title_ar;title_fr;date;half_day;hours;venue;commune_code;trainer\n"
SESSIONS = HEAD + (
    "FM-1;S1;session;M1;الحكامة;Gouvernance;08/09/2023;am;3;Salle A;03.231.01.01;hassan@example.ma\n"
    "FM-1;S1;;M1;;;2023-09-08;après-midi;3,5;;;حسن العلوي\n"
    "fm-1;S2;مواكبة;;;Visite;11/09/2023;صباحا;2;;;\n"
)
MARKS = "session;date;half_day;national_id;name;association;status\n"


def bring_sessions(session: Any, text: str = SESSIONS) -> Any:
    return bring(session, text.replace("03.231.01.01", _commune()), "sessions")


def _commune() -> str:
    from tests.factories.associations import commune

    return commune().code


def small_cohort() -> tuple[Cohort, Any, Any]:
    group = cohort("FM-1")
    place = seat(group, an_association("جمعية النور للتنمية", name_fr="Association Ennour"))
    return (
        group,
        enrolment(place, person("أمينة العلوي", national_id="AB123456", sex="F")),
        enrolment(place, person("يوسف التازي", name_fr="Youssef Tazi")),
    )


def test_sessions_come_once_and_change(session: Any) -> None:
    small_cohort()
    result = bring_sessions(session)
    assert (result.errors, result.created) == ([], 3)
    made = queries.session_by_code(COUNTRY, "S1")
    assert made is not None
    assert [(s.half_day, s.minutes, s.module.code if s.module else "") for s in made.sittings] == [
        ("am", 180, "M1"),
        ("pm", 210, "M1"),
    ]
    assert db.session.query(Trainer).count() == 2
    visit = queries.session_by_code(COUNTRY, "S2")
    assert visit is not None
    assert visit.kind is SessionKind.ACCOMPANIMENT
    assert any("CONV-2023-01" in issue.message for issue in result.warnings)
    again = bring_sessions(session)
    assert (again.batch, again.unchanged, again.created) == (None, 3, 0)
    changed = bring_sessions(
        session, SESSIONS.replace(";3,5;", ";4;").replace("Gouvernance", "La gouvernance")
    )
    assert [(c.field, c.before, c.after) for c in changed.changes] == [
        ("Intitulé en français", "Gouvernance", "La gouvernance"),
        ("Heures", 3.5, 4.0),
    ]


def test_a_wrong_row_names_its_column_and_nothing_is_written(session: Any) -> None:
    small_cohort()
    faulty = SESSIONS + (
        "XX;S3;;M1;;;12/09/2023;am;3;;;\n"
        "FM-1;S3;;ZZ;;;12/09/2023;am;3;;;\n"
        "FM-1;S1;panel;M1;;;12/09/2023;am;3;;;\n"
        "FM-1;S4;;M1;;;08/09/2023;am;3;;;hassan@example.ma\n"
        "FM-1;S5;;M1;;;08/09/2023;am;3;;99.999.01.01;\n"
        "FM-1;S6;;M1;;;08/09/2023;am;14;;;\n"
    )
    result = bring_sessions(session, faulty)
    assert [(e.row, e.column) for e in result.errors] == [
        (5, "cohort"),
        (6, "module"),
        (7, "kind"),
        (8, "trainer"),
        (9, "commune_code"),
        (10, "hours"),
    ]
    assert db.session.query(Session).count() == 0


def test_attendance_by_national_id_or_name_leaves_the_session_submitted(session: Any) -> None:
    _group, one, other = small_cohort()
    bring_sessions(session)
    rows = [
        "S1;08/09/2023;am;ab 123456;;;présent\n",
        "S1;08/09/2023;pm;AB123456;;;حاضر\n",
        "S1;08/09/2023;am;;Tazi Youssef;ennour;absent\n",
    ]
    part = bring(session, MARKS + "".join(rows), "attendance")
    assert (part.errors, part.created) == ([], 3)
    made = queries.session_by_code(COUNTRY, "S1")
    assert made is not None
    assert made.state == "planned"
    rows.append("S1;08/09/2023;pm;;يوسف التازي;جمعية النور للتنمية;late\n")
    whole = bring(session, MARKS + "".join(rows), "attendance")
    assert (whole.errors, whole.created, whole.unchanged) == ([], 1, 3)
    assert made.state == "submitted"
    marks = {(m.enrolment_id, m.sitting_id): m.status for m in queries.marks_of(s.id for s in made.sittings)}
    assert sorted(marks.values()) == ["absent", "late", "present", "present"]
    again = bring(session, MARKS + "".join(rows), "attendance")
    assert (again.batch, again.unchanged) == (None, 4)
    refused = bring(session, MARKS + rows[2].replace("absent", "present"), "attendance")
    assert refused.errors[0].column == "session"
    rules.validate(officer(), made)
    assert {one.id, other.id} == {enrolment_id for enrolment_id, _sitting in marks}


def test_attendance_errors_name_their_column(session: Any) -> None:
    small_cohort()
    bring_sessions(session)
    result = bring(
        session,
        MARKS + "S9;08/09/2023;am;AB123456;;;present\n"
        "S1;09/09/2023;am;AB123456;;;present\n"
        "S1;08/09/2023;am;ZZ999999;;;present\n"
        "S1;08/09/2023;am;;Inconnu;Ennour;present\n"
        "S1;08/09/2023;am;;Youssef Tazi;;present\n"
        "S1;08/09/2023;am;AB123456;;;present\n"
        "S1;08/09/2023;am;AB123456;;;absent\n"
        "S1;08/09/2023;am;AB000000;أمينة العلوي;Ennour;absent\n",
        "attendance",
    )
    assert [(e.row, e.column) for e in result.errors] == [
        (2, "session"),
        (3, "date"),
        (4, "national_id"),
        (5, "name"),
        (6, "association"),
        (8, "status"),
        (9, "national_id"),
    ]
    assert db.session.query(Attendance).count() == 0


def test_a_changed_mark_shows_before_and_after_and_is_undone_exactly(session: Any) -> None:
    _group, one, _other = small_cohort()
    bring_sessions(session)
    row = "S1;08/09/2023;am;AB123456;;;present\n"
    bring(session, MARKS + row, "attendance")
    changed = bring(session, MARKS + row.replace("present", "excused"), "attendance")
    assert [(c.before, c.after) for c in changed.changes] == [("present", "excused")]
    db.session.commit()
    assert changed.batch is not None
    undo(db.session(), db.session.query(ImportBatch).filter_by(code=changed.batch).one(), SYSTEM)
    db.session.expire_all()
    assert [mark.status for mark in db.session.query(Attendance)] == ["present"]
    assert one.id == db.session.query(Attendance).one().enrolment_id


def test_7200_marks_come_in_and_come_again_without_a_change(session: Any) -> None:
    group = full_cohort("BIG", seats=30, people=4)
    halves = [(day, half) for day in range(1, 31) for half in ("am", "pm")]
    lines = [f"BIG;B{i // 6};;M1;;;2023-10-{day:02};{half};3;;;" for i, (day, half) in enumerate(halves)]
    assert bring(session, HEAD + "\n".join(lines), "sessions").created == 60
    roster = queries.roster_of([group.id])
    names = [f"{one.name.ar};{one.association.ar}" for one in roster]
    rows = [
        f"B{i // 6};2023-10-{day:02};{half};;{name};present" for i, (day, half) in enumerate(halves) for name in names
    ]  # fmt: skip
    result = bring(session, MARKS + "\n".join(rows), "attendance")
    assert (result.errors, result.created) == ([], 7200)
    states = [one.state for one in db.session.query(Session)]
    assert states == [SessionState.SUBMITTED] * 10
    assert bring(session, MARKS + "\n".join(rows), "attendance").unchanged == 7200


def test_a_known_session_of_another_region_is_not_reached(session: Any) -> None:
    other = cohort("BM-1", region="05")
    session_of(other, code="S1")
    small_cohort()
    result = bring_sessions(session)
    assert result.errors[0].column == "cohort"
    assert db.session.query(Sitting).count() == 1
    module("M1")


def _batch(result: Any) -> ImportBatch:
    db.session.commit()
    return db.session.query(ImportBatch).filter_by(code=result.batch).one()


def test_an_import_of_marks_is_not_undone_under_a_validated_session(session: Any) -> None:
    small_cohort()
    bring_sessions(session)
    rows = [
        f"S1;08/09/2023;{half};{who};present\n"
        for half in ("am", "pm")
        for who in ("AB123456;;", ";Tazi Youssef;ennour")
    ]
    part = bring(session, MARKS + rows[0], "attendance")
    batch = _batch(bring(session, MARKS + "".join(rows), "attendance"))
    made = queries.session_by_code(COUNTRY, "S1")
    assert made is not None
    assert made.state is SessionState.SUBMITTED
    rules.validate(officer(), made)
    message = refused("C5", None, undo, db.session(), batch, SYSTEM)
    assert "S1" in message
    refused("C5", None, undo, db.session(), _batch(part), SYSTEM)
    assert db.session.query(Attendance).count() == 4


def test_an_import_that_submitted_is_undone_while_nobody_validated(session: Any) -> None:
    small_cohort()
    bring_sessions(session)
    rows = [
        f"S1;08/09/2023;{half};{who};present\n"
        for half in ("am", "pm")
        for who in ("AB123456;;", ";Tazi Youssef;ennour")
    ]
    part = _batch(bring(session, MARKS + rows[0], "attendance"))
    batch = _batch(bring(session, MARKS + "".join(rows), "attendance"))
    refused("C5", None, undo, db.session(), part, SYSTEM)
    undo(db.session(), batch, SYSTEM)
    made = queries.session_by_code(COUNTRY, "S1")
    assert made is not None
    assert made.state is SessionState.PLANNED
    undo(db.session(), part, SYSTEM)
    assert db.session.query(Attendance).count() == 0
