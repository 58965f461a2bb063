"""Every route and every form as every role, with values that nobody should type: never a failure, never markup."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask

from programme.base.access import Role
from tests.access.world import World
from tests.client import HouseClient
from tests.hostile import recording
from tests.hostile.asking import Asked, ask, fault_of
from tests.hostile.nasty import BODIES, ENCODED, HEADERS, METHODS, SEGMENTS, VALUES
from tests.hostile.restoring import Restorer
from tests.hostile.routes_walked import Route, public_routes, routes_of
from tests.scale import scaled

Clients = dict[Role, HouseClient]
WIDE = (Role.MINISTRY_OFFICER, Role.ADMINISTRATOR)
"""Between them they hold every permission."""
MOST = {role: 24 if role in WIDE else 6 for role in Role}
"""How many values, chosen by the seed, each role sends in each field."""
ROLES = list(Role) if scaled(0, 1) else [*WIDE, Role.TRAINEE]
"""Every role; in every run the two widest and the narrowest."""
LONG = 8_000
"""Longest address that servers in front of us let through."""


@pytest.fixture(scope="module", autouse=True)
def _recording(app: Flask) -> Iterator[None]:
    """Requests note what is asked of them."""
    former, app.request_class = app.request_class, recording.RecordingRequest
    yield
    app.request_class = former


def _by_query(route: Route, values: Callable[[], list[str]]) -> Iterator[Asked]:
    for name in sorted(route.names) or ["page"]:
        for value in values():
            if len(text := quote(value)) < LONG:
                yield Asked(route.method, route.path, f"{quote(name)}={text}")
    names = sorted(route.names) or ["page"]
    yield Asked(
        route.method, route.path, "&".join(f"{quote(n)}=1&{quote(n)}=-1&{quote(n)}[]=2" for n in names)
    )
    yield Asked(route.method, route.path, "&".join(f"{quote(n)}" for n in names) + "&=&&unknown=1&%FF=%FF")
    for code in ENCODED:
        yield Asked(route.method, route.path, "&".join(f"{quote(n)}={code}" for n in names))


def _by_form(route: Route, values: Callable[[], list[str]]) -> Iterator[Asked]:
    yield Asked(route.method, route.path, form=route.form)
    yield Asked(route.method, route.path, form={})
    yield Asked(
        route.method, route.path, form={name: [*found, "-1", *found] for name, found in route.form.items()}
    )
    yield Asked(route.method, route.path, form={f"{name}[]": found for name, found in route.form.items()})
    for name in sorted(route.names | set(route.form)):
        rest = {other: found for other, found in route.form.items() if other != name}
        yield Asked(route.method, route.path, form=rest)
        for value in values():
            yield Asked(route.method, route.path, form={**route.form, name: [value]})


def _around(route: Route) -> Iterator[Asked]:
    """What stands around a form: bodies of other kinds, headers, methods, arguments of the path."""
    for content_type, body in BODIES:
        yield Asked("POST", route.path, body=body, content_type=content_type)
    for headers in HEADERS:
        form = route.form if route.method == "POST" else None
        yield Asked(route.method, route.path, headers=headers, form=form)
    for method in METHODS:
        yield Asked(method, route.path)
    start, *parts = route.path.split("/")
    for place in range(len(parts)):
        for segment in SEGMENTS:
            changed = [*parts[:place], segment, *parts[place + 1 :]]
            yield Asked(route.method, "/".join([start, *changed]), form=route.form or None)


def _cases(routes: list[Route], noise: random.Random, most: int) -> Iterator[Asked]:
    for route in routes:
        sent = _by_query if route.method == "GET" else _by_form
        yield from sent(route, lambda: noise.sample(VALUES, most))
        around = list(_around(route))
        yield from noise.sample(around, min(2 * most, len(around)))


def _walk(client: HouseClient, asked: Iterable[Asked], restorer: Restorer) -> tuple[list[str], Counter[int]]:
    faults, statuses = [], Counter[int]()
    for one in asked:
        answer = ask(client, one)
        statuses[answer.status] += 1
        if fault := fault_of(one, answer):
            faults.append(f"{one}: {fault}")
            print(faults[-1])
        restorer.restore()
    return faults, statuses


def _told(faults: list[str]) -> str:
    return f"{len(faults)} answers are wrong:\n" + "\n".join(faults[:80])


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_nothing_typed_or_sent_breaks_a_page(app: Flask, world: World, clients: Clients, role: Role) -> None:
    noise = random.Random(f"hostile {role.value}")
    with Restorer() as restorer:
        routes = routes_of(app, world, clients[role], role)
        restorer.restore()
        assert not [route.broken for route in routes if route.broken]
        cases = list(_cases(routes, noise, MOST[role]))
        few = noise.sample(cases, min(len(cases), scaled(150, len(cases))))
        faults, statuses = _walk(clients[role], few, restorer)
    print(f"{role.value}: {len(routes)} routes, {statuses.total()} requests, {dict(statuses)}")
    assert not faults, _told(faults)
    assert statuses[200]
    assert statuses.total() == len(few)


def test_nothing_breaks_for_who_is_not_signed_in(app: Flask, world: World) -> None:
    noise = random.Random("hostile nobody")
    client = app.test_client()
    assert isinstance(client, HouseClient)
    with Restorer() as restorer:
        cases = list(_cases(public_routes(app, client), noise, len(VALUES) // 2))
        few = noise.sample(cases, min(len(cases), scaled(150, len(cases))))
        faults, statuses = _walk(client, few, restorer)
    print(f"nobody: {statuses.total()} requests, {dict(statuses)}")
    assert not faults, _told(faults)
