"""Every route of the application with the values that the access tests have for its arguments, and its forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.exceptions import HTTPException

from programme.base.access import GRANTS, Role
from tests.access.registry import Door, address, doors
from tests.access.world import World
from tests.client import HouseClient
from tests.hostile import recording
from tests.hostile.asking import Asked, ask
from tests.hostile.filling import Form, forms_of

PUBLIC = ("/sign-in", "/forgotten", "/healthz", "/readyz", "/welcome/none", "/language/ar", "/sign-out")
"""Addresses that need no account."""
READING = ("GET",)


@dataclass(slots=True)
class Route:
    """One method of one address: the names it asks for, and the form that a page offers for it."""

    door: str
    method: str
    path: str
    names: set[str] = field(default_factory=set)
    form: dict[str, list[str]] = field(default_factory=dict)
    broken: str = ""


def routes_of(app: Flask, world: World, client: HouseClient, role: Role) -> list[Route]:
    """The routes that the role may take, with what they ask for: found by opening each once."""
    held: list[Door] = [door for door in doors(app) if door.permission in GRANTS[role]]
    found = [Route(str(door), door.method, address(app, door, world)) for door in held]
    pages: dict[tuple[str, str], Form] = {}
    for route in found:
        if route.method in READING:
            _open(app, client, route, pages)
    for route in found:
        if route.method not in READING:
            _fill(app, route, pages)
    return found


def public_routes(app: Flask, client: HouseClient) -> list[Route]:
    """The routes open to everybody."""
    pages: dict[tuple[str, str], Form] = {}
    found = [Route(f"{method} {path}", method, path) for path in PUBLIC for method in _methods(app, path)]
    for route in found:
        if route.method in READING:
            _open(app, client, route, pages)
    for route in found:
        if route.method not in READING:
            _fill(app, route, pages)
    return found


def _methods(app: Flask, path: str) -> Iterator[str]:
    allowed = app.url_map.bind("localhost").allowed_methods(path)
    return (method for method in sorted(allowed) if method in ("GET", "POST"))


def _open(app: Flask, client: HouseClient, route: Route, pages: dict[tuple[str, str], Form]) -> None:
    recording.NOTED.clear()
    answer = ask(client, Asked("GET", route.path))
    route.names = {name for name in recording.NOTED if 0 < len(name) < 60}
    route.broken = answer.broken
    for form in forms_of(answer.text, route.path) if answer.mimetype == "text/html" else []:
        endpoint = _endpoint(app, form.action, form.method)
        is_own = form.action.split("?")[0] == route.path
        if endpoint and (is_own or (endpoint, form.method) not in pages):
            pages[endpoint, form.method] = form


def _endpoint(app: Flask, action: str, method: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(action.split("?", maxsplit=1)[0], method)[0])
    except HTTPException:
        return ""


def _fill(app: Flask, route: Route, pages: dict[tuple[str, str], Form]) -> None:
    form = pages.get((_endpoint(app, route.path, route.method), route.method))
    if form is not None:
        route.form = {name: list(values) for name, values in form.values.items() if name != "csrf_token"}
        route.names |= set(form.kinds) - {"csrf_token"}
