"""`/metrics` for Prometheus: how much is asked, how long it takes, what waits; nothing about anybody.

The page exists where PROGRAMME_METRICS_TOKEN is set, and answers to who shows it. Workers count into files of
one folder, which the server empties when it starts; whichever worker is asked adds them up.
"""

from __future__ import annotations

import hmac
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, Response, abort, g, request
from sqlalchemy.exc import SQLAlchemyError

from programme.base import clock, jobs
from programme.base.access import public
from programme.base.database import Base
from programme.base.extensions import db
from programme.config import Settings
from programme.statements import statements

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30)
COUNTS = (0, 2, 5, 10, 15, 20, 30, 50, 100, 300)


def clear(settings: Settings) -> None:
    """Empty the folder of counters: called by the server before its workers start."""
    if settings.metrics_token:
        shutil.rmtree(_folder(settings), ignore_errors=True)
        _folder(settings).mkdir(mode=0o700, parents=True)


def worker_ended(pid: int) -> None:
    """Forget the gauges of a worker that is gone; its counts stay."""
    if os.environ.get(FOLDER):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def register(app: Flask) -> None:
    """Count from now on and answer `/metrics`, where the settings ask for it."""
    house: Settings = app.config["HOUSE"]
    if not house.metrics_token:
        return
    os.environ.setdefault(FOLDER, str(_folder(house)))
    _folder(house).mkdir(mode=0o700, parents=True, exist_ok=True)
    _count(app)

    @app.get("/metrics", endpoint="metrics")
    @public
    def _metrics() -> Response:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), house.metrics_token.encode()):
            abort(404)
        return Response(exposed(), mimetype="text/plain; version=0.0.4")


def _folder(house: Settings) -> Path:
    return Path(os.environ.get(FOLDER) or house.instance / "metrics")


def _count(app: Flask) -> None:
    # Imported here: where several processes count is read from the environment when the module is.
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

    known: dict[str, Any] = app.extensions.setdefault("metrics", {})
    registry = CollectorRegistry()
    labels = ("endpoint", "method", "status")
    known["asked"] = Counter("programme_requests_total", "Requests answered.", labels, registry=registry)
    known["time"] = Histogram(
        "programme_request_seconds", "Time to answer.", ("endpoint",), buckets=SECONDS, registry=registry
    )
    known["statements"] = Histogram(
        "programme_request_statements",
        "Statements a request.",
        ("endpoint",),
        buckets=COUNTS,
        registry=registry,
    )
    known["pool"] = Gauge(
        "programme_pool_connections",
        "Connections to the database in use.",
        registry=registry,
        multiprocess_mode="livesum",
    )

    @app.after_request
    def _answered(response: Response) -> Response:
        page = request.endpoint or "unknown"
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        known["asked"].labels(page, method, str(response.status_code)).inc()
        known["time"].labels(page).observe(time.perf_counter() - getattr(g, "began", time.perf_counter()))
        known["statements"].labels(page).observe(statements())
        checked_out = getattr(db.engine.pool, "checkedout", None)
        known["pool"].set(checked_out() if checked_out else 0)
        return response


def exposed() -> bytes:
    """All workers' counts, and what the database says now, as Prometheus reads them."""
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Now())
    return bytes(generate_latest(registry))


class _Now:
    """What is asked of the database at the moment of reading; `programme_database_up` 0 where it is silent."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from prometheus_client.core import GaugeMetricFamily

        try:
            found = {**_journal(), **_imports()}
            work = {"waiting": jobs.counts(), "failed": jobs.failures()}
            is_up = 1
        except SQLAlchemyError:
            db.session.rollback()
            found, work, is_up = {}, {}, 0
        yield GaugeMetricFamily("programme_database_up", "Whether the database answers.", value=is_up)
        for name, value in found.items():
            yield GaugeMetricFamily(name, name.replace("_", " "), value=value)
        for state, kinds in work.items():
            family = GaugeMetricFamily(f"programme_jobs_{state}", f"Jobs {state}, by kind.", labels=["kind"])
            for kind, count in kinds.items():
                family.add_metric([kind], count)
            yield family


def _journal() -> dict[str, float]:
    entry = Base.metadata.tables["journal_entry"]
    chosen = sa.select(entry.c.sequence, entry.c.at).order_by(entry.c.sequence.desc()).limit(1)
    last = db.session.execute(chosen).first()
    return {
        "programme_journal_entries": last[0] if last else 0,
        "programme_journal_age_seconds": (clock.now() - last[1]).total_seconds() if last else 0,
    }


def _imports() -> dict[str, float]:
    batch = Base.metadata.tables["import_batch"]
    return {"programme_imports": db.session.scalar(sa.select(sa.func.count()).select_from(batch)) or 0}
