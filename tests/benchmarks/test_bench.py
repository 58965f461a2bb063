"""The measurements go through on a country in miniature: every page opens, every row is filled, a miss is marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from programme.base.language import speaking
from programme.config import Settings
from programme.demo.national.load import load
from programme.demo.national.scale import Scale
from tests.benchmarks import crowd, measuring, writing
from tests.benchmarks.bare_site import site
from tests.benchmarks.files import WorkRow
from tests.benchmarks.measuring import Alone, PageRow
from tests.benchmarks.pages import READER, pages
from tests.benchmarks.people import ADDRESS, SHOWN, People
from tests.benchmarks.places import Place
from tests.benchmarks.visiting import TOKEN, hidden_of
from tests.client import HouseClient
from tests.conftest import empty_tables

SMALL = Scale(700, cohorts=1, seats=4, places=2, sessions=6, transfers=2, suspicions=1, pairs=1)
ROW = PageRow("home", 20, 30, 400, 7, 1.5, 4, 12, 3, 15, 6, 4)


@pytest.fixture(scope="module")
def country(app: Flask, settings: Settings) -> Iterator[Place]:
    with app.app_context(), speaking("fr"):
        load(SMALL)
    engine = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    yield Place(engine, 0, settings.instance, settings.database_url)
    with app.app_context():
        empty_tables()


@pytest.fixture
def reader(country: Place, app: Flask) -> HouseClient:
    """Who measures, signed in with the password that the demonstration prints."""
    client = app.test_client()
    assert isinstance(client, HouseClient)
    sent = {"email": READER, "password": "demonstration-2026"}
    with app.app_context():
        assert client.post("/sign-in", data=sent).status_code == 302
    return client


def test_every_page_opens_and_is_compared(country: Place, app: Flask, reader: HouseClient) -> None:
    cookie = reader.get_cookie("programme")
    assert cookie is not None
    alone = Alone(country, {"programme": cookie.value}, app)
    bare = site(country.url.replace("+psycopg", "").removeprefix("sqlite:///")).test_client()
    for page in pages(country):
        answer = alone.client.get(page.path)
        assert answer.status_code == 200, page.name
        rows, columns = measuring.shape(answer.data)
        assert bare.get(f"/?rows={rows}&columns={columns}").data.count(b"<tr>") == rows + 1
        assert alone.cost(page.path, 1) > 0


def test_whose_page_it_is_can_be_read_off_it(country: Place, app: Flask, reader: HouseClient) -> None:
    with app.app_context():
        text = reader.get("/account").get_data(as_text=True)
    shown, address, token = SHOWN.search(text), ADDRESS.search(text), TOKEN.search(text.encode())
    assert (shown and shown[1], address and address[1]) == ("نادية برادة", READER)
    assert token
    assert hidden_of(text)["csrf_token"] == token[1].decode()


def test_the_crowd_is_of_all_roles_and_regions(country: Place) -> None:
    people = People(country, 0).gathered(50)
    assert len({one.account.email for one in people}) == 50
    assert len({one.account.role for one in people}) == 7
    assert len({one.account.region for one in people}) == 11
    assert all(one.records["sheet"] and one.records["association"] for one in people)


def test_what_is_missed_is_marked() -> None:
    assert writing.page_cells(ROW)[-1] == "**15 ms, 6 statements, 4 × bare**"
    work = WorkRow("pdf", 10, 2, 90, 200, most_times_bare=3, most_memory=180)
    assert writing.work_cells(work)[3:7] == ("5.0", "90 → 200", "3 × bare, 180 MB", "**3 × bare, 180 MB**")
    fine = WorkRow("pdf", 4, 2, 90, 100, most_times_bare=3, most_memory=180)
    assert writing.work_cells(fine)[6] == "–"


def test_results_take_the_place_of_older_ones(country: Place, tmp_path: Path) -> None:
    document = tmp_path / "it.md"
    document.write_text("before\n<!-- measured: pages -->\nold\n<!-- /measured: pages -->\nafter\n")
    writing.keep(tmp_path, country, [ROW], [WorkRow("loading", 3.0)])
    (told,) = writing.results(tmp_path)
    writing.put("pages", writing.said(told), document)
    text = document.read_text()
    assert text.startswith("before\n<!-- measured: pages -->\n\n### ")
    assert text.endswith("\n\n<!-- /measured: pages -->\nafter\n")
    assert "| home | 20.0 | 30.0 | 400 | 7 |" in text
    assert "old" not in text
    assert writing.results(tmp_path, crowds=True) == []
    with pytest.raises(AssertionError, match="crowd"):
        writing.put("crowd", [], document)


def test_a_crowd_tells_what_failed() -> None:
    figures = {"count": 1, "p50": 1.0, "p95": 250.0, "max": 300.0}
    told = {
        "users": 50,
        "seconds": 60.0,
        "version": "SQLite 3",
        "times": 1,
        "day": "2026-11-22",
        "broken": 1,
        "sign_in_last": 2.0,
        "foreign": 0,
        "memory": 100.0,
        "requests": 9,
        "a_second": 1.0,
        "writes": 0.15,
        "refused": 0,
        "client": 0.1,
        "read": figures,
        "write": figures,
        "machine": {"cores": "2", "processor": "x", "memory": "8 GB", "python": "3.11"},
        "crowd": {"verify": "Journal intègre.", "doctor": "17 checks"},
    }
    marked = [line.split(" | ")[0] for line in crowd.lines(told) if "**" in line]
    assert marked == ["| pages, p95 (ms)", "| answers 5xx, or none"]
