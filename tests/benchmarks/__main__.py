"""`make bench`: pages and exports on the demonstration, each beside the bare cost of the same work in the same run."""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, render_template_string
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from programme.app import create_app
from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.language import speaking
from programme.config import Settings
from tests.client import HouseClient, Statements

RUNS = 15
PAGES = {
    "home": "/",
    "region": "/regions/03",
    "registry, page 1": "/associations",
    "registry, search": "/associations?q=الامل",
    "cohorts": "/cohorts",
    "board of a cohort": "/cohorts/1",
    "sessions": "/sessions",
    "transfers": "/transfers",
    "reached list": "/reached?region=03",
    "agreement": "/agreements/1",
    "progress, html": "/reports/progress?region=03",
}
EXPORTS = {
    "progress, pdf (ar)": "/reports/progress.pdf?region=03",
    "progress, xlsx (ar)": "/reports/progress.xlsx?region=03",
    "reached list, pdf (ar)": "/reports/reached-associations.pdf?region=03",
    "reached list, xlsx (ar)": "/reports/reached-associations.xlsx?region=03",
}
ROWS = "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}"


def milliseconds(work: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """(median, 95th percentile) of `work` in milliseconds, after one warm-up."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, round(len(times) * 0.95))]


def floors(app: Flask) -> dict[str, float]:
    """Bare costs: a Flask page of 25 rows from one SELECT, 360 plain rows in openpyxl and in reportlab."""

    def page() -> str:
        chosen = sa.text(
            "SELECT id, name_ar, name_fr, receipt_no FROM association ORDER BY sort_key, id LIMIT 25"
        )
        with app.test_request_context():
            return render_template_string(ROWS, rows=db.session.execute(chosen).all())

    def book() -> None:
        made = Workbook(write_only=True)
        sheet = made.create_sheet()
        for number in range(360):
            sheet.append([number, "association", "12/2020", "Fès", "Cohorte", "2024-01-01", "host", ""])
        made.save(io.BytesIO())

    def paper() -> None:
        canvas = Canvas(io.BytesIO())
        for number in range(360):
            for column in range(8):
                canvas.drawString(20 + 60 * column, 800 - 20 * (number % 36), "association")
            if number % 36 == 35:
                canvas.showPage()
        canvas.save()

    return {name: milliseconds(work)[0] for name, work in (("page", page), ("xlsx", book), ("pdf", paper))}


def measure(client: HouseClient, address: str, runs: int = RUNS) -> tuple[float, float, int]:
    """(median, p95, statements) of a GET."""
    median, late = milliseconds(lambda: client.get(address, check=False), runs)
    with Statements() as counted:
        answer = client.get(address, check=False)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return median, late, len(counted)


def main() -> None:
    """Load the demonstration into a new instance and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        url = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{instance / 'programme.sqlite3'}"
        app = create_app(
            Settings(instance=instance, database_url=url, secret_key="benchmark " * 4, testing=True)
        )
        app.test_client_class = HouseClient
        with app.app_context(), speaking("ar"):
            from programme.demo.load import load
            from programme.reference.start import start

            start()
            begun = time.perf_counter()
            load(instance / "uploads")
            print(f"demonstration loaded in {time.perf_counter() - begun:.1f} s on {db.engine.dialect.name}")
            client = app.test_client()
            assert isinstance(client, HouseClient)
            officer = db.session.scalars(
                sa.select(Account).where(Account.role == Role.MINISTRY_OFFICER)
            ).first()
            assert officer
            client.sign_in(officer, "ar")
            report(app, client)


def report(app: Flask, client: HouseClient) -> None:
    """Print the table: median, p95, statements, and the ratio to the bare cost."""
    bare = floors(app)
    print(
        f"bare: page of 25 rows {bare['page']:.1f} ms, xlsx {bare['xlsx']:.1f} ms, pdf {bare['pdf']:.1f} ms\n"
    )
    print(f"{'what':26} {'median ms':>10} {'p95 ms':>8} {'statements':>11} {'x bare':>7}")
    for name, address in {**PAGES, **EXPORTS}.items():
        kind = "pdf" if ".pdf" in address else "xlsx" if ".xlsx" in address else "page"
        median, late, statements = measure(client, address, RUNS if kind == "page" else 5)
        print(f"{name:26} {median:10.1f} {late:8.1f} {statements:11d} {median / bare[kind]:7.1f}")


if __name__ == "__main__":
    main()
