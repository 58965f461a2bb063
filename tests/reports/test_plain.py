"""csv and json: what machines and spreadsheets read."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from programme.base.language import speaking
from reports.definition import Column, Document, Kind, Section
from reports.plain import guarded, plain, render_csv, render_json
from tests.reports.samples import COLUMNS, ROWS, State, application, document, table


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    with application().app_context(), speaking("fr"):
        yield


def lines(report: Document) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render_csv(report).decode("utf-8-sig"))))


def test_csv_opens_as_utf8_in_excel_and_begins_with_the_labels() -> None:
    assert render_csv(table()).startswith(b"\xef\xbb\xbfCode,Association,")
    header = lines(table())[0]
    assert header[-3:] == ["Atteintes : réalisé", "Atteintes : cible", "Remarque"]


def test_csv_writes_hours_money_dates_and_states_as_people_count_them() -> None:
    first, second = lines(table())[1:3]
    assert first[3:9] == ["4", "12.5", "0.598", "1234.56", "2025-01-02", "Tenu"]
    assert second[4:8] == ["10", "1", "-50.00", ""]
    assert second[9:11] == ["7", ""]


def test_csv_speaks_the_language_of_its_reader() -> None:
    with speaking("ar"):
        assert lines(table())[1][1] == "جمعية الأمل"
    assert lines(table())[1][1] == "Association Al Amal"


def test_further_tables_follow_a_blank_line_and_their_title() -> None:
    section = Section("Conventions", COLUMNS[:1], iter([("C-1",)]))
    first = Section("Associations", COLUMNS[:1], iter([("03",)]))
    read = lines(document(sections=(first, section)))
    assert read == [
        ["Code"], ["03"], [], ["Conventions"], ["Code"], ["C-1"],
        [], ["Chiffres clés"], ["Indicateur", "Réalisé", "Cible"], ["Atteintes", "359", "600"],
    ]  # fmt: skip


@pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1"])
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.NAME, Kind.CODE, Kind.PHONE, Kind.STATE, Kind.INTEGER])
def test_csv_defuses_formulas(evil: str, kind: Kind) -> None:
    raw = render_csv(table((Column("x", "X", kind),), [(evil,)])).decode("utf-8-sig")
    (cell,) = list(csv.reader(io.StringIO(raw, newline="")))[1]
    assert cell == "'" + evil


def test_csv_defuses_labels_and_titles() -> None:
    bad = Section("=title", (Column("x", "=label", Kind.TEXT),), ())
    read = lines(document(sections=(bad, bad), figures=()))
    assert read == [["'=label"], [], ["'=title"], ["'=label"]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+212661234567", Kind.PHONE),
        ("+212 6 61-23-45-67", Kind.PHONE),
        ("+212661234567", Kind.TEXT),
        ("-12.50", Kind.TEXT),
        ("-12,5", Kind.MONEY),
        ("جمعية", Kind.NAME),
        ("", Kind.TEXT),
    ],
)
def test_phones_and_amounts_are_left_alone(text: str, kind: Kind) -> None:
    assert guarded(text, kind) == text


def test_a_phone_that_is_none_is_defused() -> None:
    assert guarded("+cmd|'/C calc'!A0", Kind.PHONE).startswith("'")
    assert guarded("+212 661", Kind.TEXT).startswith("'")


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.HOURS, 750, 12.5),
        (Kind.HOURS, 50, 0.83),
        (Kind.HOURS, 600, 10),
        (Kind.MONEY, 123456, 1234.56),
        (Kind.PERCENT, 1 / 3, 0.3333),
        (Kind.INTEGER, Decimal("4"), 4),
        (Kind.INTEGER, "non précisé", "non précisé"),
        (Kind.STATE, State.KEPT, "Tenu"),
        (Kind.DATE, "2025", "2025"),
        (Kind.NAME, None, None),
    ],
)
def test_a_cell_in_the_unit_people_read(kind: Kind, cell: Any, value: Any) -> None:
    assert plain(kind, cell) == value


def test_json_gives_the_reports_own_shape_where_it_has_one() -> None:
    own = {"report": "progress", "as_at": dt.date(2025, 7, 31), "states": {State.LATE}, "sum": Decimal("1.5")}
    assert json.loads(render_json(document(data=own))) == {
        "report": "progress", "as_at": "2025-07-31", "states": ["late"], "sum": 1.5,
    }  # fmt: skip


def test_json_gives_title_facts_figures_and_rows_by_key() -> None:
    read = json.loads(render_json(document()))
    assert (read["report"], read["title"], read["as_at"]) == ("progress", "Avancement", "2025-07-31")
    assert (read["reference"], read["demonstration"]) == ("R-2025-000123", True)
    assert read["facts"] == [{"label": "Région", "value": "Fès-Meknès"}]
    assert read["figures"] == [{"label": "Atteintes", "value": 359, "target": 600}]
    (section,) = read["sections"]
    assert section["columns"][0] == {"key": "code", "label": "Code"}
    assert len(section["rows"]) == len(ROWS)
    assert section["rows"][0] == {
        "code": "03.231", "name": "Association Al Amal", "phone": "+212661234567", "trainees": 4,
        "hours": 12.5, "rate": 0.598, "amount": 1234.56, "day": "2025-01-02", "state": "kept",
        "reached": {"actual": 3, "target": 10}, "remark": "=cmd()",
    }  # fmt: skip


def test_json_keeps_arabic_readable() -> None:
    with speaking("ar"):
        assert "جمعية الأمل" in render_json(document()).decode()
