"""What waits is found once for colleagues, may lag for seconds in passing, and never after one's own act."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask

from programme import shell
from programme.base import journal, remembering, todos
from programme.base.access import GRANTS, Actor, Role, Scope
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.todos import Todo
from programme.config import Settings
from tests import conftest
from tests.access.world import World, build
from tests.client import HouseClient
from tests.factories.associations import association

COUNTRY = Scope.country()


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "FORGETS", False)
    remembering.forget()


@pytest.fixture
def asked(house: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One finder alone, personal or not as the test says; the names of who was answered anew."""
    found: list[str] = []

    def finder(actor: Actor, _scope: Scope) -> list[Todo]:
        found.append(actor.name)
        return [Todo(f"n° {len(found)}", "/")] * len(found)

    monkeypatch.setattr(todos, "_finders", {"room": finder})
    monkeypatch.setattr(todos, "_fleeting", {})
    monkeypatch.setattr(todos, "_personal", set[str]())
    return found


def something_happens() -> None:
    journal.record(db.session, Actor.system(), "association:record:declare", association())
    db.session.commit()


def officer(name: str, number: int) -> Actor:
    return Actor.of(number, name, Role.MINISTRY_OFFICER)


def test_colleagues_share_what_is_not_personal(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("one", "two")):
        todos.waiting(officer(name, number), COUNTRY)
    todos.waiting(Actor.of(3, "auditor", Role.AUDITOR), COUNTRY)
    todos.waiting(officer("three", 4), Scope(regions=frozenset({3})))
    assert asked == ["one", "auditor", "three"]
    monkeypatch.setattr(todos, "_personal", {"room"})
    for number, name in enumerate(("one", "two", "one")):
        todos.waiting(officer(name, number % 2), COUNTRY)
    assert asked[3:] == ["one", "two"]


def test_finders_that_are_not_personal_answer_colleagues_alike(house: Flask, settings: Settings) -> None:
    """Every finder of the house in a world with something to do for each role."""
    world: World = build(settings.uploads)
    found = 0
    for role, account_id in world.accounts.items():
        actor = Actor.of(account_id, "somebody", role)
        colleague = Actor.of(account_id + 10_000, "somebody else", role)
        for room, finder in todos._finders.items():
            if room not in todos._personal:
                with house.test_request_context():
                    answers = [finder(one, COUNTRY) for one in (actor, colleague)]
                assert answers[0] == answers[1], room
                found += len(answers[0])
    assert found > 20
    assert GRANTS.keys() == world.accounts.keys()


def number_on(client: HouseClient, address: str) -> int:
    known = re.search(r'class="top-count"[^>]*>([0-9]+)<', client.page(address))
    assert known, "no number in the top bar"
    return int(known[1])


def acts_in(client: HouseClient, room: str) -> None:
    with client.session_transaction() as kept:
        kept[shell.ACTED] = {room: time.time()}


def test_the_number_lags_for_others_and_not_for_oneself(
    client: HouseClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account: Account = client.sign_in_as(Role.MINISTRY_OFFICER)
    assert account
    first = number_on(client, "/modules")
    something_happens()
    assert number_on(client, "/modules") == first == 1, "what somebody else did may lag"
    assert "n° 2" in client.page("/todo"), "the page that lists it is exact"
    something_happens()
    client.post("/language/fr")
    assert number_on(client, "/modules") == 2, "which language is read leaves nothing to do"
    monkeypatch.setitem(todos._finders, "another", lambda *_: [])
    acts_in(client, "another")
    assert number_on(client, "/modules") == 2, "another room's finder has its own answer"
    acts_in(client, "room")
    assert number_on(client, "/modules") == 3, "after something of one's own it is found anew"
    something_happens()
    acts_in(client, "programme.imports")
    assert number_on(client, "/modules") == 4, "a room without a finder may leave something to do in any"


def test_the_number_does_not_lag_for_longer(
    client: HouseClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page("/modules")
    something_happens()
    monkeypatch.setattr(shell, "IN_PASSING", -1.0)
    assert number_on(client, "/modules") == 2


def test_what_waits_without_an_entry_lags_by_its_age_alone(
    client: HouseClient, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file becomes ready without an entry in the journal: no mark tells that the number is old."""
    ready: list[Todo] = []
    monkeypatch.setattr(todos, "_fleeting", {"files": lambda *_: list(ready)})
    client.sign_in_as(Role.MINISTRY_OFFICER)
    first = number_on(client, "/modules")
    ready.append(Todo("a file", "/exports"))
    assert number_on(client, "/modules") == first
    acts_in(client, "another room")
    assert number_on(client, "/modules") == first + 1, "after an act of one's own, wherever"
    ready.append(Todo("another file", "/exports"))
    monkeypatch.setattr(shell, "IN_PASSING", -1.0)
    assert number_on(client, "/modules") == first + 2


def test_templates_have_no_globals_of_their_own(house: Flask) -> None:
    house.jinja_env.get_template("layout/head.html")
    for again in range(2):
        with pytest.raises(TypeError, match="same for all"):
            house.jinja_env.get_template("layout/head.html", globals={"again": again})
    assert "again" not in house.jinja_env.globals
