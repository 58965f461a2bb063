"""Small workbooks and CSV files made for the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook


def xlsx(rows: Iterable[Sequence[Any]], title: str = "Feuille") -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def csv(rows: Iterable[Sequence[str]], sign: str = ";", bom: bool = True) -> bytes:
    """A CSV as Excel saves it."""
    text = "\r\n".join(sign.join(row) for row in rows)
    return text.encode("utf-8-sig" if bom else "utf-8")


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def repacked(
    data: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    """The same package with the content of its entries changed, and more entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return made.getvalue()


def same(_name: str, content: bytes) -> bytes:
    return content
