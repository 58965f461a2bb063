"""The pages of sessions, in both languages, and who may open them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from cohorts.enrolment.models import Cohort
from cohorts.sessions import queries, rules
from cohorts.sessions.models import Session, SessionState
from cohorts.sessions.todos import VALIDATION_DELAY
from programme.base import clock
from programme.base.access import Role, Scope
from programme.base.extensions import db
from programme.base.todos import todos
from tests.client import HouseClient
from tests.factories import partnerships
from tests.factories.cohorts import SYSTEM, cohort, enrolment, full_cohort, seat
from tests.factories.programmes import region
from tests.factories.sessions import (
    ABSENT,
    FRIDAY,
    PRESENT,
    days,
    fill,
    held,
    officer,
    plan,
    session_of,
    trainer,
)

COUNTRY = Scope.country()
TABS = ("", "/details", "/evidence", "/history", "/submit", "/edit", "/cancel")


def ready(client: HouseClient, role: Role = Role.MINISTRY_OFFICER, people: int = 4) -> tuple[Cohort, Session]:
    group = full_cohort(seats=1, people=people)
    made = session_of(group, *days(2), code="FM-S1")
    client.sign_in_as(role)
    return group, made


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_page_opens_in_both_languages(client: HouseClient, language: str) -> None:
    _group, made = ready(client)
    client.speak(language)
    for tab in TABS:
        client.page(f"/sessions/{made.id}{tab}")
    client.page("/sessions")
    client.page("/sessions/new?cohort=FM-1")
    client.page("/sessions?state=planned&kind=session&month=2023-09&cohort=FM-1&region=03")
    client.page("/sessions?state=odd&month=x&cohort=none&after=zz")
    client.page("/sessions?late=1")


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_validated_and_a_returned_session_open_in_both_languages(
    client: HouseClient, language: str
) -> None:
    group, made = ready(client)
    roster = queries.expected_of(made)
    rules.mark(SYSTEM, made, {(s.id, one.enrolment_id): PRESENT for s in made.sittings for one in roster})
    rules.submit(SYSTEM, made)
    client.speak(language)
    client.page(f"/sessions/{made.id}/return")
    assert client.post(f"/sessions/{made.id}/return", data={"reason": "Feuille illisible"}).status_code == 302
    assert "Feuille illisible" in client.page(f"/sessions/{made.id}")
    rules.submit(SYSTEM, made)
    assert client.post(f"/sessions/{made.id}/validate").status_code == 302
    page = client.page(f"/sessions/{made.id}")
    assert "data-readonly" in page
    client.page(f"/sessions/{made.id}/correct")
    data = {
        "sitting_id": made.sittings[0].id,
        "enrolment_id": roster[0].enrolment_id,
        "after": "absent",
        "reason": "Erreur",
    }
    assert client.post(f"/sessions/{made.id}/correct", data={**data, "reason": ""}).status_code == 422
    assert client.post(f"/sessions/{made.id}/correct", data=data).status_code == 302
    assert "Erreur" in client.page(f"/sessions/{made.id}")
    client.page(f"/sessions/{made.id}/history")
    assert group.code == "FM-1"


def test_a_session_is_planned_and_changed_from_its_form(client: HouseClient) -> None:
    cohort()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id])
    form = {
        "code": "FM-S7",
        "kind": "session",
        "title_ar": "الحكامة",
        "sittings-0-on_date": "2023-09-11",
        "sittings-0-half_day": "am",
        "sittings-0-hours": "3,5",
        "sittings-0-trainer": "حسن العلوي",
        "sittings-2-on_date": "12/09/2023",
        "sittings-2-half_day": "pm",
        "sittings-2-hours": "3",
    }
    assert client.post("/sessions/new", data={**form, "sittings-0-hours": "99"}).status_code == 422
    answer = client.post("/sessions/new", data=form)
    assert answer.status_code == 302
    assert "CONV-2023-01" in client.page(answer.headers["Location"])
    made = queries.session_by_code(COUNTRY, "FM-S7")
    assert made is not None
    assert [(s.on_date.day, s.minutes) for s in made.sittings] == [(11, 210), (12, 180)]
    assert client.post("/sessions/new", data=form).status_code == 422
    kept = made.sittings[1]
    change = {
        "kind": "panel",
        "title_ar": "ورشة",
        "version": made.version,
        "sittings-0-sitting_id": kept.id,
        "sittings-0-on_date": "2023-09-12",
        "sittings-0-half_day": "pm",
        "sittings-0-hours": "2",
    }
    assert client.post(f"/sessions/{made.id}/edit", data=change).status_code == 302
    changed = queries.session_by_code(COUNTRY, "FM-S7")
    assert changed is not None
    assert [(s.id, s.minutes) for s in changed.sittings] == [(kept.id, 120)]
    assert client.post(f"/sessions/{made.id}/edit", data=change).status_code == 409


def test_the_grid_saves_cell_by_cell_and_names_what_it_refuses(client: HouseClient) -> None:
    _group, made = ready(client, Role.MINISTRY_OFFICER)
    other = enrolment(seat(cohort("FM-2")))
    one = queries.expected_of(made)[0].enrolment_id
    address, sitting = f"/sessions/{made.id}/marks", made.sittings[0].id
    cells: list[dict[str, Any]] = [
        {"row": str(one), "column": str(sitting), "value": "P"},
        {"row": other.id, "column": sitting, "value": "A"},
    ]
    answer = client.post(address, json={"cells": cells})
    assert answer.status_code == 200
    assert [said["row"] for said in answer.json["refused"]] == [other.id]  # type: ignore[index]
    assert [mark.status for mark in queries.marks_of([sitting])] == ["present"]
    assert client.post(address, json={"cells": [{**cells[0], "value": ""}]}).status_code == 200
    assert queries.marks_of([sitting]) == []
    unknown: list[Any] = [
        {},
        {"cells": []},
        {"cells": [{"row": "x", "column": 1, "value": "P"}]},
        [1],
        {"cells": 3},
    ]
    for odd in unknown:
        assert client.post(address, json=odd).status_code == 422
    assert client.post(address, json={"cells": [{**cells[0], "value": "Z"}]}).status_code == 422
    rules.mark(SYSTEM, made, {(sitting, one): PRESENT})
    rules.submit(SYSTEM, made, accept_missing=True)
    refused = client.post(address, json={"cells": cells[:1]})
    assert refused.status_code == 409
    assert "FM-S1" in refused.json["message"]  # type: ignore[index]


def test_submitting_shows_what_is_missing_and_asks(client: HouseClient) -> None:
    _group, made = ready(client)
    one = queries.expected_of(made)[0].enrolment_id
    rules.mark(SYSTEM, made, {(made.sittings[0].id, one): PRESENT})
    assert client.post(f"/sessions/{made.id}/submit", data={}).status_code == 422
    assert client.post(f"/sessions/{made.id}/submit", data={"accept_missing": "y"}).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(Session, made.id).state is SessionState.SUBMITTED
    page = client.post(f"/sessions/{made.id}/validate", check=False)
    assert page.status_code == 409


def test_steps_with_a_reason_and_evidence(client: HouseClient) -> None:
    _group, made = ready(client)
    assert client.post(f"/sessions/{made.id}/cancel", data={"reason": ""}).status_code == 422
    assert client.post(f"/sessions/{made.id}/cancel", data={"reason": "Report"}).status_code == 302
    assert client.post(f"/sessions/{made.id}/restore").status_code == 302
    sent = {"title": "Feuille signée", "file": (io.BytesIO(b"%PDF-1.4 x %%EOF"), "feuille.pdf")}
    assert client.post(f"/sessions/{made.id}/evidence", data=sent).status_code == 302
    assert "Feuille signée" in client.page(f"/sessions/{made.id}/evidence")
    kept = queries.files_of(made)[0]
    answer = client.get(f"/sessions/{made.id}/evidence/{kept.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
    assert client.get(f"/sessions/{made.id}/evidence/999999").status_code == 404
    assert client.post(f"/sessions/{made.id}/evidence", data={"title": ""}).status_code == 422


def test_a_trainer_sees_own_sessions_only_and_may_mark_them(client: HouseClient) -> None:
    group = full_cohort(seats=1)
    teacher, other = trainer(), trainer()
    mine = session_of(group, plan(trainer=teacher), code="MINE")
    theirs = session_of(group, plan(half="pm", trainer=other), code="THEIRS")
    client.sign_in_as(Role.TRAINER, trainer=[teacher.id])
    page = client.page("/sessions")
    assert "MINE" in page
    assert "THEIRS" not in page
    client.page(f"/sessions/{mine.id}")
    client.page(f"/sessions/{theirs.id}", 404)
    one = queries.expected_of(mine)[0].enrolment_id
    cells: Any = {"cells": [{"row": one, "column": mine.sittings[0].id, "value": "P"}]}
    assert client.post(f"/sessions/{mine.id}/marks", json=cells).status_code == 200
    assert client.post(f"/sessions/{theirs.id}/marks", json=cells).status_code == 404
    assert client.get(f"/sessions/{mine.id}/edit").status_code == 403
    assert client.post(f"/sessions/{mine.id}/validate").status_code == 403


def test_another_region_is_not_found(client: HouseClient) -> None:
    group = full_cohort(seats=1)
    made = session_of(group)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("05").id])
    for tab in TABS:
        client.page(f"/sessions/{made.id}{tab}", 404)
    assert client.post(f"/sessions/{made.id}/validate").status_code == 404
    assert f">{made.code}<" not in client.page("/sessions?cohort=FM-1")


def test_a_page_takes_as_many_statements_for_120_people_as_for_4(client: HouseClient) -> None:
    small, big = cohort("A"), full_cohort("B", seats=30, people=4)
    enrolment(seat(small))
    first, second = session_of(small, *days(6)), session_of(big, *days(6))
    roster = queries.expected_of(second)
    rules.mark(SYSTEM, second, {(s.id, one.enrolment_id): ABSENT for s in second.sittings for one in roster})
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.get("/sessions")
    base = client.statements("/account")
    few, many = (client.statements(f"/sessions/{one.id}") for one in (first, second))
    assert few == many
    assert many - base <= 8


def test_the_list_takes_as_many_statements_for_30_sessions_as_for_1(client: HouseClient) -> None:
    group = full_cohort(seats=1)
    session_of(group, plan(FRIDAY - dt.timedelta(days=7)))
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.get("/sessions")
    one = client.statements("/sessions")
    for number in range(29):
        session_of(group, plan(FRIDAY + dt.timedelta(days=number)))
    db.session.commit()
    assert client.statements("/sessions") == one


def test_what_waits_is_told_to_whom_it_concerns(client: HouseClient) -> None:
    group = full_cohort(seats=1)
    late = session_of(group, plan(), code="LATE")
    sent = session_of(group, plan(half="pm"), code="SENT")
    people = queries.expected_of(sent)
    rules.mark(SYSTEM, sent, {(sent.sittings[0].id, one.enrolment_id): PRESENT for one in people})
    rules.submit(SYSTEM, sent)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/sessions?late=1")
    assert "LATE" in page
    assert "SENT" not in page
    with client.application.test_request_context():
        texts = [todo.text for todo in todos(officer(), COUNTRY)]
    assert any("SENT" in text for text in texts)
    assert any("LATE" in text for text in texts)
    assert late.state is SessionState.PLANNED
    partnerships.in_force(reference="CONV-2023-01", starts_on=dt.date(2024, 1, 1))
    with client.application.test_request_context():
        outside = [todo for todo in todos(officer(), COUNTRY) if todo.kind == "session_outside"]
    assert [todo.count for todo in outside] == [2]


def test_a_session_handed_in_is_not_late_the_next_day(client: HouseClient) -> None:
    group = full_cohort(seats=1)
    sent = session_of(group, plan(), code="SENT", title_fr="Bonne gouvernance")
    people = queries.expected_of(sent)
    rules.mark(SYSTEM, sent, {(sent.sittings[0].id, one.enrolment_id): PRESENT for one in people})
    judge = officer()
    rules.submit(judge, sent)
    with client.application.test_request_context():
        (told,) = [todo for todo in todos(officer(), COUNTRY) if todo.kind == "session_validate"]
        (own,) = [todo for todo in todos(judge, COUNTRY) if todo.kind == "session_validate"]
    assert told.due_on == clock.today() + VALIDATION_DELAY
    assert ("Bonne gouvernance" in told.text, "SENT" in told.text) == (True, True)
    assert (told.owner, own.owner) == ("", "Une autre personne que vous")


def test_a_sheet_to_fill_waits_for_its_trainer(client: HouseClient) -> None:
    made = session_of(full_cohort(seats=1), plan(), code="LATE")
    made.sittings[0].trainer_id = rules.find_or_add_trainer(SYSTEM, "سعاد الحياني").id
    db.session.flush()
    with client.application.test_request_context():
        (told,) = [todo for todo in todos(officer(), COUNTRY) if todo.kind == "session_mark"]
    assert told.owner == "سعاد الحياني"


def test_hours_are_seen_once_validated(client: HouseClient) -> None:
    group = cohort()
    one = enrolment(seat(group))
    made = held(group, [one], plan())
    again = session_of(group, plan(half="pm"))
    fill(again, [one])
    client.sign_in_as(Role.AUDITOR)
    assert "data-readonly" in client.page(f"/sessions/{made.id}")
    assert "data-readonly" in client.page(f"/sessions/{again.id}")


def test_a_cohort_opens_its_sessions_and_a_new_one_has_a_code(client: HouseClient) -> None:
    group = cohort("FM-1")
    assert queries.next_code(group) == "FM-1-S1"
    for number, code in enumerate(("FM1-S2", "FM1-S9", "FM1-P30")):
        session_of(group, plan(FRIDAY + dt.timedelta(days=number)), code=code)
    session_of(cohort("FM-2"), code="fm1-s10")
    number = group.id
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert f"/sessions/cohorts/{number}" in client.page(f"/cohorts/{number}")
    assert client.get(f"/sessions/cohorts/{number}").location == "/sessions?cohort=FM-1"
    assert 'value="FM1-S11"' in client.page("/sessions/new?cohort=FM-1")
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("04").id])
    client.page(f"/sessions/cohorts/{number}", status=404)
