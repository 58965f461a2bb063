"""A sensitive act asks again who it is when the last proof is older than ten minutes."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from programme.base.access import GRANTS, Permission, Role, access_of
from reports.catalogue import REPORTS
from tests.client import HouseClient
from tests.factories.people import person
from tests.programme.accounts.support import PHRASE, an_account, enter, events, let_pass

SENSITIVE = {
    "programme.accounts.new",
    "programme.accounts.edit",
    "programme.accounts.link",
    "programme.accounts.close",
    "programme.accounts.reopen",
    "cohorts.people.identify",
}
"""What must ask, at least: a view that loses its mark fails here."""


def _is_asked(answer: TestResponse, then: str) -> bool:
    where = urlsplit(answer.headers.get("Location", ""))
    return (answer.status_code, where.path, parse_qs(where.query).get("next")) == (303, "/confirm", [then])


def test_the_sensitive_views_say_so(app: Flask) -> None:
    marked = {
        name for name, view in app.view_functions.items() if (found := access_of(view)) and found.sensitive
    }
    assert marked >= SENSITIVE


def test_ten_minutes_after_the_last_proof_an_administrator_proves_it_again(client: HouseClient) -> None:
    account = an_account(role=Role.ADMINISTRATOR)
    enter(client)
    client.page("/accounts/new")
    let_pass(account, 9)
    client.page("/accounts/new")
    let_pass(account, 11)
    assert _is_asked(client.get("/accounts/new"), "/accounts/new")
    client.page("/accounts")
    page = client.page("/confirm?next=/accounts/new")
    assert ("data-draft-wait" in page, 'value="/accounts/new"' in page) == (True, True)
    wrong = client.post("/confirm", data={"password": "fausse phrase", "next": "/accounts/new"})
    assert (wrong.status_code, "Mot de passe incorrect" in wrong.text) == (422, True)
    assert _is_asked(client.get("/accounts/new"), "/accounts/new")
    right = client.post("/confirm", data={"password": PHRASE, "next": "/accounts/new"})
    assert (right.status_code, right.headers["Location"]) == (302, "/accounts/new")
    client.page("/accounts/new")
    assert len(events("account:session:confirm")) == 1


def test_what_was_sent_is_not_done_and_not_sent_again(client: HouseClient) -> None:
    account, victim = an_account(role=Role.ADMINISTRATOR), an_account("v@example.ma", Role.AUDITOR)
    enter(client)
    let_pass(account, 11)
    form = f"/accounts/{victim.id}/close"
    sent = client.post(form, data={"reason": "x"}, headers={"Referer": f"http://localhost{form}"})
    assert _is_asked(sent, form)
    assert victim.is_active
    client.post("/confirm", data={"password": PHRASE, "next": form})
    assert victim.is_active
    elsewhere = client.post(
        f"/accounts/{victim.id}/link", data={}, headers={"Referer": "https://evil.example/accounts"}
    )
    assert elsewhere.status_code == 302
    let_pass(account, 11)
    sent = client.post(f"/accounts/{victim.id}/link", headers={"Referer": "https://evil.example/x"})
    assert _is_asked(sent, "/")
    assert len(events("account:link:issued")) == 1


def test_a_full_national_id_is_read_after_a_proof(client: HouseClient, session: Any) -> None:
    account, known = an_account(), person(national_id="AB123456")
    session.commit()
    enter(client)
    let_pass(account, 11)
    home = {"Referer": f"http://localhost/people/{known.id}?x=1"}
    sent = client.post(f"/people/{known.id}/national-id", headers=home)
    assert _is_asked(sent, f"/people/{known.id}?x=1")
    assert "AB123456" not in sent.text
    assert events("people:person:identify") == []
    client.post("/confirm", data={"password": PHRASE})
    assert "AB123456" in client.post(f"/people/{known.id}/national-id").text


PERSONAL = [name for name, report in REPORTS.items() if report.permission is Permission.REPORT_PERSONAL]


@pytest.mark.parametrize("kind", ["xlsx", "pdf", "csv", "json"])
def test_a_file_of_named_persons_is_made_after_a_proof(client: HouseClient, kind: str) -> None:
    account = an_account()
    enter(client)
    let_pass(account, 11)
    assert PERSONAL
    for name in PERSONAL:
        assert _is_asked(client.get(f"/reports/{name}.{kind}?q=a"), f"/reports/{name}.{kind}?q=a")
    assert client.get(f"/reports/progress.{kind}").status_code == 200
    asked = client.get(f"/reports/{PERSONAL[0]}.{kind}", headers={"Accept": "application/json"})
    assert (asked.status_code, "mot de passe" in asked.get_json()["error"]) == (403, True)
    assert len(events("report:exported")) == 1


def test_after_the_proof_a_file_is_one_click_away(client: HouseClient) -> None:
    """A redirect to a file would leave its reader on the form that asked."""
    account = an_account()
    enter(client)
    let_pass(account, 11)
    file = f"/reports/{PERSONAL[0]}.csv?q=a"
    answer = client.post("/confirm", data={"password": PHRASE, "next": file})
    assert (answer.status_code, f'href="{file}"' in answer.text) == (200, True)
    assert client.get(file).status_code != 303


def test_the_way_back_stays_on_this_site(client: HouseClient) -> None:
    an_account()
    enter(client)
    for bad in ("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"):
        assert 'href="https://evil' not in client.page(f"/confirm?next={bad}")
        answer = client.post("/confirm", data={"password": PHRASE, "next": bad})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_everyone_can_confirm(client: HouseClient) -> None:
    assert all(Permission.OWN_READ in held for held in GRANTS.values())
    client.sign_in_as(Role.TRAINEE, language="ar")
    assert "أكّدوا هويتكم" in client.page("/confirm")
