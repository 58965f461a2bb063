"""One page after another: served, its SQL alone, and the bare page of as many rows under the same gunicorn."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from programme.app import create_app
from programme.base.extensions import db
from tests.benchmarks.pages import READER, Page, pages
from tests.benchmarks.places import Place
from tests.benchmarks.serving import Served, until_answered
from tests.benchmarks.visiting import Visitor
from tests.faults.server import free_port

CELL = re.compile(rb"<t[dh][ >]")
WARM = 5


@dataclass(frozen=True, slots=True)
class Runs:
    """How often each thing is done. `restarts`: before each page, so that its first answer is a worker's first."""

    pages: int = 40
    files: int = 5
    restarts: bool = True
    scale: float = 1.0
    """Of the large files and of the import."""


QUICK = Runs(pages=3, files=1, restarts=False, scale=0.005)


@dataclass(slots=True)
class PageRow:
    """What one page cost, in milliseconds."""

    name: str
    median: float
    late: float
    """The 95th percentile."""
    first: float
    """The first answer after the server began anew."""
    statements: int
    sql: float
    """The same statements alone, by the database's driver."""
    bare: float
    """Flask and Jinja alone with as many rows and cells."""
    rows: int
    columns: int
    aim: float
    most_statements: int | None
    most_times_bare: float | None

    @property
    def missed(self) -> list[str]:
        """The aims that were not reached, as the table names them."""
        found = []
        if self.median > self.aim:
            found.append(f"{self.aim:g} ms")
        if self.most_statements is not None and self.statements > self.most_statements:
            found.append(f"{self.most_statements} statements")
        if self.most_times_bare is not None and self.median > self.most_times_bare * self.bare:
            found.append(f"{self.most_times_bare:g} × bare")
        return found


def milliseconds(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """(median, 95th percentile) of `work` in milliseconds, once it is warm."""
    for _ in range(min(WARM, runs)):
        work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, round(len(times) * 0.95))]


class Alone:
    """The statements of a page without the page: read off a warm request in this process, sent again bare."""

    def __init__(self, place: Place, cookies: dict[str, str], app: Flask | None = None) -> None:
        self.app = app or create_app(place.settings())
        self.client = Client(self.app)
        for name, value in cookies.items():
            self.client.set_cookie(name, value)

    def cost(self, path: str, runs: int) -> float:
        """Milliseconds of the statements of `path`, at the median."""
        sent = self._statements(path)
        with self.app.app_context():
            link = db.engine.raw_connection()
            try:
                return milliseconds(lambda: _send(link, sent), runs)[0]
            finally:
                link.close()

    def _statements(self, path: str) -> list[tuple[str, Any]]:
        sent: list[tuple[str, Any]] = []

        def note(_link: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            if statement.lstrip()[:6].upper() in ("SELECT", "WITH R", "WITH A"):
                sent.append((statement, values))

        with self.app.app_context():
            self.client.get(path, buffered=True)
            self.client.get(path, buffered=True)
            sa.event.listen(db.engine, "before_cursor_execute", note)
            try:
                answer = self.client.get(path, buffered=True)
            finally:
                sa.event.remove(db.engine, "before_cursor_execute", note)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return sent

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _send(link: Any, sent: list[tuple[str, Any]]) -> None:
    cursor = link.cursor()
    for statement, values in sent:
        cursor.execute(statement, values)
        cursor.fetchall()
    cursor.close()
    link.rollback()


@contextmanager
def bare_site(place: Place) -> Iterator[Visitor]:
    """The bare page served over the same database."""
    port = free_port()
    is_file = place.engine == "sqlite"
    database = str(place.instance / "programme.sqlite3") if is_file else place.url.replace("+psycopg", "")
    log = place.instance / "bare.log"
    command = [sys.executable, "-m", "tests.benchmarks.bare_site", str(port), database]
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=place.environment(), stdout=out, stderr=out)
    try:
        until_answered(process, port, log, "/?rows=1")
        yield Visitor(port)
    finally:
        process.terminate()
        process.wait(60)


def measure(served: Served, runs: Runs) -> list[PageRow]:
    """Every page of a place that is served."""
    visitor, rows = served.visitor(READER), []
    alone = Alone(served.place, visitor.cookies)
    try:
        with bare_site(served.place) as bare:
            for page in pages(served.place):
                if runs.restarts:
                    served.restart()
                    visitor.close()
                rows.append(_row(served, visitor, alone, bare, page, runs.pages))
                print(f"  {page.name}: {rows[-1].median:.1f} ms", flush=True)
    finally:
        alone.close()
    return rows


def _row(served: Served, visitor: Visitor, alone: Alone, bare: Visitor, page: Page, runs: int) -> PageRow:
    first = visitor.get(page.path)
    assert first.status == 200, f"{page.path}: {first.status}"
    since = served.log.stat().st_size
    median, late = milliseconds(lambda: visitor.get(page.path), runs)
    statements = statistics.median([one.statements for one in served.logged(since)[-runs:]])
    shown, columns = shape(first.body)
    floor = milliseconds(lambda: bare.get(f"/?rows={shown}&columns={columns}"), runs)[0]
    return PageRow(
        page.name,
        median,
        late,
        first.seconds * 1000,
        int(statements),
        alone.cost(page.path, runs),
        floor,
        shown,
        columns,
        page.aimed(served.place.times),
        page.most_statements,
        page.most_times_bare,
    )


def shape(body: bytes) -> tuple[int, int]:
    """(rows, cells a row) of a page: those of its tables, else the entries of its lists, three cells each."""
    rows = body.count(b"<tr")
    if rows < 2:
        return max(1, body.count(b"<li")), 3
    return rows, max(1, min(15, round(len(CELL.findall(body)) / rows)))
