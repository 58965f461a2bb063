"""Lists never leak: what a role of region A opens never holds a name of region B's records."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from programme.accounts.scope import WHOLE_COUNTRY
from programme.base.access import GRANTS, Permission, Role, access_of
from reports.catalogue import REPORTS
from reports.definition import Choice
from tests.access.registry import address, doors
from tests.access.test_walk import Clients
from tests.access.world import MARKS, World
from tests.client import HouseClient
from tests.reports.pdf_support import text_of

ABOVE_REGIONS = {*WHOLE_COUNTRY, Role.ADMINISTRATOR}
"""Country-wide by their charge: the administrator reads accounts and the journal, and no file."""
SCOPED = [role for role in Role if role not in ABOVE_REGIONS]
WORDS = ("Girafe", "زرافة", "GIRAFE", "ZZ011234", "0600000001")
"""What a curious person types: words of region B's names that are not themselves marks, its ids, its phones."""
NAMING_ORGANISATIONS = {"partnerships.agreements.add_party", "partnerships.agreements.edit_party"}
"""Any organisation may be made a party: names of organisations are public, their files are not."""
FILES = ("json", "csv", "xlsx", "pdf")


def content(client: HouseClient, path: str, folder: Path) -> tuple[int, str]:
    """Status and everything readable of an answer: parts of a workbook, words of a PDF."""
    answer = client.get(path, check=False, buffered=True)
    data, kind = answer.get_data(), answer.mimetype
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return answer.status_code, "".join(
                book.read(name).decode() for name in book.namelist() if name.endswith(".xml")
            )
    if kind == "application/pdf" and answer.status_code == 200 and len(data) > 200:
        return answer.status_code, text_of(data, folder)
    return answer.status_code, data.decode(errors="replace")


def untyped(text: str, world: World) -> str:
    """A page may say again what was typed: a code of region B that stood in the address is no leak."""
    for code in (world.other.codes["cohort"], world.other.codes["session"]):
        text = text.replace(code, "")
    return text


def leaked(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


LISTS = (
    "", "todo", "search", "associations", "associations/new", "associations/suspicions", "cohorts", "cohorts/new",
    "agreements", "agreements/new", "agreements/alerts", "commitments", "organisations", "sessions", "transfers",
    "transfers/new", "reached", "regional-programmes", "imports/trainees", "people", "people/pairs",
)  # fmt: skip
SEARCHED = ("search", "associations", "cohorts", "agreements", "organisations", "sessions", "transfers")


def is_open_to(app: Flask, role: Role, path: str) -> bool:
    """Whether there is such a page and the role has its permission; who has not is refused (the walk)."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(f"/{path}")
    except NotFound:
        return False
    access = access_of(app.view_functions[endpoint])
    return access is not None and access.permission in GRANTS[role]


def asked_lists(app: Flask, role: Role, world: World) -> Iterator[str]:
    """Addresses with what a person may type after them: searches, and filters by region B's records."""
    ids, codes = world.other.ids, world.other.codes
    by_id = {
        name.removesuffix("_id") if is_short else name: ids[name]
        for name in (
            "region_id",
            "province_id",
            "association_id",
            "cohort_id",
            "organisation_id",
            "agreement_id",
        )
        for is_short in (True, False)
    }
    by_id |= {"parent": ids["agreement_id"], "person": ids["person_id"], "host": ids["association_id"]}
    by_code = {"region": world.other.region, "cohort": codes["cohort"], "session": codes["session"]}
    for path in LISTS:
        if is_open_to(app, role, path):
            yield f"/{path}?{urlencode(by_id)}"
            yield f"/{path}?{urlencode(by_code)}"
            if path in SEARCHED:
                yield from (f"/{path}?q={quote(word)}" for word in WORDS)


def report_addresses(role: Role, world: World, *, with_other: bool) -> Iterator[str]:
    """Every report the role may read, in every format, of its own records or of region B's."""
    side = world.other if with_other else world.mine
    for report in REPORTS.values():
        if not {report.permission, Permission.REPORT_READ} <= GRANTS[role]:
            continue
        asked: dict[str, str] = {}
        if Choice.COHORT in report.filters:
            asked["cohort"] = side.codes["cohort"]
        if Choice.SESSION in report.filters:
            asked["session"] = side.codes["session"]
        if with_other:
            asked["region"] = side.region
            asked["ids"] = f"{world.mine.ids['association_id']},{side.ids['association_id']}"
            asked["q"] = "Girafe"
        query = f"?{urlencode(asked)}" if asked else ""
        yield f"/reports/{report.name}{query}"
        yield from (f"/reports/{report.name}.{kind}{query}" for kind in FILES)


@pytest.mark.parametrize("role", SCOPED, ids=lambda role: role.value)
def test_pages_of_ones_own_hold_nothing_of_others(
    app: Flask, world: World, clients: Clients, role: Role, tmp_path: Path
) -> None:
    faults = []
    for door in doors(app):
        if door.method != "GET" or door.permission not in GRANTS[role]:
            continue
        path = address(app, door, world)
        _status, text = content(clients[role], path, tmp_path)
        if door.endpoint in NAMING_ORGANISATIONS:
            text = text.replace(f"Organisme {world.other.latin}", "").replace(
                f"هيأة {world.other.arabic}", ""
            )
        if found := leaked(text):
            faults.append(f"{door} {path}: {found}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", SCOPED, ids=lambda role: role.value)
def test_searches_and_filters_find_nothing_of_others(
    app: Flask, world: World, clients: Clients, role: Role, tmp_path: Path
) -> None:
    faults = []
    for path in asked_lists(app, role, world):
        status, text = content(clients[role], path, tmp_path)
        if status >= 500:
            faults.append(f"{path}: {status}")
        if found := leaked(untyped(text, world)):
            faults.append(f"{path}: {found}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", SCOPED, ids=lambda role: role.value)
def test_reports_in_every_format_hold_nothing_of_others(
    world: World, clients: Clients, role: Role, tmp_path: Path
) -> None:
    faults = []
    for with_other in (False, True):
        for path in report_addresses(role, world, with_other=with_other):
            status, text = content(clients[role], path, tmp_path)
            if status >= 500 or (status != 200 and not with_other):
                faults.append(f"{path}: {status}")
            if found := leaked(untyped(text, world)):
                faults.append(f"{path}: {found}")
    assert not faults, "\n".join(faults)


def test_a_posted_selection_of_others_is_left_out(world: World, clients: Clients, tmp_path: Path) -> None:
    client = clients[Role.REGIONAL_OFFICER]
    ids = [str(side.ids["association_id"]) for side in (world.mine, world.other)]
    answer = client.post("/associations/selection", data={"ids": ids})
    assert answer.status_code == 302
    status, text = content(client, answer.headers["Location"], tmp_path)
    assert status == 200
    assert not leaked(text)
    assert world.mine.latin in text or world.mine.arabic in text


def test_the_marks_are_there_to_be_found(world: World, clients: Clients, tmp_path: Path) -> None:
    """The officer of the whole country does meet region B, in the same places: the tests above can fail."""
    client = clients[Role.MINISTRY_OFFICER]
    reports = itertools.islice(report_addresses(Role.MINISTRY_OFFICER, world, with_other=True), 5, None, 5)
    seen = {path: leaked(content(client, path, tmp_path)[1]) for path in reports}
    for path in ("/associations", "/cohorts", "/agreements", "/organisations", "/search?q=Girafe"):
        seen[path] = leaked(content(client, path, tmp_path)[1])
    for address_ in ("/sessions", "/transfers"):
        status, text = content(client, address_, tmp_path)
        if status != 404:
            seen[address_] = leaked(text)
    assert all(seen.values()), [path for path, marks in seen.items() if not marks]
