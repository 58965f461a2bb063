"""Pages of commitments in both languages."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from partnerships.agreements import rules as agreements
from partnerships.agreements.models import Commitment
from partnerships.commitments import rules
from partnerships.commitments.todos import find as todos
from programme.base.access import Actor, Role, Scope
from tests.client import HouseClient
from tests.factories import partnerships as make

SYSTEM = Actor.system()
PAST = dt.date(2024, 6, 30)


@pytest.fixture(params=["fr", "ar"])
def officer(client: HouseClient, request: pytest.FixtureRequest) -> HouseClient:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=request.param)
    return client


def running(**fields: Any) -> Commitment:
    agreement = make.agreement()
    given = {"article": "4", "text_ar": "تقديم التقرير", "due_on": PAST, **fields}
    made = rules.add_commitment(SYSTEM, agreement, agreement.parties[0], **given)
    for step in ("negotiate", "approve"):
        agreements.move(SYSTEM, agreement, step)
    for party in agreement.parties:
        agreements.sign(SYSTEM, party, signatory="س", capacity="ص", signed_on=dt.date(2023, 6, 20))
    for step in ("sign", "enter_into_force"):
        agreements.move(SYSTEM, agreement, step)
    return made


def test_a_commitment_is_written_and_changed(officer: HouseClient, session: Any) -> None:
    agreement = make.agreement()
    officer.page("/commitments")
    officer.page(f"/commitments/for/{agreement.id}/new")
    data = {
        "party_id": agreement.parties[0].id,
        "article": "5",
        "text_ar": "تكوين ثلاثين جمعية",
        "due_on": "2025-01-31",
        "measure": "",
        "quantity": "",
    }
    assert officer.post(f"/commitments/for/{agreement.id}/new", data=data).status_code == 302
    one = session.query(Commitment).one()
    officer.page(f"/commitments/{one.id}/edit")
    assert officer.post(f"/commitments/{one.id}/edit", data={**data, "article": "6"}).status_code == 302
    assert one.article == "6"
    assert officer.post(f"/commitments/{one.id}/edit", data={**data, "quantity": "4"}).status_code == 422
    assert (
        officer.post(f"/commitments/for/{agreement.id}/new", data={**data, "due_on": ""}).status_code == 422
    )
    officer.page(f"/agreements/{agreement.id}")
    assert officer.post(f"/commitments/{one.id}/remove").status_code == 302
    assert session.query(Commitment).count() == 0


def test_a_commitment_is_proved_and_its_evidence_opened_and_set_aside(officer: HouseClient) -> None:
    one = running()
    officer.page(f"/commitments/{one.id}/evidence", 404)
    officer.page(f"/commitments/{one.id}/keep")
    sent = {"on": "2024-06-01", "file": (io.BytesIO(b"%PDF-1.4 x %%EOF"), "rapport.pdf")}
    assert officer.post(f"/commitments/{one.id}/keep", data=sent).status_code == 302
    with officer.get(f"/commitments/{one.id}/evidence") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
    officer.page(f"/agreements/{one.agreement_id}")
    officer.page("/commitments?state=kept")
    officer.page(f"/commitments/{one.id}/reopen")
    assert officer.post(f"/commitments/{one.id}/reopen", data={"reason": ""}).status_code == 422
    assert officer.post(f"/commitments/{one.id}/reopen", data={"reason": "x"}).status_code == 302
    assert one.evidence is None


def test_the_register_shows_as_many_rows_as_its_figure(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for _ in range(3):
        running()
    running(due_on=dt.date(2030, 1, 1))
    late = client.page("/commitments?state=late")
    assert late.count('id="commitment-') == 3
    assert client.page("/commitments?state=nonsense").count('id="commitment-') == 4


def test_the_register_takes_a_fixed_number_of_statements(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for _ in range(4):
        running()
    client.page("/commitments")
    few = client.statements("/commitments")
    for _ in range(26):
        running()
    client.page("/commitments")
    assert (
        client.statements("/commitments") == few <= 27
    )  # of which 18 for the to-dos, remembered in daily use


def test_a_partner_reads_commitments_and_writes_none(client: HouseClient) -> None:
    mine, other = running(), running()
    client.sign_in_as(Role.REGIONAL_PARTNER, organisation=[mine.party.organisation_id])
    page = client.page("/commitments")
    assert f'id="commitment-{mine.id}"' in page
    assert f'id="commitment-{other.id}"' not in page
    assert "تقديم التقرير" in client.page(f"/agreements/{mine.agreement_id}")
    client.page(f"/commitments/{mine.id}/keep", 403)
    client.page(f"/commitments/{other.id}/evidence", 404)


def test_late_evidence_waits_for_who_may_archive_it(session: Any) -> None:
    running()
    ministry = Actor.of(1, "m", Role.MINISTRY_OFFICER)
    with make.app_request():
        assert [todo.count for todo in todos(ministry, Scope.country())] == [1]
        assert todos(ministry, Scope()) == []
        assert todos(Actor.of(1, "p", Role.REGIONAL_PARTNER), Scope.country()) == []
        for _ in range(3):
            running()
        assert [todo.count for todo in todos(ministry, Scope.country())] == [4]
