"""Signing in: right, wrong, throttled, ended; pages in both languages."""

from __future__ import annotations

from programme.accounts import passwords
from programme.accounts.rules import MAX_PER_ADDRESS
from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.client import HouseClient


def _account() -> Account:
    account = Account(
        email="fes@example.ma",
        name="Amina",
        role=Role.MINISTRY_OFFICER,
        password_hash=passwords.hashed("une longue phrase"),
    )
    db.session.add(account)
    db.session.commit()
    return account


def test_right_password_opens_home(client: HouseClient) -> None:
    _account()
    answer = client.post("/sign-in", data={"email": "Fes@example.ma", "password": "une longue phrase"})
    assert answer.status_code == 302
    assert "Accueil" in client.page("/")


def test_wrong_password_says_so_and_not_which(client: HouseClient) -> None:
    _account()
    for email in ("fes@example.ma", "personne@example.ma"):
        answer = client.post("/sign-in", data={"email": email, "password": "fausse phrase"})
        assert answer.status_code == 422
        assert "Adresse ou mot de passe incorrect" in answer.get_data(as_text=True)


def test_guessing_is_throttled(client: HouseClient) -> None:
    _account()
    for _ in range(MAX_PER_ADDRESS):
        client.post("/sign-in", data={"email": "fes@example.ma", "password": "fausse phrase"})
    answer = client.post("/sign-in", data={"email": "fes@example.ma", "password": "une longue phrase"})
    assert answer.status_code == 429


def test_a_copied_cookie_is_worth_nothing_after_signing_out(client: HouseClient) -> None:
    _account()
    client.post("/sign-in", data={"email": "fes@example.ma", "password": "une longue phrase"})
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        cookie.update(copied)
    assert client.get("/").status_code == 302


def test_next_stays_on_this_site(client: HouseClient) -> None:
    _account()
    for bad in ("//evil.example", "/\\evil.example", "https://evil.example"):
        answer = client.post(
            "/sign-in", data={"email": "fes@example.ma", "password": "une longue phrase", "next": bad}
        )
        assert answer.headers["Location"] == "/"


def test_every_page_of_signing_in_is_arabic_too(client: HouseClient) -> None:
    client.speak("ar")
    assert 'dir="rtl"' in client.page("/sign-in")
