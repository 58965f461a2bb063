"""Our writer of rows puts into the file what openpyxl's own would have put there, byte for byte."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from programme.base.language import speaking
from reports import excel_sheet
from reports.definition import Document
from reports.excel import render_xlsx
from tests.benchmarks.documents import large
from tests.reports.samples import ROWS, application, document, table

ODD: tuple[Any, ...] = (
    *ROWS,
    (
        "a<b>&c",
        " lead",
        "+212 6",
        1.5,
        61,
        0.123456789,
        1,
        dt.datetime(2025, 1, 2, 3, 4),
        "x\ny",
        (1, 2),
        "=1",
    ),
    ("", None, None, None, 10**20, None, 0, dt.date(1800, 1, 1), None, None, "\t\x01'\u202eABC"),
    ("]]>", "  ", "'", -1, -90, float("1e-9"), 1, dt.date(1900, 3, 1), "–", (0, None), "é" * 40_000),
)


class Theirs:
    """openpyxl's own writer, where `Rows` is looked for."""

    def __init__(self, sheet: Any) -> None:
        self.write = type(sheet._writer).write_row.__get__(sheet._writer)


def parts(made: Document) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(render_xlsx(made))) as book:
        return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("spoken", ["fr", "ar"])
@pytest.mark.parametrize("make", [document, lambda: table(cells=ODD), lambda: large(300)])
def test_the_same_bytes(spoken: str, make: Callable[[], Document], monkeypatch: pytest.MonkeyPatch) -> None:
    with application().app_context(), speaking(spoken):
        ours = parts(make())
        monkeypatch.setattr(excel_sheet, "Rows", Theirs)
        assert ours == parts(make())
