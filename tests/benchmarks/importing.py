"""An import of 7,200 associations by the pages: our own template filled, checked, imported, taken back."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import sqlalchemy as sa
from openpyxl import load_workbook

from tests.benchmarks.documents import WORDS
from tests.benchmarks.files import WorkRow
from tests.benchmarks.measuring import Runs
from tests.benchmarks.pages import READER
from tests.benchmarks.places import Place
from tests.benchmarks.serving import Served
from tests.benchmarks.visiting import Answer, Visitor, hidden_of

ROWS, WIDTH = 7_200, 15
NAME = "associations.xlsx"
PROVINCE = "03.231"


def measure(served: Served, runs: Runs) -> list[WorkRow]:
    """Checking, importing and taking back, each with the memory of the worker around it."""
    rows = max(10, int(ROWS * runs.scale))
    visitor = served.visitor(READER)
    data = workbook(visitor.get("/imports/associations/template.xlsx").body, rows)
    floor = bare(served.place, data)
    checked, preview = _timed(served, f"import of {rows:,} rows, checked", lambda: _check(visitor, data))
    sent = {key: text for key, text in hidden_of(preview.text).items() if key != "next"}
    assert "token" in sent, re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", preview.text))[-1500:]
    done, answer = _timed(
        served, "the same, imported", lambda: visitor.post("/imports/associations/run", sent)
    )
    assert answer.status == 302, f"not imported: {answer.status}"
    batch = re.search(r"/imports/batches/([^/\"]+)/undo", visitor.get("/imports").text)
    assert batch, "the import is not listed"
    back, answer = _timed(
        served, "the same, taken back", lambda: visitor.post(f"/imports/batches/{batch[1]}/undo", {})
    )
    assert answer.status == 302, f"not taken back: {answer.status}"
    done.bare, done.note = floor, "bare: openpyxl reads it, the driver inserts the rows"
    return [checked, done, back]


def _check(visitor: Visitor, data: bytes) -> Answer:
    return visitor.post("/imports/associations", {"region": ""}, file=(io.BytesIO(data), NAME))


def _timed(served: Served, name: str, ask: Any) -> tuple[WorkRow, Answer]:
    before, begun = served.memory(), time.perf_counter()
    answer = ask()
    took = time.perf_counter() - begun
    return WorkRow(name, took, None, before, served.memory()), answer


def workbook(template: bytes, rows: int) -> bytes:
    """The template with its example replaced by `rows` associations that nobody has registered."""
    book = load_workbook(io.BytesIO(template))
    sheet, stamp = book.worksheets[0], int(time.time()) % 1_000_000
    for number in range(rows):
        first, second, third = WORDS[number % 12], WORDS[number // 12 % 12], WORDS[number // 144 % 12]
        said = {
            1: f"جمعية {first} و{second} و{third} {stamp} {number}",
            2: f"Association {stamp} {number}",
            3: f"{stamp}{number:05d}/2026",
            4: "2026-01-31",
            6: "définitif",
            7: PROVINCE,
            12: "بيئة",
            14: f"رئيس {number}",
            15: f"06{number:08d}",
        }
        for column in range(1, 19):
            sheet.cell(number + 2, column).value = said.get(column)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def bare(place: Place, data: bytes) -> float:
    """Seconds of reading the same file and inserting its rows, both without asking anything of them."""
    begun = time.perf_counter()
    sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    found = [
        tuple(str(cell or "") for cell in row[:WIDTH]) for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    columns = ", ".join(f"c{number} TEXT" for number in range(WIDTH))
    places = ", ".join(f":c{number}" for number in range(WIDTH))
    with place.looking() as link:
        link.exec_driver_sql(f"CREATE TEMPORARY TABLE bare_row ({columns})")
        values = [{f"c{at}": cell for at, cell in enumerate(row)} for row in found]
        link.execute(sa.text(f"INSERT INTO bare_row VALUES ({places})"), values)
        link.commit()
    return time.perf_counter() - begun
