"""Requests of persons about their own data: deadlines, states, pages (law 09-08)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.people.models import Person
from programme.base import clock, journal, todos
from programme.base.access import Actor, Role, Scope
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.config import BadSettings, Settings
from programme.privacy import queries, rules
from programme.privacy.deadlines import due_on
from programme.privacy.models import MOVES, PersonalRequest, RequestKind, RequestState
from tests.client import HouseClient
from tests.factories.cohorts import an_association, cohort, enrolment, seat
from tests.factories.people import person
from tests.factories.transfers import actor
from tests.programme.privacy.filling import send

SYSTEM = Actor.system()
REGIONAL = Actor.of(92, "Regional", Role.REGIONAL_OFFICER)


@pytest.fixture
def officer(session: Any) -> Actor:
    return actor(Role.MINISTRY_OFFICER)


@pytest.fixture
def somebody(session: Any) -> Person:
    made = person("مريم الإدريسي", name_fr="Meriem El Idrissi", phone="0661234567")
    session.flush()
    return made


def received(somebody: Person, kind: str = "erasure", **more: Any) -> PersonalRequest:
    return rules.receive(SYSTEM, kind=kind, channel="counter", person=somebody, **more)


def test_the_law_gives_ten_days_whatever_the_settings_say() -> None:
    day = dt.date(2026, 11, 2)
    assert due_on(RequestKind.ERASURE, day, days=40) == dt.date(2026, 11, 12)
    assert due_on(RequestKind.CORRECTION, day, days=40) == dt.date(2026, 11, 12)
    assert due_on(RequestKind.ACCESS, day, days=40) == dt.date(2026, 12, 12)
    assert due_on(RequestKind.OBJECTION, day) == dt.date(2026, 11, 12)


@pytest.mark.parametrize("text", ["0", "61", "dix", "1.5", "-3", "١٠"])
def test_a_senseless_number_of_days_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PROGRAMME_ANSWER_DAYS", text)
    with pytest.raises(BadSettings, match="PROGRAMME_ANSWER_DAYS"):
        Settings.from_environment()


def test_a_request_is_journalled_without_words_about_the_person(somebody: Person) -> None:
    made = received(somebody, asker="Hind Idrissi", contact="hind@example.ma", details="tout effacer")
    db.session.commit()
    (entry,) = journal.history(db.session, "personal_request", made.id)
    assert entry.event == "privacy:request:receive"
    assert not any(word in f"{entry.after}{entry.reason}" for word in ("Hind", "hind@", "effacer", "Idrissi"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"person": None}, "asker"),
        ({"received_on": dt.date(2999, 1, 1)}, "received_on"),
    ],
)
def test_what_cannot_be_received_is_refused(somebody: Person, more: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"kind": "access", "channel": "post", "person": somebody, **more}
    with pytest.raises(Refused) as refusal:
        rules.receive(SYSTEM, **given)
    assert refusal.value.field == field


def test_the_same_request_is_received_once(somebody: Person) -> None:
    received(somebody)
    received(somebody, "access")
    with pytest.raises(Refused, match="déjà en cours"):
        received(somebody)


def test_every_step_is_made_from_its_states_only(officer: Actor, somebody: Person) -> None:
    words = {"proof": "carte vue", "reason": "obligation légale"}
    for name, step in MOVES.items():
        for state in RequestState:
            one = received(somebody, "access")
            one.state = state
            db.session.flush()
            if state in step.sources:
                rules.move(officer, one, name, **words)
                assert one.state is step.target
            else:
                with pytest.raises(Refused):
                    rules.move(officer, one, name, **words)
                assert one.state is state
            one.state = RequestState.DONE
            db.session.flush()


@pytest.mark.parametrize(("name", "field"), [("check", "proof"), ("refuse", "reason")])
def test_a_step_needs_its_words(officer: Actor, somebody: Person, name: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.move(officer, received(somebody), name, proof=" ", reason=" ")
    assert refusal.value.field == field


def test_who_receives_does_not_decide_in_a_region(somebody: Person) -> None:
    one = received(somebody)
    rules.move(REGIONAL, one, "check", proof="carte vue")
    with pytest.raises(Refused) as refusal:
        rules.move(REGIONAL, one, "grant")
    assert refusal.value.status == 403


def test_an_erasure_is_not_done_by_hand(officer: Actor, somebody: Person) -> None:
    one = received(somebody)
    rules.move(officer, one, "check", proof="carte vue")
    rules.move(officer, one, "grant")
    with pytest.raises(Refused, match="depuis sa page"):
        rules.move(officer, one, "done")


def test_who_may_not_receive_is_refused(somebody: Person) -> None:
    trainer = Actor.of(93, "Trainer", Role.TRAINER)
    with pytest.raises(Refused) as refusal:
        rules.receive(trainer, kind="access", channel="post", person=somebody)
    assert refusal.value.status == 403
    with pytest.raises(Refused):
        rules.ask(trainer, somebody, kind="access", details=None)


def test_a_request_waits_with_its_deadline(officer: Actor, somebody: Person, house: Any) -> None:
    received(somebody, received_on=clock.today() - dt.timedelta(days=8))
    with house.test_request_context():
        (one,) = [x for x in todos.todos(officer, Scope.country()) if x.kind == "privacy:request"]
        assert one.due_on == clock.today() + dt.timedelta(days=2)
        assert one.tone == "red"
        assert not [
            x for x in todos.todos(Actor.of(1, "A", Role.AUDITOR), Scope.country()) if x.kind == one.kind
        ]


def test_a_request_of_another_region_is_not_seen(session: Any) -> None:
    here = enrolment(seat(cohort("FM-1", "03"), an_association("جمعية أولى"))).person
    there = enrolment(seat(cohort("TA-1", "01"), an_association("جمعية ثانية", province="01.051"))).person
    mine, other = received(here), received(there)
    nobodys = rules.receive(SYSTEM, kind="access", channel="post", person=None, asker="X")
    region = session.scalar(sa.text("SELECT id FROM region WHERE code = '03'"))
    scope = Scope(regions=frozenset({region}))
    assert [one.id for one in queries.requests(scope)] == [mine.id]
    assert queries.get_request(scope, other.id) is None
    assert queries.get_request(scope, nobodys.id) is None
    assert len(queries.requests(Scope.country())) == 3


def test_a_request_from_the_page_of_a_person_to_its_end(
    officer: Actor, client: HouseClient, somebody: Person
) -> None:
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page(f"/people/{somebody.id}")
    address = f"/privacy/people/{somebody.id}/requests/new"
    client.page(address)
    answer = send(
        client, address, kind="correction", channel="post", received_on="2026-01-05", details="prénom"
    )
    assert answer.status_code == 302
    one = db.session.scalars(sa.select(PersonalRequest)).one()
    where = f"/privacy/requests/{one.id}"
    assert "en retard" in client.page("/privacy/requests")
    assert "prénom" in client.page(where)
    client.page(f"{where}/check")
    assert send(client, f"{where}/check", proof="").status_code == 422
    assert send(client, f"{where}/check", proof="carte vue au guichet").status_code == 302
    assert send(client, f"{where}/grant").status_code == 302
    assert send(client, f"{where}/done").status_code == 302
    db.session.expire_all()
    assert one.state is RequestState.DONE
    client.page(where)
    assert f"/privacy/requests/{one.id}" in client.page("/privacy/requests?state=closed")
    client.speak("ar")
    for page in ("/privacy/requests", where, f"/privacy/people/{somebody.id}/requests/new"):
        client.page(page)


def test_a_stale_step_is_told(officer: Actor, client: HouseClient, somebody: Person) -> None:
    one = received(somebody)
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    answer = send(client, f"/privacy/requests/{one.id}/check", proof="vu", version="77")
    assert answer.status_code == 409


def test_a_trainee_asks_for_themselves(client: HouseClient, somebody: Person) -> None:
    db.session.commit()
    client.sign_in_as(Role.TRAINEE, person=somebody.id)
    client.page("/privacy/own")
    assert send(client, "/privacy/own", kind="access", details="").status_code == 302
    assert "Reçue" in client.page("/privacy/own")
    assert send(client, "/privacy/own", kind="access", details="").status_code == 422
    one = db.session.scalars(sa.select(PersonalRequest)).one()
    assert (one.person_id, one.channel) == (somebody.id, "account")
    assert client.get(f"/privacy/requests/{one.id}").status_code == 403


@pytest.mark.parametrize("kind", ["correction", "objection"])
def test_what_is_to_be_mended_must_be_said(session: Any, kind: str) -> None:
    with pytest.raises(Refused, match="Précisez") as refused:
        rules.ask(SYSTEM, person(), kind=kind, details="  ")
    assert refused.value.field == "details"
    assert rules.ask(SYSTEM, person(), kind=kind, details="Le prénom").details == "Le prénom"
