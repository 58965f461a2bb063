"""Guessing is slowed down, for whoever guesses: the owner gets in, however often others fail (issue: lock-out)."""

from __future__ import annotations

import contextvars
import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.accounts import devices, invitations, links, passwords, throttle
from programme.accounts.throttle import Limit, admit, forgive
from programme.base import clock
from programme.base.accounts import LinkPurpose, OneTimeLink, SignInAttempt
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.config import Settings
from tests.client import HouseClient
from tests.programme.accounts.support import PHRASE, an_account, enter
from tests.scale import scaled

FEW = Limit("few", near=3, anywhere=5, network=7, known=2)


def _elsewhere(app: Flask, network: str) -> HouseClient:
    """A browser in another network."""
    made = app.test_client()
    assert isinstance(made, HouseClient)
    made.environ_base["REMOTE_ADDR"] = network
    return made


def _tries(times: int, subject: str, network: str, device: str | None = None) -> list[bool]:
    """Whether each of some attempts, none of them right, was let through."""
    passed = []
    for _time in range(times):
        try:
            admit(FEW, subject, network, device)
        except Refused as refusal:
            passed.append((refusal.code, refusal.status) != ("throttle", 429))
        else:
            passed.append(True)
    return passed


def test_each_counter_stops_at_its_own_limit(house: Flask) -> None:
    assert _tries(4, "a", "n1") == [True] * 3 + [False]
    assert _tries(3, "a", "n2") == [True] * 2 + [False]  # five in all for this subject
    assert _tries(1, "a", "n3") == [False]
    assert _tries(5, "b", "n1") == [True] * 3 + [False] * 2
    assert _tries(3, "c", "n1") == [True] + [False] * 2  # seven in all from this network
    assert _tries(3, "a", "n1", "browser") == [True] * 2 + [False]
    assert _tries(1, "a", "n1", "another browser") == [True]


def test_what_was_refused_lengthens_nobodys_wait(house: Flask) -> None:
    _tries(50, "a", "n")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 9
    old = clock.now() - throttle.WINDOW - dt.timedelta(seconds=1)
    db.session.execute(sa.update(SignInAttempt).values(at=old))
    db.session.commit()
    assert _tries(1, "a", "n") == [True]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 3


def test_what_was_right_is_forgotten(house: Flask) -> None:
    for _time in range(10):
        forgive(admit(FEW, "a", "n"))
        db.session.commit()


def test_many_at_once_count_each_other(house: Flask) -> None:
    """Attempts are counted before any is looked at, so that a volley is worth no more than a row of them."""

    def one(_number: int) -> bool:
        with house.app_context():
            try:
                admit(throttle.SIGN_IN, "fes@example.ma", "10.0.0.1")
            except Refused:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(scaled(8, 16)) as pool:
        runs = [pool.submit(contextvars.Context().run, one, number) for number in range(scaled(40, 400))]
        let_through = sum(run.result() for run in runs)
    assert 1 <= let_through <= throttle.SIGN_IN.near
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt))
    assert rows == 3 * let_through


def test_guessing_is_throttled_and_a_right_guess_is_not_looked_at(client: HouseClient) -> None:
    an_account()
    for _time in range(throttle.SIGN_IN.near):
        assert enter(client, phrase="fausse phrase").status_code == 422
    answer = enter(client)
    assert (answer.status_code, "Mot de passe oublié" in answer.text) == (429, True)
    unknown = _elsewhere(client.application, "10.9.9.9")
    statuses = [enter(unknown, "nobody@example.ma", "fausse phrase").status_code for _time in range(9)]
    assert statuses == [422] * 8 + [429]


def _attack(client: HouseClient, times: int) -> None:
    """So many failures at the owner's address from as many networks as it takes to fill every counter."""
    hacker = _elsewhere(client.application, "10.0.0.0")
    refused = 0
    for number in range(times):
        hacker.environ_base["REMOTE_ADDR"] = f"10.0.{number // 8}.1"
        refused += enter(hacker, phrase=f"devinette {number}").status_code == 429
    assert refused == times - throttle.SIGN_IN.anywhere
    hacker.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert enter(hacker).status_code == 429  # a new browser waits, even with the right password


def test_a_thousand_failures_keep_no_owner_out_of_a_browser_they_know(
    client: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_account()
    enter(client)
    client.post("/sign-out")
    monkeypatch.setattr(passwords, "matches", lambda given, _stored: given == PHRASE)  # time only
    _attack(client, scaled(150, 1000))
    assert enter(client).status_code == 302
    assert "Accueil" in client.page("/")


def test_nor_out_of_a_new_browser_after_the_mailed_link(
    client: HouseClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_account()
    monkeypatch.setattr(passwords, "matches", lambda given, _stored: given in {PHRASE, "une autre phrase"})
    _attack(client, 110)
    assert enter(client).status_code == 429
    client.post("/forgotten", data={"email": "fes@example.ma"}, buffered=True)
    mail = max(settings.outbox.glob("*.eml")).read_text().replace("=\n", "")
    found = re.search(r"/welcome/[\w-]+", mail)
    assert found
    chosen = {"password": "une autre phrase", "again": "une autre phrase"}
    assert client.post(found[0], data=chosen).status_code == 302
    assert enter(client, phrase="une autre phrase").status_code == 302


def test_a_known_browser_guesses_no_more_than_others(client: HouseClient) -> None:
    an_account()
    enter(client)
    client.post("/sign-out")
    statuses = [enter(client, phrase="fausse phrase").status_code for _time in range(9)]
    assert statuses == [422] * throttle.SIGN_IN.known + [429]


def test_a_browser_that_knows_one_account_knows_no_other(client: HouseClient) -> None:
    """Whoever signs in as themselves, or forges the cookie, gets no counter at another's address."""
    an_account()
    an_account("own@example.ma")
    enter(client, "own@example.ma")
    client.post("/sign-out")
    for _time in range(throttle.SIGN_IN.near):
        enter(client, phrase="fausse phrase")
    assert enter(client).status_code == 429
    assert enter(client, "own@example.ma").status_code == 302
    client.post("/sign-out")
    for forged in ("x", "WyJhIixbXV0.x", ""):
        client.set_cookie(devices.COOKIE, forged)
        assert enter(client).status_code == 429


def test_a_copied_device_cookie_ends_with_the_password(client: HouseClient) -> None:
    account = an_account()
    enter(client)
    with client.application.test_request_context(
        headers={"Cookie": f"{devices.COOKIE}={client.get_cookie(devices.COOKIE).value}"}  # type: ignore[union-attr]
    ):
        assert devices.known(account)
        account.password_hash = "another"
        assert devices.known(account) is None


def test_links_asked_for_by_others_flood_nobody_and_end_no_good_link(
    client: HouseClient, settings: Settings
) -> None:
    account = an_account()
    for number in range(20):
        hacker = _elsewhere(client.application, f"10.1.{number}.1")
        answer = hacker.post("/forgotten", data={"email": "fes@example.ma"}, buffered=True)
        assert answer.status_code == 302
    asked = sa.select(OneTimeLink).where(OneTimeLink.account_id == account.id).order_by(OneTimeLink.id)
    issued = list(db.session.scalars(asked))
    assert len(issued) == links.MOST.anywhere
    assert [one.used_at is None for one in issued] == [False, False, True]


def test_a_link_that_cannot_be_mailed_breaks_no_answer(
    client: HouseClient, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    an_account()
    monkeypatch.setattr(invitations, "send_link", lambda *_given: 1 / 0)
    answer = client.post("/forgotten", data={"email": "fes@example.ma"}, buffered=True)
    assert answer.status_code == 302
    assert "could not be sent" in caplog.text
    assert "fes@example.ma" not in caplog.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTimeLink)) == 0


def test_a_new_link_ends_the_older_of_its_purpose_only(house: Flask) -> None:
    account = an_account()
    system = links.ANYONE
    first = invitations.issue_link(system, account, LinkPurpose.INVITATION)
    second = invitations.issue_link(system, account, LinkPurpose.RESET)
    third = invitations.issue_link(system, account, LinkPurpose.RESET)
    db.session.flush()
    with pytest.raises(Refused):
        invitations.choose_password(second, "une autre phrase")
    invitations.choose_password(third, "une autre phrase")
    for spent in (first, third):
        with pytest.raises(Refused):
            invitations.choose_password(spent, "encore une phrase")


def test_one_household_of_ipv6_is_one_network(house: Flask) -> None:
    inside = [f"2001:db8:1:2::{number:x}" for number in range(1, 6)]
    assert [_tries(1, "a", one)[0] for one in inside] == [True] * 3 + [False] * 2
    assert _tries(1, "a", "2001:db8:1:3::1") == [True]
    assert throttle.network_of("::ffff:192.0.2.7") == throttle.network_of("192.0.2.7") == "192.0.2.7"
    assert throttle.network_of("fe80::1%eth0") == "fe80::/64"
    assert throttle.network_of("") == ""


def test_a_weak_new_password_is_no_try(client: HouseClient) -> None:
    an_account()
    enter(client)
    weak = {"current": PHRASE, "password": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"}
    for _time in range(throttle.CONFIRM.near + 2):
        assert client.post("/account", data=weak).status_code == 422
    strong = {"current": PHRASE, "password": "une autre phrase", "again": "une autre phrase"}
    assert client.post("/account", data=strong).status_code == 302
