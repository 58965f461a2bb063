"""The attendance sheet lists who is expected, says when and where, and can be signed; totals of sessions held."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cohorts.enrolment.models import EnrolmentState
from cohorts.sessions.models import Session, SessionKind
from programme.base.access import Scope
from programme.base.language import speaking
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.definition import Document
from reports.pdf import render_pdf
from tests.factories import cohorts as make
from tests.factories import sessions as plan
from tests.factories.people import person
from tests.reports.pdf_support import text_of

pytestmark = pytest.mark.usefixtures("house")
NIGH = dt.timedelta(days=30)


def sheet_of(session: Session) -> Document:
    report = REPORTS["attendance"]
    return report.build(Scope.country(), query_of(Scope.country(), report, {"session": session.code}))


def names(document: Document) -> list[str]:
    return [str(row[1]) for row in document.sections[0].rows]


def test_the_sheet_lists_who_is_expected_and_nobody_else() -> None:
    cohort = make.cohort()
    seat = make.seat(cohort)
    there = make.enrolment(seat, person("حاضر"))
    make.enrolment(seat, person("متأخر"), enrolled_on=plan.FRIDAY + NIGH)
    make.enrolment(seat, person("مرشح"), state=EnrolmentState.NOMINATED)
    session = plan.session_of(cohort)
    assert names(sheet_of(session)) == [str(there.person.name)]


def test_a_visit_is_signed_by_those_of_the_association_visited() -> None:
    cohort = make.cohort()
    visited, other = make.seat(cohort), make.seat(cohort)
    those = [make.enrolment(visited) for _ in range(2)]
    make.enrolment(other)
    more: dict[str, Any] = {"kind": SessionKind.ACCOMPANIMENT, "association_id": visited.association_id}
    session = plan.session_of(cohort, plan.plan(module=None), **more)
    assert sorted(names(sheet_of(session))) == sorted(str(one.person.name) for one in those)


def test_a_sheet_to_sign_has_room_and_says_when_and_where(tmp_path: Path) -> None:
    cohort = make.cohort()
    seat = make.seat(cohort)
    for _ in range(4):
        make.enrolment(seat)
    session = plan.session_of(cohort, *plan.days(4, venue="دار الشباب"))
    made = sheet_of(session)
    (section,) = made.sections
    assert section.by_hand
    assert [column.key for column in section.columns][-1] == "signature"
    assert "hours" not in {column.key for column in section.columns}
    assert dict(made.facts)["Dates"] == "du 8 au 9 septembre 2023"
    assert dict(made.facts)["Lieu"] == "دار الشباب"
    with speaking("fr"):
        text = text_of(render_pdf(made), tmp_path)
    assert "–\n" not in text
    assert text.count("Feuille de présence") == 1


def test_the_sheet_of_a_session_held_tells_marks_and_hours() -> None:
    cohort = make.cohort()
    one = make.enrolment(make.seat(cohort))
    (section,) = sheet_of(plan.held(cohort, [one], *plan.days(2))).sections
    assert not section.by_hand
    (row,) = section.rows
    assert row[4] == 360


def test_sessions_to_come_do_not_count_in_the_totals() -> None:
    cohort = make.cohort()
    one = make.enrolment(make.seat(cohort))
    plan.held(cohort, [one], *plan.days(2))
    plan.session_of(cohort, plan.plan(plan.FRIDAY + NIGH))
    report = REPORTS["sessions"]
    (section,) = report.build(Scope.country(), query_of(Scope.country(), report, {})).sections
    assert section.totals is not None
    assert section.note
    said = dict(zip((column.key for column in section.columns), section.totals, strict=True))
    assert (said["sittings"], said["hours"], said["present"]) == (2, 360, 2)
