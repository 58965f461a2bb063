"""Headers in any language and order; every kind of value, good and bad."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn, words_of
from programme.base.workbook.parsing import Parsed, parse
from programme.base.workbook.sheet import Cell, Line, Table
from programme.base.workbook.values import Unfit, value_of

SEX = (Choice("F", "Femme", "أنثى", also=("féminin",)), Choice("M", "Homme", "ذكر"))
COLUMNS = (
    ImportColumn("name_ar", "Nom en arabe", "الاسم بالعربية", "name", required=True, example="مثال"),
    ImportColumn("starts_on", "Date de début", "تاريخ البداية", "date", example="2001-01-01"),
    ImportColumn("sex", "Sexe", "الجنس", "choice", choices=SEX, example="F"),
    ImportColumn("receipt", "N° du récépissé", "رقم الوصل", "code", one_of="who"),
    ImportColumn("national_id", "CNIE", "رقم البطاقة الوطنية", "national_id", one_of="who"),
)


def column(kind: str, **more: Any) -> ImportColumn:
    choices = SEX if kind == "choice" else ()
    return ImportColumn("x", "X", "س", kind, choices=choices, **more)


def table(*rows: tuple[Cell, ...], sheet: str = "S") -> Table:
    lines = [Line(number, cells) for number, cells in enumerate(rows, 1) if any(c is not None for c in cells)]
    return Table(sheet, lines[0], tuple(lines[1:]))


def read(*rows: tuple[Cell, ...], **options: Any) -> Parsed:
    return parse(table(*rows), COLUMNS, **options)


@pytest.mark.parametrize(
    "header",
    [
        "name_ar", "NAME AR", "Nom en arabe", " nom  en ARABE *", "الاسم بالعربية", "الإسم بالعربيه",
        "الاسم بالعربية / Nom en arabe", "\u200fالاسم\u00a0بالعربية\u200e", "Nom_en_Arabe", "Nòm en arabe :",
    ],
)  # fmt: skip
def test_a_header_is_recognised_however_it_is_written(header: str) -> None:
    parsed = read(("receipt", header), ("1/2020", "جمعية"))
    assert parsed.rows[0]["name_ar"] == "جمعية"
    assert parsed.issues == []


def test_a_title_above_the_header_is_passed_over() -> None:
    parsed = read(("Liste des associations",), (None,), ("CNIE", "Nom en arabe"), ("ab 123456", "جمعية"))
    assert parsed.rows[0].number == 4
    assert parsed.rows[0].values == {
        "name_ar": "جمعية", "starts_on": None, "sex": None, "receipt": None, "national_id": "AB123456",
    }  # fmt: skip
    assert parsed.rows[0].raw == {"name_ar": "جمعية", "national_id": "ab 123456"}
    assert parsed.unknown_columns == []


def test_unknown_columns_are_named_and_ignored() -> None:
    parsed = read(("name_ar", "receipt", "Couleur", None, "x\0"), ("جمعية", "1", "bleu", "?", "?"))
    assert parsed.unknown_columns == ["Couleur", "x\ufffd"]
    assert len(parsed.rows) == 1
    assert "« Couleur »" in parsed.warnings[0].sentence()


def test_missing_and_repeated_columns_are_refused_before_any_row() -> None:
    parsed = read(("Sexe", "sex", "starts_on"), ("F", "M", "?"))
    assert [issue.column for issue in parsed.issues] == ["name_ar", "receipt", "sex"]
    assert parsed.rows == []
    assert parsed.issues[0].to_json()["row"] == 1
    assert "Nom en arabe" in parsed.issues[0].message
    assert "CNIE" in parsed.issues[1].message
    assert parsed.issues[2].position == 2


def test_a_refusal_names_place_value_and_what_is_expected() -> None:
    parsed = read(
        ("CNIE", "الاسم بالعربية", "Date de début"), ("AB1", "جمعية", "2024-13-01"), ("AB1", None, None)
    )
    first, second = parsed.issues
    assert first.to_json() == {
        "sheet": "S", "row": 2, "column": "Date de début", "value": "2024-13-01",
        "message": "cette date n'existe pas",
    }  # fmt: skip
    assert (first.position, second.position, second.row) == (3, 2, 3)
    assert second.message == "valeur obligatoire"
    assert (parsed.total, parsed.rows) == (2, [])


def test_a_row_needs_one_value_of_each_group() -> None:
    parsed = read(
        ("name_ar", "receipt", "national_id"), ("أ", None, None), ("ب", "1", None), ("ج", None, "A1")
    )
    assert [issue.row for issue in parsed.issues] == [2]
    assert [row.number for row in parsed.rows] == [3, 4]


def test_national_ids_are_masked_in_refusals() -> None:
    parsed = read(("name_ar", "national_id"), ("جمعية", "AB123456" * 9), ("جمعية", "AB12345\x01678"))
    assert len(parsed.issues) == 2
    for issue in parsed.issues:
        assert "1234" not in str(issue.to_json())
        assert "••" in str(issue.value)


def test_options_fill_blank_cells_and_missing_columns() -> None:
    parsed = read(("name_ar",), ("جمعية",), defaults={"receipt": "77"})
    assert parsed.rows[0]["receipt"] == "77"
    parsed = read(("name_ar", "receipt"), ("أ", None), ("ب", "5"), defaults={"receipt": "77", "sex": None})
    assert [row["receipt"] for row in parsed.rows] == ["77", "5"]


def test_the_example_row_is_passed_over_with_a_warning() -> None:
    header = ("name_ar", "starts_on", "sex", "receipt")
    parsed = read(header, ("مثال", dt.date(2001, 1, 1), "أنثى", None), ("جمعية", None, None, "1"))
    assert [row.number for row in parsed.rows] == [3]
    assert parsed.total == 1
    assert "exemple" in parsed.warnings[0].message
    assert parsed.warnings[0].row == 2


def test_blank_rows_are_passed_over_and_an_empty_file_refused() -> None:
    assert [row.number for row in read(("name_ar", "receipt"), ("\u200f ", ""), ("أ", "1")).rows] == [3]
    assert "aucune ligne" in read(("name_ar", "receipt")).issues[0].message
    assert read(("rien", "du tout")).issues


GOOD: list[tuple[str, Cell, Any]] = [
    ("text", "  دار\u00a0 الشباب\u200f ", "دار الشباب"),
    ("text", 12345.0, "12345"),
    ("text", "21 مارس ٢١", "21 مارس ٢١"),
    ("code", 12345, "12345"),
    ("code", "٠٣/٢٠٢٠", "03/2020"),
    ("phone", "٠٦ ١٢ ٣٤ ٥٦ ٧٨", "06 12 34 56 78"),
    ("national_id", " ab 12-34 56", "AB123456"),
    ("national_id", "faux", "FAUX"),
    ("email", "mailto:A@b.ma", "A@b.ma"),
    ("email", "pas une adresse", "pas une adresse"),
    ("integer", 30, 30),
    ("integer", 30.0, 30),
    ("integer", "٣٠", 30),
    ("integer", "1 234", 1234),
    ("integer", "1,234,567", 1234567),
    ("percent", "80 %", 80),
    ("percent", 0.8, 80),
    ("percent", 80, 80),
    ("percent", "٨٠٪", 80),
    ("hours", 3, 180),
    ("hours", "2,5", 150),
    ("hours", "2.5 h", 150),
    ("hours", "2h30", 150),
    ("hours", dt.time(2, 30), 150),
    ("hours", dt.timedelta(hours=26), 1560),
    ("hours", "٣ ساعات", 180),
    ("money", 150000, 15_000_000),
    ("money", "150 000,50 MAD", 15_000_050),
    ("money", "1,234.56", 123_456),
    ("money", "1.234,56 DH", 123_456),
    ("money", "١٥٠٠٠٠٫٥ درهم", 15_000_050),
    ("money", 0.1 + 0.2, 30),
    ("money", "0,500", 50),
    ("money", "-0", 0),
    ("date", dt.date(2024, 9, 8), dt.date(2024, 9, 8)),
    ("date", dt.datetime(2024, 9, 8, 10, 0), dt.date(2024, 9, 8)),
    ("date", "2024-09-08", dt.date(2024, 9, 8)),
    ("date", "2024-09-08 00:00:00", dt.date(2024, 9, 8)),
    ("date", "08/09/2024", dt.date(2024, 9, 8)),
    ("date", "\u200f٠٨/٠٩/٢٠٢٤", dt.date(2024, 9, 8)),
    *(("yes_no", word, True) for word in ("Oui", "نعم", "YES", "1", 1, 1.0, "١", True)),
    *(("yes_no", word, False) for word in ("non", "لا", "No", 0, "0", False)),
    *(("choice", word, "F") for word in ("F", "f", "femme", "FEMME ", "أنثى", "انثى", "Feminin")),
    ("list", "M1; M2 ؛M1;", ("M1", "M2")),
    ("list", " ; ", None),
]


@pytest.mark.parametrize(("kind", "cell", "value"), GOOD)
def test_a_good_value(kind: str, cell: Cell, value: Any) -> None:
    found = value_of(cell, column(kind))
    assert found == value
    assert type(found) is type(value)


BAD: list[tuple[str, Cell]] = [
    ("text", "a\0b"), ("text", "a\ud800"), ("text", "x" * 2001), ("text", "#REF!"), ("name", "x\x1b"),
    ("code", dt.date(2020, 12, 1)), ("code", 2.30123456789e23), ("code", "1" * 61),
    ("integer", "3.5"), ("integer", 3.5), ("integer", "trente"), ("integer", -1), ("integer", "1,234"),
    ("integer", 2**31), ("integer", True), ("integer", "²"), ("integer", "1,23,4"),
    ("money", "1.234.56"), ("money", "1,234,567,89"), ("integer", dt.date(2024, 1, 1)),
    ("percent", 101), ("percent", "0,8 fois"), ("percent", 0.805),
    ("hours", "beaucoup"), ("hours", -1), ("hours", "2h75"), ("hours", 10_001), ("hours", "1e3"),
    ("money", "1,234"), ("money", "12,345.6.7"), ("money", "12.345678"), ("money", -5), ("money", "NaN"),
    ("money", 3e9),
    ("date", "2024-02-30"), ("date", "13/13/2024"), ("date", "8 sept 2024"), ("date", 45000), ("date", "24-09-08"),
    ("date", dt.date(1800, 1, 1)), ("date", "0001-01-01"), ("date", "2024-09-08T10:00"), ("date", True),
    ("yes_no", "peut-être"), ("yes_no", 2), ("choice", "X"), ("choice", "فم"), ("list", dt.date(2024, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "cell"), BAD)
def test_a_bad_value(kind: str, cell: Cell) -> None:
    with pytest.raises(Unfit) as caught:
        value_of(cell, column(kind))
    assert str(caught.value)


def test_a_wrong_choice_is_told_the_right_ones() -> None:
    with pytest.raises(Unfit, match=r"Femme \(F\) · Homme \(M\)"):
        value_of("X", column("choice"))


def test_lengths_follow_the_column() -> None:
    assert value_of("abc", column("code", maximum=3)) == "abc"
    with pytest.raises(Unfit, match="3"):
        value_of("abcd", column("code", maximum=3))


def test_columns_that_could_not_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        words_of([ImportColumn("a", "Nom", "أ"), ImportColumn("b", "NOM", "ب")])
    with pytest.raises(ValueError, match="choices"):
        ImportColumn("a", "A", "أ", ColumnKind.CHOICE)
