"""Who may change a session, from which version, and who may validate it (RULES C3, C5, C6)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from cohorts.enrolment.models import EnrolmentState
from cohorts.sessions import queries, rules
from cohorts.sessions.models import Attendance, Session, SessionKind, SessionState
from programme.base import journal
from programme.base.access import Role, Scope
from programme.base.extensions import db
from tests.client import HouseClient
from tests.cohorts.sessions.test_imports import MARKS
from tests.cohorts.sessions.test_planning import refused
from tests.factories import partnerships
from tests.factories.cohorts import SYSTEM, an_association, cohort, enrolment, full_cohort, seat
from tests.factories.people import person
from tests.factories.sessions import ABSENT, FRIDAY, PRESENT, days, fill, officer, plan, session_of
from tests.regions.programmes.test_imports import bring

COUNTRY = Scope.country()
LONG = "9" * 25
LATE = dt.date(2025, 1, 7)


def overridden() -> Session:
    """A session outside its agreement's period, allowed by a regional officer."""
    partnerships.in_force(reference="CONV-2023-01", ends_on=dt.date(2024, 12, 31))
    return session_of(
        cohort(), plan(LATE), actor=officer(Role.REGIONAL_OFFICER), override_reason="Salle fermée"
    )


def rows_of(made: Session) -> list[Any]:
    return [(made.sittings[0].id, plan(LATE))]


def test_c3_the_reason_of_an_override_is_kept(session: Any) -> None:
    made, implementer = overridden(), officer(Role.IMPLEMENTER)
    rules.arrange(implementer, made, rows_of(made), override_reason="", title_fr="Autre")
    assert (made.override_reason, made.title_fr) == ("Salle fermée", "Autre")
    refused("C3", "override_reason", rules.edit, implementer, made, override_reason="Parce que")
    refused("C3", "override_reason", rules.arrange, officer(), made, rows_of(made), override_reason=" ")


def test_c3_the_reason_of_an_override_is_not_taken_away_while_it_is_needed(session: Any) -> None:
    made = overridden()
    refused("C3", "override_reason", rules.edit, officer(), made, override_reason="")


def test_c3_an_accompanied_association_has_a_seat(session: Any) -> None:
    group = cohort()
    inside, outside = seat(group).association, an_association()
    kind = SessionKind.ACCOMPANIMENT
    for stranger in (outside.id, 999_999_999, 0):
        refused("seat", "association_id", session_of, group, kind=kind, association_id=stranger)
    made = session_of(group, kind=kind, association_id=inside.id)
    refused("seat", "association_id", rules.edit, SYSTEM, made, association_id=outside.id)


def test_c6_whoever_changed_a_half_day_does_not_validate(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    mover, adder, remover, editor, eraser = (officer() for _ in range(5))
    made = session_of(group, *days(2))
    rules.edit_sitting(mover, made.sittings[0], plan(minutes=200))
    rules.remove_sitting(remover, rules.add_sitting(adder, made, plan(FRIDAY + dt.timedelta(days=3))))
    rules.edit(editor, made, title_fr="Autre")
    fill(made, [one], actor=eraser)
    fill(made, [one], actor=SYSTEM, status=ABSENT)
    rules.submit(SYSTEM, made)
    db.session.commit()
    for actor in (mover, adder, remover, editor, eraser):
        refused("C6", "state", rules.validate, actor, made)
    rules.validate(officer(), made)
    assert made.state is SessionState.VALIDATED


def test_half_days_move_the_version_on_and_an_old_one_is_refused(session: Any) -> None:
    made = session_of(cohort(), *days(2))
    read = made.version
    rules.edit_sitting(SYSTEM, made.sittings[0], plan(minutes=200))
    assert made.version > read
    added = rules.add_sitting(SYSTEM, made, plan(FRIDAY + dt.timedelta(days=3)))
    before = made.version
    rules.remove_sitting(SYSTEM, added)
    assert made.version > before
    with pytest.raises(StaleDataError):
        rules.arrange(SYSTEM, made, [(None, plan())], version=read)
    with pytest.raises(StaleDataError):
        rules.cancel(SYSTEM, made, "report", version=read)


def test_steps_are_refused_where_the_session_moved_on(client: HouseClient) -> None:
    group = full_cohort(seats=1, people=1)
    made = session_of(group)
    one = queries.expected_of(made)[0].enrolment_id
    rules.mark(SYSTEM, made, {(made.sittings[0].id, one): PRESENT})
    rules.submit(SYSTEM, made)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert f'name="version" value="{made.version}"' in client.page(f"/sessions/{made.id}")
    address, old = f"/sessions/{made.id}", made.version - 1
    assert client.post(f"{address}/validate", data={"version": old}, check=False).status_code == 409
    assert client.post(f"{address}/return", data={"version": old, "reason": "x"}).status_code == 409
    assert db.session.get_one(Session, made.id).state is SessionState.SUBMITTED
    current = db.session.get_one(Session, made.id).version
    assert client.post(f"{address}/validate", data={"version": current}).status_code == 302


def test_numbers_that_no_record_has_are_no_fault_of_the_house(client: HouseClient) -> None:
    group = full_cohort(seats=1, people=1)
    made = session_of(group)
    one = queries.expected_of(made)[0].enrolment_id
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page("/sessions?month=9999-12")
    client.page(f"/sessions?after=2023-01-01.{LONG}&cohort={LONG}")
    form = {
        "code": "ODD",
        "kind": "accompaniment",
        "sittings-0-sitting_id": "²",
        "sittings-0-on_date": "2023-09-12",
        "sittings-0-half_day": "am",
        "sittings-0-hours": "3",
    }
    for odd in ({"sittings-0-commune_id": LONG}, {"association_id": LONG}, {"association_id": "99999999"}):
        assert client.post("/sessions/new?cohort=FM-1", data={**form, **odd}).status_code == 422
    assert client.post("/sessions/new?cohort=FM-1", data=form).status_code == 302
    for column in (float("inf"), float("-inf"), float("nan"), int(LONG)):
        cells = {"cells": [{"row": one, "column": column, "value": "P"}]}
        sent = client.post(f"/sessions/{made.id}/marks", json=cells)
        assert sent.status_code == 422
    rules.mark(SYSTEM, made, {(made.sittings[0].id, one): PRESENT})
    rules.submit(SYSTEM, made)
    rules.validate(officer(), made)
    client.page(f"/sessions/{made.id}/correct?person={LONG}&sitting=²")


def test_d3_the_journal_keeps_no_name_of_a_trainer(session: Any) -> None:
    teacher = rules.find_or_add_trainer(SYSTEM, "hassan.secret@example.ma")
    made = session_of(cohort())
    rules.edit_sitting(SYSTEM, made.sittings[0], plan(trainer=teacher))
    db.session.commit()
    told = [f"{entry.before} {entry.after}" for entry in db.session.query(journal.JournalEntry)]
    assert not any("secret" in text for text in told)
    edited = journal.history(db.session, "session", made.id)[0]
    assert json.loads(edited.after or "{}") == {"trainer": teacher.id}


def test_c5_a_nominee_is_confirmed_before_a_mark(session: Any) -> None:
    group = cohort("FM-1")
    place = seat(group, an_association("جمعية النور للتنمية"))
    one = enrolment(place)
    nominee = enrolment(place, person("أمينة العلوي", national_id="AB123456"), state=EnrolmentState.NOMINATED)
    made = session_of(group, code="S1")
    assert [found.enrolment_id for found in queries.expected_of(made)] == [one.id]
    cell = (made.sittings[0].id, nominee.id)
    assert "confirmez" in refused("C5", "national_id", rules.mark, SYSTEM, made, {cell: PRESENT})
    result = bring(session, MARKS + "S1;08/09/2023;am;AB123456;;;present\n", "attendance")
    assert [(issue.column, "confirmez" in issue.message) for issue in result.errors] == [
        ("national_id", True)
    ]
    assert db.session.query(Attendance).count() == 0
    fill(made, [one])
    assert rules.submit(SYSTEM, made) == 0
