"""Single values: every odd cell and text is read or refused in a sentence, and none holds a pattern up."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook

from programme.accounts.addresses import local
from programme.base import cleaning
from programme.base.access import Role
from programme.base.folding import fold
from programme.base.refusals import Refused
from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn, comparable
from programme.base.workbook.issues import NotAWorkbook
from programme.base.workbook.parsing import parse
from programme.base.workbook.sheet import read_table
from programme.base.workbook.values import Unfit, value_of
from reports.definition import Kind
from reports.plain import guarded
from tests.access.world import World
from tests.base.workbook.files import repacked, same, saved, xlsx
from tests.client import HouseClient
from tests.hostile.nasty import JSON_VALUES, VALUES

CELLS: tuple[Any, ...] = (
    *VALUES,
    float("nan"),
    float("inf"),
    1e308,
    -1e308,
    5e-324,
    -0.0,
    10**400,
    True,
    dt.date(1, 1, 1),
    dt.datetime(9999, 12, 31, 23, 59, 59, 999_999),
    dt.time(23, 59),
    dt.timedelta(days=10**6),
    dt.timedelta(-1),
    "\ud800",
)
LONG = {
    "digits": "1" * 100_000,
    "points": "1." * 50_000,
    "blanks": " " * 100_000,
    "addresses": "a@" * 50_000,
    "domains": "a@" + "b." * 50_000,
    "thousands": "1" + ",000" * 25_000 + "x",
    "signs": "(" * 100_000,
    "vowels": "ا" + "\u0651" * 100_000,
    "words": "جمعية ال" * 12_000,
}
CLEANERS: tuple[Callable[[str], Any], ...] = (
    lambda text: cleaning.clean_text(text, 10**6, lines=True),
    cleaning.clean_national_id,
    cleaning.clean_phone,
    cleaning.clean_ice,
    cleaning.clean_rib,
    cleaning.clean_email,
    cleaning.parse_day,
    fold,
    comparable,
)


def _column(kind: ColumnKind) -> ImportColumn:
    choices = (Choice("a", "A", "ا"),) if kind is ColumnKind.CHOICE else ()
    return ImportColumn("k", "Colonne", "عمود", kind, choices=choices)


@pytest.mark.parametrize("kind", ColumnKind)
def test_every_cell_is_read_or_refused(kind: ColumnKind) -> None:
    refused = 0
    for cell in CELLS:
        try:
            value_of(cell, _column(kind))
        except Unfit as reason:
            refused += bool(str(reason))
    assert refused


@pytest.mark.parametrize("label", LONG)
def test_no_cleaner_is_held_by_a_long_text(label: str) -> None:
    """A pattern that tries everything again at every sign would not come back from any of these."""
    for cleaner in CLEANERS:
        with contextlib.suppress(Refused):
            cleaner(LONG[label])


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u200b", "\u202e", "\ufeff"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_what_an_export_quotes_comes_back_as_it_was(before: str, sign: str) -> None:
    typed = f"{before}{sign}SUM(1)"
    written = guarded(typed)
    assert written == f"'{typed}"
    out = io.StringIO()
    csv.writer(out).writerows([["code"], [written]])
    assert read_table(out.getvalue().encode(), "x.csv").rows[0].cells == (typed,)


@pytest.mark.parametrize("kept", ["12", "-12.50", "AB123", "'=1", "جمعية", "a=1"])
def test_what_is_no_formula_is_left_alone(kept: str) -> None:
    assert guarded(kept) == kept
    assert guarded("+212 612-345678", Kind.PHONE) == "+212 612-345678"


def test_what_a_workbook_would_lose_is_told() -> None:
    columns = (ImportColumn("code", "Code", "رمز", required=True), ImportColumn("nom", "Nom", "اسم"))
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["code", "nom"], ["A1", "=B9"], ["A2", "Un"], ["A3", None], ["A4", "Deux"]):
        sheet.append(row)
    sheet.merge_cells("B3:B4")
    parsed = parse(read_table(saved(book), "x.xlsx"), columns)
    told = {(issue.row, issue.column): issue.message for issue in parsed.issues}
    assert "formule sans résultat" in told[2, "nom"]
    assert "fusionnées (B3:B4)" in told[3, "nom"]
    assert len(told) == 2


def test_macros_are_refused_and_the_file_is_named() -> None:
    with pytest.raises(NotAWorkbook, match=r"« liste\.xlsm » : .*macros"):
        read_table(repacked(xlsx([["a"]]), same, {"xl/vbaProject.bin": b"x"}), "dossier/liste.xlsm")


@pytest.mark.parametrize(
    "where", ["//evil.ma", "/\\evil.ma", "https://evil.ma", "javascript:x", "/a\r\nX: 1", "", None]
)
def test_only_paths_of_this_site_are_followed(app: Flask, where: str | None) -> None:
    with app.test_request_context():
        assert local(where) == "/"
        assert local("/cohorts?page=1#x") == "/cohorts?page=1#x"


def test_json_of_any_shape_is_answered(world: World, clients: dict[Role, HouseClient]) -> None:
    """The attendance grid is sent as JSON: every shape, at every depth of it."""
    client, path = clients[Role.MINISTRY_OFFICER], f"/sessions/{world.mine.ids['session_id']}/marks"
    for odd in JSON_VALUES:
        cell = {"row": world.mine.ids["enrolment_id"], "column": world.mine.ids["sitting_id"], "value": "P"}
        for body in (
            odd,
            {"cells": odd},
            {"cells": [odd]},
            *({"cells": [{**cell, key: odd}]} for key in cell),
        ):
            answer = client.post(path, json=body, check=False)
            assert answer.status_code in (200, 400, 422), (str(body)[:80], answer.status_code)


def test_a_form_is_no_json(world: World, clients: dict[Role, HouseClient]) -> None:
    """Values of JSON are no texts: a form that took them would fail in its filters."""
    for body in ({"code": ["x"], "title_ar": 3, "hours": {}}, [1], "x", None):
        answer = clients[Role.MINISTRY_OFFICER].post("/modules/new", json=body, check=False)
        assert answer.status_code == 422


def test_an_address_of_elsewhere_is_in_no_link(world: World, clients: dict[Role, HouseClient]) -> None:
    client = clients[Role.MINISTRY_OFFICER]
    text = client.get("/cohorts", headers={"X-Forwarded-Host": "evil.ma"}).get_data(as_text=True)
    assert "evil.ma" not in text
    answer = client.get("/cohorts", base_url="http://evil.ma", check=False)
    assert "evil.ma" not in answer.get_data(as_text=True)
    assert "evil.ma" not in answer.headers.get("Location", "")
