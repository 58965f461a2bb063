"""Signing in: right, wrong, ended; nothing tells whether an address has an account; pages in both languages."""

from __future__ import annotations

import contextvars
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from programme.base.access import Role
from programme.base.extensions import db
from tests.client import HouseClient, Statements
from tests.programme.accounts.support import PHRASE, an_account, browser_of, enter


def test_right_password_opens_home(client: HouseClient) -> None:
    an_account()
    assert enter(client, "Fes@example.ma").status_code == 302
    assert "Accueil" in client.page("/")


def test_wrong_password_says_so_and_not_which(client: HouseClient) -> None:
    an_account()
    for email in ("fes@example.ma", "personne@example.ma"):
        answer = enter(client, email, "fausse phrase")
        assert answer.status_code == 422
        assert "Adresse ou mot de passe incorrect" in answer.get_data(as_text=True)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(client: HouseClient) -> None:
    an_account()
    enter(client)
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        cookie.update(copied)
    assert client.get("/").status_code == 302


def test_a_cookie_planted_before_signing_in_is_worth_nothing_after(client: HouseClient) -> None:
    """Session fixation: whoever plants a cookie does not know the one that the owner then gets."""
    an_account()
    other = client.application.test_client()
    assert isinstance(other, HouseClient)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "planted", "yes"
        planted = dict(cookie)
    enter(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
        assert "planted" not in cookie
    with other.session_transaction() as cookie:
        cookie.update(planted)
    assert other.get("/").headers["Location"].startswith("/sign-in")


def test_the_sign_in_form_takes_nothing_from_elsewhere(client: HouseClient) -> None:
    """Signing a victim in as oneself is worth something too: the form asks for its token like any other."""
    an_account()
    data = {"email": "fes@example.ma", "password": PHRASE}
    answer = contextvars.Context().run(super(HouseClient, client).open, "/sign-in", method="POST", data=data)
    assert answer.status_code == 400
    assert client.get("/").status_code == 302


def test_next_stays_on_this_site(client: HouseClient) -> None:
    an_account()
    for bad in (
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "javascript:x",
    ):
        assert enter(client, next=bad).headers["Location"] == "/"


def _closed() -> None:
    an_account("x@example.ma").is_active = False
    db.session.commit()


def _hashes(client: HouseClient, monkeypatch: pytest.MonkeyPatch, email: str) -> tuple[int, int, str]:
    """(status, hashes computed, statements) of one wrong sign-in."""
    computed = []
    real = PasswordHasher.verify
    with monkeypatch.context() as patched:
        patched.setattr(PasswordHasher, "verify", lambda *given: computed.append(1) or real(*given))
        with Statements() as counted:
            answer = enter(client, email, "fausse phrase")
    return answer.status_code, len(computed), "\n".join(counted.all)


@pytest.mark.parametrize(
    "made",
    [lambda: an_account("x@example.ma"), lambda: an_account("x@example.ma", phrase=None), _closed],
    ids=["right", "invited", "closed"],
)
def test_an_unknown_address_takes_the_same_work(
    client: HouseClient, monkeypatch: pytest.MonkeyPatch, made: Callable[[], object]
) -> None:
    made()
    known = _hashes(client, monkeypatch, "x@example.ma")
    unknown = _hashes(client, monkeypatch, "nobody@example.ma")
    assert known == unknown
    assert known[:2] == (422, 1)


def test_a_closed_account_is_told_nothing_more(client: HouseClient) -> None:
    _closed()
    right, wrong = enter(client, "x@example.ma"), enter(client, "x@example.ma", "fausse phrase")
    assert (right.status_code, wrong.status_code) == (422, 422)
    assert "Adresse ou mot de passe incorrect" in right.text


def test_forgotten_does_the_same_work_before_it_answers(client: HouseClient) -> None:
    """The account is looked up, and its mail written, once the answer has gone."""
    an_account()
    seen = []
    for email in ("fes@example.ma", "nobody@example.ma"):
        with Statements() as counted:
            answer = client.post("/forgotten", data={"email": email})
            seen.append((answer.status_code, answer.headers["Location"], tuple(counted.all)))
        answer.close()
    assert seen[0] == seen[1]
    assert not any("FROM account" in one or "one_time_link" in one for one in seen[0][2])


def test_every_page_of_signing_in_is_arabic_too(client: HouseClient) -> None:
    client.speak("ar")
    assert 'dir="rtl"' in client.page("/sign-in")


def test_the_last_visit_is_kept(client: HouseClient) -> None:
    account = an_account(role=Role.AUDITOR)
    enter(client)
    assert account.last_seen_at == browser_of(account).made_at
