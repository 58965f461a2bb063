"""Hostile and honest files: each refused or read, quickly, with one exception."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import random
import stat
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from programme.base.workbook.issues import NotAWorkbook
from programme.base.workbook.sheet import DEFAULT_LIMITS, Formula, read_table
from tests.base.workbook.files import csv, opened, repacked, same, saved, xlsx

ROWS = [["code", "nom"], ["A1", "فاس"], [None, None], ["B2", "Meknès"]]


def test_a_workbook_gives_its_rows_with_their_real_numbers() -> None:
    table = read_table(xlsx(ROWS, "Données"), "x.xlsx")
    assert table.sheet == "Données"
    assert (table.header.number, table.header.cells) == (1, ("code", "nom"))
    assert [(line.number, line.cells) for line in table.rows] == [(2, ("A1", "فاس")), (4, ("B2", "Meknès"))]


def test_more_columns_than_any_kind_has_are_refused() -> None:
    with pytest.raises(NotAWorkbook, match="100 colonnes"):
        read_table(xlsx([[f"c{i}" for i in range(101)]]), "x.xlsx")
    with pytest.raises(NotAWorkbook, match="100 colonnes"):
        read_table(csv([[f"c{i}" for i in range(101)]]), "x.csv")


def test_cells_keep_their_types() -> None:
    values = [1, 2.5, True, dt.date(2024, 9, 8), dt.datetime(2024, 9, 8, 9, 30), dt.time(2, 30), "=1+1"]
    cells = read_table(xlsx([list("abcdefg"), values]), "x.xlsx").rows[0].cells
    assert cells[:6] == (1, 2.5, True, dt.date(2024, 9, 8), dt.datetime(2024, 9, 8, 9, 30), dt.time(2, 30))
    assert len(cells) == 7
    assert isinstance(cells[6], Formula)  # told as such: read as blank, it would be lost without a word


def test_a_path_is_read_and_a_missing_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(ROWS))
    assert len(read_table(path).rows) == 2
    with pytest.raises(NotAWorkbook):
        read_table(tmp_path / "none.xlsx")


def test_hidden_and_blank_sheets_are_passed_over() -> None:
    book = Workbook()
    hidden = book.worksheets[0]
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    book.create_sheet("vide")
    book.create_sheet("ici").append(["code"])
    assert read_table(saved(book), "x.xlsx").sheet == "ici"


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD1"])
def test_one_far_cell_costs_no_hours(place: str) -> None:
    book = opened(xlsx(ROWS))
    book.worksheets[0][place] = "loin"
    data = saved(book)
    assert len(data) < 6000
    begun = time.monotonic()
    table = read_table(data, "x.xlsx")
    assert [line.number for line in table.rows][:2] == [2, 4]
    assert table.header.cells == ("code", "nom")
    assert time.monotonic() - begun < 20


def test_a_document_type_is_refused_in_any_encoding() -> None:
    for code in ("utf-8", "utf-16"):
        bad = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode(code)
        with pytest.raises(NotAWorkbook, match="interdite"):
            read_table(repacked(xlsx(ROWS), lambda n, c, b=bad: b if n == "xl/workbook.xml" else c), "x.xlsx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(xlsx(ROWS), same, {"xl/worksheets/sheet9.xml": b" " * 10_000_000})
    with pytest.raises(NotAWorkbook, match="anormale"):
        read_table(bomb, "x.xlsx")
    noise = random.Random(1)
    half = b"".join(noise.randbytes(50) + b" " * 450 for _ in range(24_000))
    with pytest.raises(NotAWorkbook, match="volumineux"):
        read_table(repacked(xlsx(ROWS), same, {"xl/a.bin": half, "xl/b.bin": half}), "x.xlsx")


@pytest.mark.parametrize("count", [250, 10_000])
def test_too_many_sheets_are_refused(count: int) -> None:
    many = {f"xl/worksheets/s{i}.xml": b"<x/>" for i in range(count)}
    with pytest.raises(NotAWorkbook, match="trop d'éléments"):
        read_table(repacked(xlsx(ROWS), same, many), "x.xlsx")


def test_a_link_is_refused() -> None:
    made = io.BytesIO(xlsx(ROWS))
    with zipfile.ZipFile(made, "a") as package:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    with pytest.raises(NotAWorkbook, match="lien"):
        read_table(made.getvalue(), "x.xlsx")


def test_a_protected_entry_is_refused() -> None:
    data = bytearray(xlsx(ROWS))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1  # the flag of encryption in the directory
    with pytest.raises(NotAWorkbook, match="mot de passe"):
        read_table(bytes(data), "x.xlsx")


def test_what_is_no_workbook_is_refused() -> None:
    whole = xlsx(ROWS)
    noise = random.Random(7)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    files = {
        "empty": b"",
        "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "cut": whole[: len(whole) // 2],
        "noise": noise.randbytes(4000),
        "headless": b"PK\x03\x04" + noise.randbytes(4000),
        "docx": other.getvalue(),
        "blank": xlsx([[]]),
        "text": b"%PDF-1.7 nothing",
        "broken xml": repacked(whole, lambda n, c: c[:90] if n == "xl/workbook.xml" else c),
    }
    for name, data in files.items():
        with pytest.raises(NotAWorkbook) as caught:
            read_table(data, "x.xlsx")
        assert caught.value.message, name


def test_mutated_workbooks_are_read_or_refused_and_nothing_else() -> None:
    whole, noise = xlsx(ROWS), random.Random(3)
    refused = 0
    for _attempt in range(8):
        data = bytearray(repacked(whole, same))
        for _place in range(6):
            data[noise.randrange(4, len(data))] = noise.randrange(256)
        try:
            read_table(bytes(data), "x.xlsx")
        except NotAWorkbook:
            refused += 1
    assert refused


def test_size_rows_and_time_are_bounded() -> None:
    # A child that meets its limit dies where it stands: the file is then told to be too heavy, or unreadable.
    data = xlsx([["code"], *([str(i)] for i in range(30))])
    with pytest.raises(NotAWorkbook, match="20 lignes"):
        read_table(data, "x.xlsx", dataclasses.replace(DEFAULT_LIMITS, rows=20))
    with pytest.raises(NotAWorkbook, match="dépasse"):
        read_table(data, "x.xlsx", dataclasses.replace(DEFAULT_LIMITS, size=1000))
    with pytest.raises(NotAWorkbook, match=r"lourd|abîmé"):
        read_table(data, "x.xlsx", dataclasses.replace(DEFAULT_LIMITS, memory=16 * 1024 * 1024))
    with pytest.raises(NotAWorkbook, match=r"lourd|abîmé"):
        read_table(data, "x.xlsx", dataclasses.replace(DEFAULT_LIMITS, output=50))
    with pytest.raises(NotAWorkbook, match=r"lourd|abîmé"):
        read_table(data, "x.xlsx", dataclasses.replace(DEFAULT_LIMITS, patience=0.01))
    long = xlsx([["code"], *([i] * 20 for i in range(12_000))])
    with pytest.raises(NotAWorkbook, match=r"lourd|abîmé"):
        read_table(long, "x.xlsx", dataclasses.replace(DEFAULT_LIMITS, seconds=1))


@pytest.mark.parametrize("sign", [",", ";"])
@pytest.mark.parametrize("bom", [True, False])
def test_csv_with_either_sign(sign: str, bom: bool) -> None:
    data = csv([["code", "nom"], ["A1", "فاس"], ["", ""], ["B2", "Meknès"]], sign, bom)
    table = read_table(data, "Liste.csv")
    assert table.sheet == "Liste"
    assert [(line.number, line.cells) for line in table.rows] == [(2, ("A1", "فاس")), (4, ("B2", "Meknès"))]


def test_csv_of_exports_and_excel_come_back_as_they_were() -> None:
    table = read_table(b"sep=;\r\n\"a;b\";c\r\n'=1+1;'tis\r\n", "x.csv")
    assert table.header.cells == ("a;b", "c")
    assert table.rows[0].cells == ("=1+1", "'tis")
    assert table.rows[0].number == 3


@pytest.mark.parametrize(
    "data", ["é;à".encode("latin-1"), b"a;b\0", "a;b".encode("utf-16"), b"\n\n", b"a,b" * 80_000]
)
def test_bad_csv_is_refused(data: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        read_table(data, "x.csv")
