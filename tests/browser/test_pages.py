"""Every page in both languages: WCAG 2.2 A and AA, no console error, no sideways scrolling on a phone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error

from programme.base.access import GRANTS, Role
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.access.registry import FREE_OF, Door, address, doors
from tests.access.world import World
from tests.browser.live import HEIGHT, sign_in_cookie
from tests.browser.scene import Scene
from tests.browser.visitor import BY_WIDTH, DESKTOP, PHONE, Visitor, faults_of, overflow_of

pytestmark = pytest.mark.browser

READERS = (
    Role.REGIONAL_OFFICER,
    Role.MINISTRY_OFFICER,
    Role.ADMINISTRATOR,
    Role.ASSOCIATION_REPRESENTATIVE,
    Role.IMPLEMENTER,
    Role.TRAINEE,
)
"""Who opens a page: the first of them who may."""
FILES = {
    "partnerships.agreements.download",
    "partnerships.commitments.evidence",
    "regions.associations.download",
    "cohorts.sessions.download",
    "programme.exports.download",
    "programme.imports.template",
    "programme.privacy.file",
    "reports.download",
}
"""GET addresses that answer a file; every other one must answer a page."""
IDS_OF = {
    "cohorts.sessions.correct": {"session_id": "validated_session_id"},
}
"""Pages that ask for a record in a particular state: argument → key of the world."""
MORE = {
    "regions": ("/regions/03?as_at=2024-06-30", "/associations?q=غزال", "/associations?q=rien-de-tel"),
    "cohorts": ("/sessions?state=validated", "/sessions?late=1", "/transfers?q=zzz", "/reached?region=03"),
    "partnerships": ("/agreements?state=draft", "/organisations?q=zzz"),
    "programme": ("/search?q=gazelle", "/search?q=zzzz", "/no-such-page"),
    "reports": (
        "/reports/cohort?cohort={cohort}",
        "/reports/sessions",
        "/reports/attendance?session={session}",
        "/reports/reached-associations",
        "/reports/agreements",
        "/reports/associations",
    ),
}
"""Pages with something in their address, beside those of the walk."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One page and who opens it."""

    role: Role
    path: str
    status: int = 200


def stops(app: Flask, world: World, package: str) -> Iterator[Stop]:
    """Every GET page of a package, opened by the first reader who may."""
    for door in doors(app):
        if door.method == "GET" and door.endpoint.split(".")[0] == package and door.endpoint not in FILES:
            role = next((one for one in READERS if door.permission in GRANTS[one]), Role.ADMINISTRATOR)
            yield Stop(role, path_of(app, door, world))
    for more in MORE[package]:
        path = more.format(**world.mine.codes)
        yield Stop(Role.REGIONAL_OFFICER, path, 404 if path == "/no-such-page" else 200)
    if package == "programme":
        yield from (Stop(role, "/") for role in Role)
        yield from (Stop(role, "/todo") for role in (Role.ASSOCIATION_REPRESENTATIVE, Role.TRAINER))


def path_of(app: Flask, door: Door, world: World) -> str:
    keys = IDS_OF.get(door.endpoint)
    if not keys:
        return address(app, door, world)
    values = {name: world.mine.ids[key] for name, key in keys.items()}
    values |= {name: value for (of, name), value in FREE_OF.items() if of == door.endpoint}
    return str(app.url_map.bind("localhost").build(door.endpoint, values, method="GET"))


class Readers:
    """A signed-in screen of each role that is asked for, all in one language."""

    def __init__(self, browser: Browser, app: Flask, scene: Scene, language: str) -> None:
        self.browser, self.app, self.scene, self.language = browser, app, scene, language
        self.open: dict[Role, Visitor] = {}

    def __getitem__(self, role: Role) -> Visitor:
        if role not in self.open:
            with self.app.app_context():
                account = db.session.get_one(Account, self.scene.world.accounts[role])
                cookie = sign_in_cookie(self.app, account, self.language)
            self.open[role] = Visitor.at(
                self.browser, self.app, self.scene.address, self.language, cookie=cookie
            )
        return self.open[role]


def visit(who: Visitor, stop: Stop) -> None:
    """Open, check at the width of a desk, then measure at the width of a phone."""
    try:
        answer = who.page.goto(stop.path)
    except Error as error:
        who.faults.append(f"{who.language} {stop.path}: {error.message}")
        return
    status = answer.status if answer else 0
    if status != stop.status:
        who.faults.append(f"{who.language} {stop.path}: {status} for {stop.role}, not {stop.status}")
    who.look()
    who.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    for text in (*overflow_of(who.page, PHONE), *faults_of(who.page, BY_WIDTH)):
        who.fault(f"at {PHONE} px: {text}")
    who.page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("package", list(MORE))
def test_every_page(browser: Browser, app: Flask, scene: Scene, language: str, package: str) -> None:
    readers, began, count = Readers(browser, app, scene, language), time.perf_counter(), 0
    for stop in stops(app, scene.world, package):
        visit(readers[stop.role], stop)
        count += 1
    print(f"\n{package} {language}: {count} pages in {time.perf_counter() - began:.0f} s")
    faults = list(dict.fromkeys(fault for who in readers.open.values() for fault in who.faults))
    for who in readers.open.values():
        who.page.context.close()
    # Chromium says a refused address on the console too; what was expected to be refused is no fault.
    faults = [one for one in faults if "/no-such-page" not in one or "404" not in one]
    assert count > 5
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", ["/sign-in", "/forgotten"])
def test_pages_before_signing_in(
    browser: Browser, app: Flask, scene: Scene, language: str, width: int, path: str
) -> None:
    who = Visitor.at(browser, app, scene.address, language, width)
    who.go(path)
    who.done()
