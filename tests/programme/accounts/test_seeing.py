"""Seeing as another: begun with a reason, told to its owner, ended; never chained, never by others."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from flask import Flask

from programme.accounts import invitations, rules, second_factor, seeing
from programme.base import clock
from programme.base.access import GRANTS, Actor, Permission, Role
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.refusals import Refused
from tests.client import HouseClient
from tests.programme.accounts.support import an_account, browser_of, enter, events, let_pass

SYSTEM = Actor.system()


@pytest.fixture
def target(house: Flask) -> Account:
    return an_account("vue@example.ma")


def admin(client: HouseClient) -> Account:
    account = an_account("adm@example.ma", Role.ADMINISTRATOR)
    account.name = "Le gestionnaire"
    db.session.commit()
    enter(client, "adm@example.ma")
    return account


def look(client: HouseClient, target: Account, reason: str = "ne trouve pas sa cohorte") -> int:
    return client.post(f"/accounts/{target.id}/see", data={"reason": reason}).status_code


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_it_begins_with_a_reason_and_ends(client: HouseClient, target: Account, language: str) -> None:
    owner = admin(client)
    client.speak(language)
    assert f"/accounts/{target.id}/see" in client.page(f"/accounts/{target.id}")
    client.page(f"/accounts/{target.id}/see")
    assert look(client, target, "") == 422
    assert client.get("/people/pairs").status_code == 403
    assert look(client, target) == 302
    page = client.page("/")
    assert ("strip-seeing" in page, "Le gestionnaire" in page, 'href="/cohorts"' in page) == (
        True,
        True,
        True,
    )
    assert "strip-seeing" in client.page("/account", status=403)
    for path in ("/account", "/accounts", "/journal", "/people/pairs", "/search?q=a"):
        assert client.get(path).status_code == 403, path
    assert client.post("/accounts/seeing/stop").status_code == 302
    assert "strip-seeing" not in client.page("/accounts")
    begun, ended = events(seeing.BEGUN), events(seeing.ENDED)
    assert [(one.actor_id, one.subject_id, one.reason) for one in begun] == [
        (owner.id, target.id, "ne trouve pas sa cohorte")
    ]
    assert [(one.actor_id, one.subject_id) for one in ended] == [(owner.id, target.id)]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_its_owner_reads_that_it_happened(client: HouseClient, target: Account, language: str) -> None:
    admin(client)
    look(client, target)
    client.post("/sign-out")
    assert len(events(seeing.ENDED)) == 1  # signing out ends it too
    client.sign_in(target, language)
    page = client.page("/account")
    assert ("Le gestionnaire" in page, "ne trouve pas sa cohorte" in page) == (True, True)


def test_what_is_refused_meanwhile_stands_under_the_administrators_name(
    client: HouseClient, target: Account
) -> None:
    owner = admin(client)
    look(client, target)
    client.get("/people/pairs")
    refused = events("access:refused")[-1]
    assert (refused.actor_id, refused.actor_name) == (owner.id, "Le gestionnaire")


def test_neither_files_nor_proofs(client: HouseClient, target: Account) -> None:
    admin(client)
    look(client, target)
    for path in ("/reports/progress.xlsx", "/reports/progress.json", "/accounts/new"):
        answer = client.get(path)
        assert (answer.status_code, "Content-Disposition" in answer.headers) == (403, False)
    assert events("report:exported") == []
    assert client.get("/confirm").status_code == 403
    assert client.post("/confirm", data={"password": "x"}).status_code == 403


def test_it_is_not_chained(client: HouseClient, target: Account) -> None:
    admin(client)
    other = an_account("autre@example.ma", Role.AUDITOR)
    look(client, target)
    assert look(client, other) == 403
    browser = browser_of(db.session.scalars(db.select(Account).filter_by(email="adm@example.ma")).one())
    with pytest.raises(Refused):
        seeing.begin(Actor.of(browser.account_id, "A", Role.ADMINISTRATOR), browser, other, "encore")
    assert browser.sees_as_id == target.id


@pytest.mark.parametrize("role", sorted(seeing.HIDDEN_ROLES))
def test_some_roles_are_not_looked_as(client: HouseClient, role: Role) -> None:
    admin(client)
    hidden = an_account("x@example.ma", role)
    assert "/see" not in client.page(f"/accounts/{hidden.id}")
    assert look(client, hidden) == 422
    closed = an_account("y@example.ma", Role.AUDITOR)
    closed.is_active = False
    db.session.commit()
    assert look(client, closed) == 422
    assert events(seeing.BEGUN) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_does(client: HouseClient, target: Account, role: Role) -> None:
    account = client.sign_in_as(role)
    assert look(client, target) == 403
    with pytest.raises(Refused) as refusal:
        seeing.begin(Actor.of(account.id, "x", role), browser_of(account), target, "x")
    assert refusal.value.status == 403


def test_it_asks_for_a_proof_first(client: HouseClient, target: Account) -> None:
    owner = admin(client)
    let_pass(owner, 11)
    assert look(client, target) == 303
    assert events(seeing.BEGUN) == []


def test_it_ends_after_half_an_hour(client: HouseClient, target: Account) -> None:
    admin(client)
    look(client, target)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=31)):
        assert "strip-seeing" not in client.page("/accounts")
    assert len(events(seeing.ENDED)) == 1


@pytest.mark.parametrize("way", ["closed", "promoted", "demoted"])
def test_it_ends_when_it_no_longer_may_be(client: HouseClient, target: Account, way: str) -> None:
    owner = admin(client)
    look(client, target)
    if way == "closed":
        invitations.close(SYSTEM, target, "x")
    elif way == "promoted":
        invitations.edit(SYSTEM, target, name="V", role=Role.ADMINISTRATOR, served={})
    else:
        owner.role = Role.AUDITOR  # behind the rules: sessions that should have ended
    db.session.commit()
    assert "strip-seeing" not in client.page("/account")
    assert browser_of(owner).sees_as_id is None


def test_the_other_keeps_their_language_and_their_sessions(client: HouseClient, target: Account) -> None:
    admin(client)
    look(client, target)
    assert client.post("/language/ar", data={"next": "/"}).status_code == 302
    assert 'dir="rtl"' in client.page("/")
    assert target.language == "fr"


def test_nothing_that_changes_or_names_is_left_of_the_permissions() -> None:
    verbs = {permission.value.partition(":")[2] for permission in seeing.SHOWN}
    assert verbs == {"read"}
    assert not seeing.SHOWN & {
        Permission.TRAINEE_READ,
        Permission.JOURNAL_READ,
        Permission.ACCOUNT_READ,
        Permission.REQUEST_READ,
        Permission.OWN_READ,
    }
    assert all(GRANTS[role] & seeing.SHOWN for role in Role)


@pytest.mark.parametrize("way", ["one", "others", "all"])
def test_a_browser_ended_from_elsewhere_looks_no_longer(
    client: HouseClient, target: Account, way: str
) -> None:
    owner = admin(client)
    look(client, target)
    seen = browser_of(owner)
    actor = Actor.of(owner.id, owner.name, owner.role)
    if way == "one":
        rules.end_one_session(actor, seen)
    elif way == "others":
        rules.end_other_sessions(actor, rules.open_session(owner)[0])
    else:
        rules.end_all_sessions(owner)
    db.session.commit()
    assert [(one.actor_id, one.subject_id) for one in events(seeing.ENDED)] == [(owner.id, target.id)]
    assert (seen.sees_as_id, seen.ended_at is not None) == (None, True)
    assert client.get("/").status_code == 302


def test_who_must_set_up_a_factor_meanwhile_meets_their_own_page(
    client: HouseClient, target: Account
) -> None:
    owner = admin(client)
    look(client, target)
    second_factor.require(SYSTEM, {role: role is Role.ADMINISTRATOR for role in Role})
    db.session.commit()
    assert client.get("/").headers["Location"] == "/account/second-factor"
    page = client.page("/account/second-factor")
    assert "strip-seeing" not in page
    assert client.post("/account/second-factor/begin").status_code in {200, 302, 303}
    client.page("/account/second-factor/enrol")
    assert client.post("/accounts/seeing/stop").status_code == 302
    assert browser_of(owner).sees_as_id is None
    assert len(events(seeing.ENDED)) == 1
