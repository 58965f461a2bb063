"""The hostile workbooks of STACK.md: each small to send, each dear to whoever opens it without looking."""

from __future__ import annotations

import io
import random
import stat
import zipfile

from tests.base.workbook.files import opened, repacked, same, saved
from tests.hostile.mutating import packed, parts_of

SHEET = "xl/worksheets/sheet1.xml"


def _with(data: bytes, name: str, content: bytes) -> bytes:
    return packed({**parts_of(data), name: content})


def _sheet(rows: bytes) -> bytes:
    head = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + rows + b"</sheetData></worksheet>"


def _noisy(cells: bytes, rows: int) -> bytes:
    """Rows that differ by some noise: what compresses too well is refused before anybody reads it."""
    noise = random.Random(rows)
    return b"".join(
        b"<row><!--%s-->%s</row>" % (noise.randbytes(9).hex().encode(), cells) for _row in range(rows)
    )


def numbers(data: bytes) -> bytes:
    """A sound workbook of as many numbers as the limits let through: it takes all the time that a child has."""
    noise = random.Random(1)
    rows = (
        b"".join(b"<c><v>%d</v></c>" % noise.randrange(10**6) for _cell in range(99)) for _row in range(8_000)
    )
    return _with(data, SHEET, _sheet(b"".join(b"<row>%s</row>" % row for row in rows)))


def _far(data: bytes, place: str) -> bytes:
    book = opened(data)
    book.worksheets[0][place] = "loin"
    return saved(book)


def _link(data: bytes) -> bytes:
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as package:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    return made.getvalue()


def _locked(data: bytes) -> bytes:
    spoilt = bytearray(data)
    spoilt[spoilt.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(spoilt)


def _overlapping(data: bytes) -> bytes:
    """Many entries of the directory that all point to the content of one."""
    parts = parts_of(data)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        package.writestr("xl/big.bin", bytes(3_000_000))
        big = package.infolist()[-1]
        for number in range(100):
            twin = zipfile.ZipInfo(f"xl/big{number}.bin")
            twin.header_offset, twin.CRC = big.header_offset, big.CRC
            twin.compress_size, twin.file_size, twin.compress_type = (
                big.compress_size,
                big.file_size,
                big.compress_type,
            )
            package.filelist.append(twin)
            package.NameToInfo[twin.filename] = twin
    return made.getvalue()


def bombs(data: bytes) -> dict[str, bytes]:
    """By name; `data` is a sound workbook."""
    return {**_packages(data), **_sheets(data), **_no_workbooks()}


def _packages(data: bytes) -> dict[str, bytes]:
    """Archives that hold what no workbook needs."""
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    outside = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, 10_001))
    return {
        "document type": _with(data, "xl/workbook.xml", entity + b"<x>&b;</x>"),
        "document type, UTF-16": _with(data, SHEET, entity.decode().encode("utf-16")),
        "outside file": _with(data, "xl/sharedStrings.xml", outside),
        "ratio": _with(data, "xl/big.xml", b" " * 15_000_000),
        "ratio of many": packed({**parts_of(data), **{f"xl/b{n}.xml": b" " * 60_000 for n in range(180)}}),
        "overlapping": _overlapping(data),
        "10,000 sheets": repacked(data, same, {f"xl/worksheets/s{n}.xml": b"<x/>" for n in range(10_000)}),
        "10,000 names of one sheet": _with(
            data,
            "xl/workbook.xml",
            parts_of(data)["xl/workbook.xml"].replace(b"<sheets>", b"<sheets>" + sheets),
        ),
        "more than 200 entries": repacked(data, same, {f"xl/e{n}.xml": b"<x/>" for n in range(201)}),
        "link": _link(data),
        "password": _locked(data),
        "old or protected": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(6_000),
        "macros": _with(data, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"),
        "nested archive": _with(data, "xl/embeddings/inner.xlsx", data),
    }


def _sheets(data: bytes) -> dict[str, bytes]:
    """Sheets that cost more than they show."""
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
    )
    return {
        "far cell": _far(data, "XFD1048576"),
        "far row": _far(data, "A1048576"),
        "far column": _far(data, "XFD1"),
        "one long text many times": packed(
            {
                **parts_of(data),
                "xl/sharedStrings.xml": strings % random.Random(2).randbytes(16_000).hex().encode(),
                SHEET: _sheet(_noisy(b'<c t="s"><v>0</v></c>' * 90, 8_000)),
            }
        ),
        "empty cells": _with(data, SHEET, _sheet(_noisy(b"<c/>" * 90, 40_000))),
        "rows of numbers": numbers(data),
        "deep": _with(
            data, SHEET, _sheet(b"<row><c>" + b"<is>" * 200_000 + b"</is>" * 200_000 + b"</c></row>")
        ),
        "shared formulas": _with(
            data,
            SHEET,
            _sheet(
                b'<row r="1"><c r="A1"><f t="shared" ref="A1:XFD1048576" si="0">B1+1</f></c></row>'
                + _noisy(b'<c><f t="shared" si="0"/></c>', 100_000)
            ),
        ),
        "merged": _with(
            data,
            SHEET,
            _sheet(b"<row><c><v>1</v></c></row>").replace(
                b"</worksheet>", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
            ),
        ),
        "16,384 columns": _with(
            data, SHEET, _sheet(b'<row r="1">' + b"<c><v>1</v></c>" * 16_384 + b"</row>")
        ),
    }


def _no_workbooks() -> dict[str, bytes]:
    return {
        "text file": b"%PDF-1.7 nothing",
        "nothing": b"",
        "utf-16 csv": "module;titre\r\nM1;x".encode("utf-16"),
        "arabic windows csv": "module;العنوان\r\nM1;فاس".encode("cp1256"),
        "long line": b"a;" * 4_000_000,
        "open quote": b'module;title_ar\r\n"M1;' + b"x" * 5_000_000,
        "short file of many lines": b"a;b\r\n" * 900_000,
    }
