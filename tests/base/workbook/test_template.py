"""The empty workbook comes back as it went out; a faulty one comes back marked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from flask_babel import Babel
from openpyxl.comments import Comment
from sqlalchemy.orm import Session

from programme.base.access import Actor, Scope
from programme.base.language import speaking
from programme.base.workbook.columns import ColumnKind
from programme.base.workbook.faulty import coloured_workbook
from programme.base.workbook.parsing import parse
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.sheet import read_table
from programme.base.workbook.template import empty_workbook
from programme.base.workbook.writing import FAULT
from tests.base.workbook.files import csv, opened, saved, xlsx
from tests.base.workbook.toys import CLUBS


def run(session: Session, data: bytes, name: str = "x.xlsx") -> Result:
    return run_import(session, CLUBS, data, name, actor=Actor.system(), scope=Scope.country())


def test_the_template_is_recognised_and_its_example_ignored(toy_session: Session) -> None:
    data = empty_workbook(CLUBS)
    parsed = parse(read_table(data, "m.xlsx"), CLUBS.columns)
    assert list(parsed.layout.positions) == [column.key for column in CLUBS.columns]
    assert parsed.rows == []
    assert "exemple" in parsed.warnings[0].message
    result = run(toy_session, data)
    assert [error.message for error in result.errors] == ["Le fichier n'a aucune ligne sous son en-tête."]


def test_a_filled_template_is_imported_with_or_without_its_example(toy_session: Session) -> None:
    book = opened(empty_workbook(CLUBS))
    sheet = book.worksheets[0]
    sheet.append(["A1", "Alif", "AB1", dt.date(2020, 1, 1), "نعم", "Amina", "Arrêté", 100])
    result = run(toy_session, saved(book))
    assert (result.created, result.errors) == (1, [])
    sheet.delete_rows(2)
    assert run(toy_session, saved(book)).to_json() | {"warnings": []} == {
        "batch": None, "rows": 1, "created": 0, "updated": 0, "unchanged": 1, "suspected_duplicates": 0,
        "warnings": [], "errors": [],
    }  # fmt: skip


def test_the_template_offers_lists_formats_and_explanations() -> None:
    book = opened(empty_workbook(CLUBS))
    sheet, lists, notes = book.worksheets
    assert sheet["A1"].value == "الرمز / Code *"
    assert sheet["F2"].value == "=Nom"
    assert sheet["F2"].data_type == "s"
    assert sheet["C2"].number_format == "@"
    offered = {str(check.sqref): check.formula1 for check in sheet.data_validations.dataValidation}
    assert offered == {"E2:E5000": "=lists!$E$1:$E$2", "G2:G5000": "=lists!$G$1:$G$2"}
    assert [lists["G1"].value, lists["G2"].value] == ["Actif, vif", "Arrêté"]
    assert lists.sheet_state == "hidden"
    text = [[cell.value for cell in row] for row in notes.iter_rows()]
    assert text[0][0] == "Une ligne par membre."
    assert any(row[:3] == ["founded_on", "تاريخ التأسيس", "Fondé le"] for row in text)


def test_the_example_shows_figures_as_figures_and_the_notes_print() -> None:
    book = opened(empty_workbook(CLUBS))
    sheet, _lists, notes = book.worksheets
    kinds = [column.kind for column in CLUBS.columns]
    for column, cell in zip(CLUBS.columns, sheet[2], strict=True):
        if column.example and column.kind in (ColumnKind.HOURS, ColumnKind.MONEY):
            assert cell.data_type == "n", column.key
    assert {ColumnKind.HOURS, ColumnKind.MONEY} & set(kinds)
    for one in (sheet, notes):
        assert (one.page_setup.paperSize, one.page_setup.orientation, one.page_setup.fitToWidth) == (
            9, "landscape", 1,
        )  # fmt: skip
    choice = next(row for row in notes.iter_rows() if row[5].value and "\n" in row[5].value)
    assert notes.row_dimensions[choice[0].row].height >= 30


def test_the_arabic_template_reads_from_right_to_left_and_comes_back() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.app_context(), speaking("ar"):
        data = empty_workbook(CLUBS)
    book = opened(data)
    assert all(sheet.sheet_view.rightToLeft for sheet in (book.worksheets[0], book.worksheets[2]))
    assert book.worksheets[0].title == "الأندية"
    assert book.worksheets[0]["G2"].value == "نشيط"
    assert parse(read_table(data, "m.xlsx"), CLUBS.columns).rows == []


FAULTY: list[list[Any]] = [
    ["note", "code", "name", "founded_on"],
    ["=1+1", "A", "interdit", "hier"],
    [None, "B", None],
]


def test_the_faulty_workbook_keeps_everything_and_marks_its_cells(toy_session: Session) -> None:
    book = opened(xlsx(FAULTY, "Clubs"))
    book.create_sheet("Autre")["A1"] = "reste"
    book.worksheets[0]["B2"].comment = Comment("mien", "moi")
    data = saved(book)
    result = run(toy_session, data)
    marked = opened(coloured_workbook(data, "x.xlsx", result))
    sheet = marked["Clubs"]
    assert marked["Autre"]["A1"].value == "reste"
    assert sheet["A2"].value == "=1+1"
    assert sheet["B2"].comment.text == "mien"
    assert {c.coordinate for row in sheet for c in row if c.fill.start_color.rgb == "00" + FAULT} == {
        "C2",
        "D2",
        "C3",
    }
    assert "date attendue" in sheet["D2"].comment.text
    assert sheet["C3"].comment.text == "valeur obligatoire"


def test_a_faulty_csv_becomes_a_marked_workbook(toy_session: Session) -> None:
    data = csv([["code", "name", "founded_on"], ["A", "=1+1", "hier"], ["", "", ""], ["C", "sans champ", ""]])
    result = run(toy_session, data, "c.csv")
    sheet = opened(coloured_workbook(data, "c.csv", result)).worksheets[0]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    assert "date attendue" in sheet["C2"].comment.text
    assert sheet["A4"].comment.text == "rien à dire"
    assert sheet["A4"].fill.start_color.rgb == "00" + FAULT


def test_an_error_of_the_whole_file_is_put_on_its_header(toy_session: Session) -> None:
    data = xlsx([["name"], ["Alif"]])
    marked = opened(coloured_workbook(data, "x.xlsx", run(toy_session, data)))
    assert "« Code »" in marked.worksheets[0]["A1"].comment.text
