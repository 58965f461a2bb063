"""A role that requires a second factor opens nothing before there is one; where one is signed in, and ending it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from programme.accounts import agents, invitations, queries, second_factor
from programme.base import clock
from programme.base.access import Actor, Role
from programme.base.accounts import Account, Stage
from programme.base.extensions import db
from programme.base.refusals import Refused
from tests.access.registry import doors
from tests.client import HouseClient
from tests.programme.accounts.support import PHRASE, an_account, browser_of, enter, events
from tests.programme.accounts.test_second_factor import code_of, enrolled

SYSTEM = Actor.system()


def require(*roles: Role) -> None:
    second_factor.require(SYSTEM, {role: role in roles for role in Role})
    db.session.commit()


def another(client: HouseClient, agent: str = "") -> HouseClient:
    """Another browser."""
    made = client.application.test_client()
    assert isinstance(made, HouseClient)
    if agent:
        made.environ_base["HTTP_USER_AGENT"] = agent
    return made


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_an_administrator_requires_it_of_roles(client: HouseClient, language: str) -> None:
    client.sign_in_as(Role.ADMINISTRATOR, language=language)
    assert "/accounts/second-factor" in client.page("/accounts")
    client.page("/accounts/second-factor")
    answer = client.post("/accounts/second-factor", data={"roles": ["auditor", "ministry_officer"]})
    assert answer.status_code == 302
    asked = {role for role, is_asked in queries.requirements().items() if is_asked}
    assert asked == {Role.AUDITOR, Role.MINISTRY_OFFICER}
    entry = events("account:role:second_factor")[0]
    assert (entry.before, entry.after) == (
        '{"auditor": false, "ministry_officer": false}',
        '{"auditor": true, "ministry_officer": true}',
    )
    client.post("/accounts/second-factor", data={"roles": ["auditor", "ministry_officer"]})
    assert len(events("account:role:second_factor")) == 1
    assert client.post("/accounts/second-factor", data={"roles": ["emperor"]}).status_code == 422
    client.page("/journal")


def test_only_administrators_require_it(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert client.post("/accounts/second-factor", data={"roles": []}).status_code == 403
    with pytest.raises(Refused):
        second_factor.require(Actor.of(1, "x", Role.AUDITOR), {Role.AUDITOR: False})


def test_right_after_signing_in_one_is_led_to_it_and_reaches_nothing_else(
    app: Flask, client: HouseClient
) -> None:
    account = an_account()
    require(Role.MINISTRY_OFFICER)
    assert enter(client, next="/people").headers["Location"] == "/account/second-factor"
    assert browser_of(account).stage is Stage.ENROL
    for door in doors(app):
        if door.endpoint.startswith("programme.accounts.") and "factor" in door.endpoint:
            continue
        path = app.url_map.bind("localhost").build(
            door.endpoint, {name: "1" if name != "code" else "03" for name in door.rule.arguments},
            method=door.method,
        ) if not door.rule.arguments else None  # fmt: skip
        if path is None or door.endpoint in {"programme.accounts.confirm", "programme.accounts.stop_seeing"}:
            continue
        status = client.open(path, method=door.method, check=False).status_code
        assert status in {303, 403}, f"{door}: {status}"
    page = client.page("/account/second-factor")
    assert "Votre rôle demande un second facteur" in page
    assert 'href="/people"' not in page
    client.post("/account/second-factor/begin")
    client.page("/account/second-factor/enrol")
    done = client.post("/account/second-factor/enrol", data={"code": code_of(account)})
    assert done.status_code == 200
    assert "Accueil" in client.page("/")
    refused = client.post("/account/second-factor/off")
    assert (refused.status_code, queries.factor_of(account.id) is None) == (409, False)


def test_who_is_signed_in_already_is_led_to_it_too(client: HouseClient) -> None:
    account, equipped = an_account(), an_account("with@example.ma")
    enrolled(equipped)
    enter(client)
    other = another(client)
    enter(other, "with@example.ma")
    other.post("/sign-in/code", data={"code": code_of(equipped)})
    require(Role.MINISTRY_OFFICER)
    assert client.get("/").headers["Location"] == "/account/second-factor"
    assert client.post("/sign-out").status_code == 302
    enter(client)
    assert other.get("/").status_code == 200
    require()
    assert client.get("/").status_code == 200
    assert browser_of(account).stage is Stage.WHOLE


AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_one_sees_where_one_is_signed_in_and_ends_it(client: HouseClient) -> None:
    account = an_account()
    browsers = [client, another(client, AGENT), another(client)]
    for one in browsers:
        enter(one)
    page = client.page("/account")
    assert ("Firefox · Windows" in page, page.count("Terminer</button>")) == (True, 2)
    ours = browser_of(account)
    second = queries.live_sessions(account.id, ours.made_at - dt.timedelta(hours=1))[1]
    assert client.post(f"/account/sessions/{second.id}/end").status_code == 302
    assert [one.get("/").status_code for one in browsers] == [200, 302, 200]
    assert client.post(f"/account/sessions/{second.id}/end").status_code == 404
    assert client.post("/account/sessions/end").status_code == 302
    assert [one.get("/").status_code for one in browsers] == [200, 302, 302]
    assert len(events("account:session:ended")) == 2


def test_nobody_ends_anothers_session(client: HouseClient) -> None:
    victim = an_account()
    enter(client)
    thief = another(client)
    thief.sign_in_as(Role.ADMINISTRATOR)
    assert thief.post(f"/account/sessions/{browser_of(victim).id}/end").status_code == 404
    assert thief.post("/account/sessions/end").status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("way", ["password", "link", "role", "closed", "reset"])
def test_every_session_ends(client: HouseClient, way: str) -> None:
    """At a new password (the present session too), another role, closing, a second factor taken away."""
    account = an_account(role=Role.AUDITOR)
    browsers = [client, another(client)]
    for one in browsers:
        enter(one)
    with_half = another(client)
    if way == "password":
        data = {"current": PHRASE, "password": "une autre phrase", "again": "une autre phrase"}
        assert client.post("/account", data=data).status_code == 302
    elif way == "link":
        token = invitations.issue_link(SYSTEM, account, invitations.LinkPurpose.RESET)
        db.session.commit()
        chosen = {"password": "une autre phrase", "again": "une autre phrase"}
        assert with_half.post(f"/welcome/{token}", data=chosen).status_code == 302
    elif way == "role":
        invitations.edit(SYSTEM, account, name="A", role=Role.MINISTRY_OFFICER, served={})
    elif way == "closed":
        invitations.close(SYSTEM, account, "x")
    else:
        enrolled(account)
        enter(with_half)
        second_factor.reset(SYSTEM, account, "x")
    db.session.commit()
    assert [one.get("/").status_code for one in browsers] == [302, 302]
    assert with_half.get("/sign-in/code").headers["Location"].startswith("/sign-in?")


def test_the_same_role_keeps_sessions(client: HouseClient) -> None:
    account = an_account(role=Role.AUDITOR)
    enter(client)
    invitations.edit(SYSTEM, db.session.get_one(Account, account.id), name="B", role=Role.AUDITOR, served={})
    db.session.commit()
    assert client.get("/").status_code == 200


def test_the_present_password_is_not_guessed_at_an_open_browser(client: HouseClient) -> None:
    account = an_account()
    enter(client)
    data = {"current": "devinette", "password": "une autre phrase", "again": "une autre phrase"}
    statuses = [client.post("/account", data=data).status_code for _time in range(5)]
    statuses += [client.post("/confirm", data={"password": "devinette"}).status_code]
    assert statuses == [422] * 5 + [429]
    assert client.post("/account", data={**data, "current": PHRASE}).status_code == 429
    other = another(client)
    assert enter(other).status_code == 302
    assert other.post("/confirm", data={"password": PHRASE}).status_code == 302
    assert browser_of(account).confirmed_at is not None
    assert browser_of(account).confirmed_at > clock.now() - dt.timedelta(minutes=1)  # type: ignore[operator]


def test_browsers_in_words(house: Flask) -> None:
    told = {
        AGENT: "Firefox · Windows",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18.0 Safari/604.1": (
            "Safari · iPhone"
        ),
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/140.0 Mobile Safari/537.36": "Chrome · Android",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140.0 Safari/537.36 Edg/140.0": "Edge · Windows",
        "curl/8": "Appareil inconnu",
        "": "Appareil inconnu",
    }
    assert {agent: agents.words(agent) for agent in told} == told
    assert agents.words(None) == "Appareil inconnu"
