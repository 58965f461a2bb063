"""The access walk: role × endpoint × method with records of another region; every refusal is seen."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from programme.accounts.scope import WHOLE_COUNTRY
from programme.base.access import GRANTS, Permission, Role
from tests.access.registry import Door, address, doors, foreign
from tests.access.world import World
from tests.client import HouseClient

Clients = dict[Role, HouseClient]

NARROWER: dict[tuple[Role, str], str] = {
    (Role.AUDITOR, "regions.associations.edit"): "readers may open a record, its rule says who edits it",
    (Role.ASSOCIATION_REPRESENTATIVE, "cohorts.enrolment.give_seat"): "an association gives itself no seat",
    (
        Role.ASSOCIATION_REPRESENTATIVE,
        "cohorts.enrolment.history",
    ): "it names the other associations' persons",
} | {
    (role, "cohorts.transfer.step"): "the step asks for its own permission, by the table of moves"
    for role in (Role.IMPLEMENTER, Role.ASSOCIATION_REPRESENTATIVE, Role.AUDITOR)
}
NARROWER |= {
    (role, "programme.exports.download"): "everybody fetches their own export only (tests/programme/exports)"
    for role in Role
    if Permission.REPORT_READ in GRANTS[role]
}
"""GET doors that a role's own records do not open although it holds the permission, and why."""


def ask(client: HouseClient, door: Door, path: str) -> TestResponse:
    """One request without checks of the page: only its status matters here; what breaks is a 500."""
    try:
        return client.open(path, method=door.method, check=False, buffered=True)
    except Exception as broken:
        return client.application.response_class(repr(broken), status=500)  # type: ignore[return-value]


def held(role: Role, doors_: list[Door]) -> Iterator[Door]:
    """Doors whose permission the role holds, by the matrix."""
    return (door for door in doors_ if door.permission in GRANTS[role])


def told(faults: list[str]) -> str:
    return f"{len(faults)} doors are wrong:\n" + "\n".join(faults[:60])


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_no_permission_is_403(app: Flask, world: World, clients: Clients, role: Role) -> None:
    """Without the permission every door is shut, on the role's own records too."""
    faults = []
    for door in doors(app):
        if door.permission in GRANTS[role]:
            continue
        status = ask(clients[role], door, address(app, door, world)).status_code
        if status != 403:
            faults.append(f"{door}: {status} instead of 403 for who has no {door.permission}")
    assert not faults, told(faults)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_outside_the_scope_is_404(app: Flask, world: World, clients: Clients, role: Role) -> None:
    """With the permission, a record of another region is not there: neither whole nor mixed with one's own."""
    faults = []
    for door in held(role, doors(app)):
        for others in foreign(door):
            if role in WHOLE_COUNTRY and len(others) == len(door.records):
                continue  # the whole country is in scope, only a mixture of two regions is wrong
            path = address(app, door, world, others)
            status = ask(clients[role], door, path).status_code
            if status != 404:
                faults.append(f"{door} {path}: {status} instead of 404")
    assert not faults, told(faults)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_inside_the_scope_opens(app: Flask, world: World, clients: Clients, role: Role) -> None:
    """With the permission, one's own record opens: else the walk would prove nothing."""
    faults = []
    for door in held(role, doors(app)):
        if door.method != "GET":
            continue
        path = address(app, door, world)
        status = ask(clients[role], door, path).status_code
        is_shut = status in {403, 404} or status >= 500
        if is_shut != ((role, door.endpoint) in NARROWER):
            faults.append(f"{door} {path}: {status}")
    assert not faults, told(faults)


def test_signed_out_is_sent_to_sign_in_or_refused(app: Flask, world: World) -> None:
    client = app.test_client()
    assert isinstance(client, HouseClient)
    faults = []
    for door in doors(app):
        answer = ask(client, door, address(app, door, world))
        where = answer.headers.get("Location", "")
        is_sent = answer.status_code == 302 and where.startswith("/sign-in")
        if not (is_sent if door.method == "GET" else answer.status_code == 403):
            faults.append(f"{door}: {answer.status_code} {where}")
    assert not faults, told(faults)


def test_without_its_token_nothing_is_written(app: Flask, world: World, clients: Clients) -> None:
    """A form sent from elsewhere carries no token: refused before the view is reached."""
    faults = []
    client = clients[Role.MINISTRY_OFFICER]
    for door in held(Role.MINISTRY_OFFICER, doors(app)):
        if door.method == "GET":
            continue
        path = address(app, door, world)
        answer = contextvars.Context().run(
            super(HouseClient, client).open, path, method=door.method, data={"x": "1"}
        )
        if answer.status_code != 400:
            faults.append(f"{door}: {answer.status_code}")
    assert not faults, told(faults)
