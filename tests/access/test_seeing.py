"""An administrator who looks as another reads no person's name, takes no file and changes nothing (MISSION.md)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from cohorts.people.models import Person
from programme.accounts import queries, seeing, throttle
from programme.base import clock
from programme.base.access import GRANTS, Actor, Role
from programme.base.accounts import Account
from programme.base.database import Base
from programme.base.extensions import db
from regions.associations.models import Mandate
from tests.access.registry import address, doors
from tests.access.test_leaks import asked_lists, report_addresses
from tests.access.test_walk import Clients, ask, told
from tests.access.world import World
from tests.client import HouseClient

SEEN = [role for role in Role if role not in seeing.HIDDEN_ROLES]
PUBLIC = ("/sign-in", "/forgotten", "/sign-in/code", "/welcome/none")
"""Forms that are open to everyone otherwise."""


def seer(app: Flask, world: World, role: Role) -> HouseClient:
    """The administrator's browser, looking as the account of `role` that serves region A."""
    client = app.test_client()
    assert isinstance(client, HouseClient)
    admin = db.session.get_one(Account, world.accounts[Role.ADMINISTRATOR])
    client.sign_in(admin)
    with client.session_transaction() as cookie:
        token = str(cookie["_user_id"])
    browser = queries.live_session(throttle.digest(token), clock.start_of_day(clock.today()))
    assert browser is not None
    target = db.session.get_one(Account, world.accounts[role])
    seeing.begin(Actor.of(admin.id, admin.name, admin.role), browser, target, "une aide")
    db.session.commit()
    return client


def personal() -> set[str]:
    """What stands for a person: names, telephones, ids, of trainees and of bureaus."""
    found: set[str] = set()
    for one in db.session.scalars(sa.select(Person)):
        found |= {one.name_ar, one.name_fr or "", one.phone or "", one.national_id_masked or ""}
    for held in db.session.scalars(sa.select(Mandate)):
        found |= {held.name_ar, held.name_fr or ""}
    return {text for text in found if len(text) > 3}


def pages(app: Flask, world: World, role: Role) -> list[str]:
    """Addresses of every page, list, search and report with records that the role meets."""
    found = [address(app, door, world) for door in doors(app) if door.method == "GET"]
    return [*found, *asked_lists(app, role, world), *report_addresses(role, world, with_other=False)]


@pytest.mark.parametrize("role", SEEN, ids=lambda role: role.value)
def test_no_page_names_a_person(app: Flask, world: World, clients: Clients, role: Role) -> None:
    client, marks, faults, opened = seer(app, world, role), personal(), [], 0
    assert marks
    for path in pages(app, world, role):
        answer = client.get(path, check=False, buffered=True)
        text = answer.get_data(as_text=True)
        opened += answer.status_code == 200
        if answer.status_code >= 500 or "attachment" in answer.headers.get("Content-Disposition", ""):
            faults.append(f"{path}: {answer.status_code}")
        if named := [mark for mark in marks if mark in text]:
            faults.append(f"{path}: {named[:3]}")
    assert not faults, told(faults)
    assert opened >= 2


@pytest.mark.parametrize("role", SEEN, ids=lambda role: role.value)
def test_there_is_something_to_hide(app: Flask, world: World, clients: Clients, role: Role) -> None:
    """The same walk by the account itself does meet names: the test above can fail."""
    marks = personal()
    held = [door for door in doors(app) if door.method == "GET" and door.permission in GRANTS[role]]
    texts = (ask(clients[role], door, address(app, door, world)).get_data(as_text=True) for door in held)
    meets = any(mark in text for text in texts for mark in marks)
    assert meets == (role is not Role.REGIONAL_PARTNER)


@pytest.mark.parametrize("role", SEEN, ids=lambda role: role.value)
def test_nothing_is_sent(app: Flask, world: World, role: Role) -> None:
    client, faults, before = seer(app, world, role), [], rows()
    sent = [door for door in doors(app) if door.method == "POST"]
    assert len(sent) > 40
    for door in sent:
        status = client.post(address(app, door, world), check=False).status_code
        is_way_back = door.endpoint == "programme.accounts.stop_seeing"
        if is_way_back:
            client = seer(app, world, role)
        elif status != 403:
            faults.append(f"{door}: {status}")
    faults += [path for path in PUBLIC if client.post(path, check=False).status_code != 403]
    assert not faults, told(faults)
    assert rows() == before


def rows() -> dict[str, int]:
    """How many rows each table holds, beside the journal and sessions."""
    return {
        name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
        if name not in {"journal_entry", "web_session"}
    }
