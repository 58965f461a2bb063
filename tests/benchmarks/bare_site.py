"""The floor of a page: Flask and Jinja alone, one SELECT by the database's own driver, under the same gunicorn.

python -m tests.benchmarks.bare_site PORT DATABASE        then GET /?rows=25&columns=8
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from typing import Any

import psycopg
from flask import Flask, request
from gunicorn.app.base import BaseApplication

from programme.commands.serve import options
from programme.config import Settings
from tests.benchmarks.serving import THREADS, WORKERS

SHOWN = (
    *("id", "name_ar", "name_fr", "receipt_no", "sort_key", "phone", "president", "region_id"),
    *("province_id", "match_key", "receipt_kind", "email", "domain", "coverage", "address"),
)
PAGE = """<!doctype html><html lang="ar" dir="rtl"><head><title>{{ title }}</title><meta charset="utf-8"></head>
<body><h1>{{ title }}</h1><table>
<thead><tr>{% for name in names %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""
PLAIN = "postgresql://"


def site(database: str) -> Flask:
    """One page of `rows` and `columns` of the registry."""
    app, mine = Flask("bare"), threading.local()
    page = app.jinja_env.from_string(PAGE)

    def link() -> Any:
        if not hasattr(mine, "link"):
            is_server = database.startswith(PLAIN)
            mine.link = psycopg.connect(database) if is_server else sqlite3.connect(database)
        return mine.link

    @app.get("/")
    def index() -> str:
        rows, columns = request.args.get("rows", 25, int), request.args.get("columns", 8, int)
        names = SHOWN[:columns]
        cursor = link().cursor()
        chosen = f"SELECT {', '.join(names)} FROM association ORDER BY sort_key, id LIMIT {rows}"
        found = cursor.execute(chosen).fetchall()
        link().rollback()
        return page.render(title="الجمعيات", names=names, rows=found)

    return app


class Bare(BaseApplication):  # type: ignore[misc]
    """gunicorn with the options of `programme serve`."""

    def __init__(self, port: int, database: str) -> None:
        self.port, self.database = port, database
        super().__init__()

    def load_config(self) -> None:
        settings = Settings(threads=THREADS)
        for name, value in options(settings, f"127.0.0.1:{self.port}", WORKERS).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return site(self.database)


if __name__ == "__main__":
    Bare(int(sys.argv[1]), sys.argv[2]).run()
