"""What takes seconds: files made at once and beside the requests, an import, and what memory is left after each."""

from __future__ import annotations

import io
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from programme.config import ROOT
from tests.benchmarks.documents import bare_book, bare_paper
from tests.benchmarks.measuring import Runs
from tests.benchmarks.pages import READER, REGION
from tests.benchmarks.serving import Served
from tests.benchmarks.visiting import Answer, Visitor, hidden_of

MOST_MEMORY = 180.0
LOOK = 0.2
"""Seconds between two looks at an export that is being prepared."""


@dataclass(slots=True)
class WorkRow:
    """One piece of work, in seconds; `bare` is the floor of the same, memory in megabytes of the larger worker."""

    name: str
    seconds: float
    bare: float | None = None
    before: float | None = None
    after: float | None = None
    most_seconds: float | None = None
    most_times_bare: float | None = None
    most_memory: float | None = None
    note: str = ""

    @property
    def missed(self) -> list[str]:
        """The aims that were not reached, as the table names them."""
        found = []
        if self.most_seconds is not None and self.seconds > self.most_seconds:
            found.append(f"{self.most_seconds:g} s")
        if self.most_times_bare is not None and self.bare and self.seconds > self.most_times_bare * self.bare:
            found.append(f"{self.most_times_bare:g} × bare")
        if self.most_memory is not None and self.after is not None and self.after > self.most_memory:
            found.append(f"{self.most_memory:g} MB")
        return found


def measure(served: Served, runs: Runs) -> list[WorkRow]:
    """Reports as files, large documents, memory after each."""
    served.restart()
    served.until_at_jobs()
    visitor = served.visitor(READER)
    made = [*_progress(served, visitor, runs), *_prepared(served, visitor, runs)]
    return [*made, *large_documents(runs)]


def _progress(served: Served, visitor: Visitor, runs: Runs) -> list[WorkRow]:
    """The report of the whole country, in Arabic; bare: as many rows and cells as its workbook has."""
    rows, cells = [], _cells(visitor.get("/reports/progress.xlsx").body)
    bare: dict[str, Callable[[list[list[Any]]], None]] = {"xlsx": bare_book, "pdf": bare_paper}
    for kind, alone in bare.items():
        before, times = served.memory(), []
        for _ in range(runs.files + 1):
            answer = visitor.get(f"/reports/progress.{kind}")
            assert answer.status == 200, answer.status
            times.append(answer.seconds)
        floor = statistics.median(_timed(lambda alone=alone: alone(cells)) for _ in range(runs.files))  # type: ignore[misc]
        took = statistics.median(times[1:])
        rows.append(WorkRow(f"progress report, {kind}", took, floor, before, served.memory()))
        rows[-1].most_memory = MOST_MEMORY
    return rows


def _cells(book: bytes) -> list[list[Any]]:
    sheets = load_workbook(io.BytesIO(book), read_only=True).worksheets
    found = [[cell or "" for cell in row] for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    width = max(len(row) for row in found)
    return [[str(cell) for cell in row] + [""] * (width - len(row)) for row in found]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _prepared(served: Served, visitor: Visitor, runs: Runs) -> list[WorkRow]:
    """Lists so long that they are made beside the requests, from asking to the file's last byte."""
    inside = f"&region={REGION}" if served.place.times >= 10 else ""
    wanted = (
        ("persons trained, xlsx", f"report=trainees&format=xlsx{inside}"),
        ("associations with a seat, pdf", f"report=enrolled-associations&format=pdf{inside}"),
    )
    return [_waited(served, visitor, name, asked) for name, asked in wanted]


def _waited(served: Served, visitor: Visitor, name: str, asked: str) -> WorkRow:
    before, begun, peak = served.memory(), time.perf_counter(), 0.0
    page = visitor.get(f"/exports/new?{asked}")
    assert page.status == 200, page.status
    answer = visitor.post(f"/exports/new?{asked}", hidden_of(page.text))
    assert answer.status == 302, answer.status
    known = _ready(visitor.get("/exports"))
    while "<progress" in known[1] or "hx-get" in known[1]:
        time.sleep(LOOK)
        peak = max(peak, served.memory_beside())
        known = _ready(visitor.get("/exports"))
    file = visitor.get(known[0])
    assert file.status == 200, f"{name}: {file.status}"
    took = time.perf_counter() - begun
    note = f"beside the requests, in a process of {peak:.0f} MB; {len(file.body) / 1024**2:.1f} MB"
    return WorkRow(name, took, None, before, served.memory(), most_memory=MOST_MEMORY, note=note)


def _ready(answer: Answer) -> tuple[str, str]:
    """(address of the newest file, the page)."""
    found = re.search(r'href="(/exports/\d+/file)"', answer.text)
    return (found[1] if found else ""), answer.text


def large_documents(runs: Runs) -> list[WorkRow]:
    """The two large documents, rendered in a process of their own (tests.benchmarks.documents)."""
    command = [sys.executable, "-m", "tests.benchmarks.documents", "--json", str(runs.scale)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return [
        WorkRow(
            one["name"],
            one["ours"],
            one["bare"],
            after=one["memory"],
            most_times_bare=one["aim"],
            note="rendering alone, seconds of the processor",
        )
        for one in json.loads(done.stdout.splitlines()[-1])
    ]
