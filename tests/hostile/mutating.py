"""Workbooks spoilt in every way that a disk, a careless programme or an enemy spoils them, by a seed."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from tests.hostile.nasty import VALUES

Parts = dict[str, bytes]
CELLS: tuple[Any, ...] = (
    *(value for value in VALUES if len(value) < 32_000),
    1e308,
    -1e308,
    5e-324,
    -0.0,
    10**30,
    2**63,
    True,
    dt.date(1900, 1, 1),
    dt.date(9999, 12, 31),
    dt.datetime(9999, 12, 31, 23, 59, 59),
    dt.time(23, 59),
    dt.timedelta(days=10**5),
    "=1/0",
    "=SUM(A1:A9)",
    "#REF!",
    "م" * 32_767,
)
_TEXTS = (
    b"",
    b"\xff\xfe",
    b"1e999",
    b"NaN",
    b"-1",
    b"99999999999999999999",
    b"&#0;",
    b"&amp;#1;",
    b"<![CDATA[",
    b"inlineStr",
)


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def packed(parts: Parts, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


def mutated(data: bytes, seed: int) -> bytes:
    """`data` spoilt once or a few times by what `seed` chooses."""
    noise = random.Random(seed)
    how = noise.choice((_bytes, _cut, _entries, _xml, _xml, _cells, _cells, _shape))
    return how(data, noise)


def _bytes(data: bytes, noise: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _place in range(noise.choice((1, 3, 20, 200))):
        spoilt[noise.randrange(4, len(spoilt))] = noise.randrange(256)
    return bytes(spoilt)


def _cut(data: bytes, noise: random.Random) -> bytes:
    begin, end = sorted(noise.randrange(len(data)) for _side in range(2))
    return noise.choice(
        (data[:end], data[:begin] + data[end:], data + data[begin:end], data[:end] + b"\0" * 500)
    )


def _entries(data: bytes, noise: random.Random) -> bytes:
    parts = parts_of(data)
    names = sorted(parts)
    one, other = noise.choice(names), noise.choice(names)
    deed = noise.randrange(7)
    if deed == 0:
        del parts[one]
    elif deed == 1:
        parts[one], parts[other] = parts[other], parts[one]
    elif deed == 2:
        parts[one] = b""
    elif deed == 3:
        parts[one] = noise.randbytes(400)
    elif deed == 4:
        parts["../" + one] = parts.pop(one)
    elif deed == 5:
        parts[one.upper()] = parts.pop(one)
    else:
        parts |= {f"xl/extra{number}.xml": parts[one] for number in range(noise.choice((5, 150, 400)))}
    return packed(
        parts, noise.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    )


def _xml(data: bytes, noise: random.Random) -> bytes:
    """Tags dropped, doubled or renamed; attributes and texts replaced: in one or two parts."""
    parts = parts_of(data)
    for name in noise.sample(sorted(parts), noise.choice((1, 1, 2))):
        for _time in range(noise.choice((1, 2, 6))):
            parts[name] = _spoilt(parts[name], noise)
    return packed(parts)


def _spoilt(xml: bytes, noise: random.Random) -> bytes:
    pattern = noise.choice((rb"<[^>]+>", rb'"[^"]*"', rb">[^<]+<", rb"\b[a-zA-Z]+=", rb"[0-9]+"))
    found = list(re.finditer(pattern, xml))
    if not found:
        return xml
    one = noise.choice(found)
    whole, text = one[0], noise.choice(_TEXTS)
    instead: Callable[[], bytes] = noise.choice(
        (
            lambda: b"",
            lambda: whole * 2,
            lambda: whole[:1] + text + whole[-1:],
            lambda: whole[: len(whole) // 2],
            lambda: noise.choice(found)[0],
        )
    )
    return xml[: one.start()] + instead() + xml[one.end() :]


def _book(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cells(data: bytes, noise: random.Random) -> bytes:
    book = _book(data)
    sheet = book.worksheets[0]
    for _time in range(noise.choice((1, 3, 12))):
        row, column = noise.randrange(1, 6), noise.randrange(1, sheet.max_column + 2)
        cell, value = sheet.cell(row, column), noise.choice(CELLS)
        try:
            cell.value = value
        except (
            ValueError,
            IllegalCharacterError,
        ):  # signs that XML does not know: openpyxl writes none of them
            cell.value = "".join(sign for sign in str(value) if sign.isprintable())
    return _saved(book)


def _shape(data: bytes, noise: random.Random) -> bytes:
    """Sheets hidden, added and renamed; columns moved, doubled, dropped; cells merged; rows far away."""
    book = _book(data)
    sheet = book.worksheets[0]
    deed = noise.randrange(9)
    if deed == 0:
        sheet.delete_cols(noise.randrange(1, sheet.max_column + 1))
    elif deed == 1:
        sheet.insert_cols(noise.randrange(1, sheet.max_column + 1), noise.choice((1, 90)))
    elif deed == 2:
        sheet.insert_rows(1, noise.choice((1, 9, 40)))
    elif deed == 3:
        sheet.cell(1, sheet.max_column + 1, sheet.cell(1, 1).value)
    elif deed == 4:
        sheet.merge_cells(start_row=2, end_row=5, start_column=1, end_column=noise.randrange(1, 4))
    elif deed == 5:
        sheet.sheet_state = noise.choice(("hidden", "veryHidden"))
    elif deed == 6:
        sheet.cell(noise.choice((1_048_576, 60_000)), noise.choice((1, 99, 16_384)), "loin")
    elif deed == 7:
        sheet.delete_rows(1, noise.choice((1, 2, 50)))
    else:
        book.create_sheet("تقرير / x"[:8].replace("/", "-"), 0).append([noise.choice(["a", None, 1])])
    return _saved(book)
