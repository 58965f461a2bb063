"""Making a prepared export: a process of its own writes the file, the worker watches over it.

What a large document takes of memory goes with its process, a cancelled one ends at once, and one that is killed
takes nobody with it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import OperationalError

from programme.accounts.scope import actor_of, scope_of
from programme.base import jobs
from programme.base.access import Actor, Scope
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import language, speaking
from programme.base.refusals import Refused
from programme.config import ROOT, Settings
from programme.exports import notices, queries, rules
from programme.exports.models import PreparedExport
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.definition import Document, Report
from reports.frame import parameters
from reports.rendering import render_into
from reports.spooling import followed, spooled

log = logging.getLogger("programme.exports")
WATCH, KEEP, TELL = 0.2, 20.0, 1.0
"""Seconds: between two looks at the process, between two signs of life, between two words on the progress."""
READING = 30
"""The share of the progress that is reading the rows; the rest is writing the document."""
# The others wait in the database: two documents at once would take both processors from the pages.
_ONE_AT_A_TIME = threading.Lock()
Tell = Callable[[int], None]


class Unwanted(Exception):
    """The export was cancelled, or another worker has it: what is being made is thrown away."""


def folder() -> Path:
    """Where the files stand."""
    return Path(current_app.config["HOUSE"].instance) / "exports"


def make(export_id: int) -> None:
    """The job: make this export and those that wait after it, unless this worker is already at one."""
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        return
    try:
        due: int | None = export_id
        while due is not None and not jobs.is_stopping():
            attempt = rules.take(due)
            if attempt is not None:
                _watch(due, attempt)
            due = next(iter(queries.waiting()), None)
            db.session.rollback()
    finally:
        _ONE_AT_A_TIME.release()


def _watch(export_id: int, attempt: int) -> None:
    command = [
        sys.executable,
        "-m",
        "programme.commands.one_export",
        str(export_id),
        str(attempt),
        str(os.getpid()),
    ]
    settings: Settings = current_app.config["HOUSE"]
    process = subprocess.Popen(  # noqa: S603 - our own programme, two numbers
        command, cwd=ROOT, env={**os.environ, **environment(settings)}, stdin=subprocess.DEVNULL
    )
    kept = time.monotonic()
    try:
        while process.poll() is None:
            if jobs.is_stopping():
                _end(process)
                rules.give_back(export_id, attempt)
                return
            if time.monotonic() - kept > KEEP:
                kept = time.monotonic()
                if not _is_wanted(export_id, attempt):
                    break
            time.sleep(WATCH)
    finally:
        _end(process)
    if process.returncode != 0:
        log.warning("export %s ended with %s at attempt %s", export_id, process.returncode, attempt)
        rules.crashed(export_id, attempt)


def _is_wanted(export_id: int, attempt: int) -> bool:
    try:
        return rules.keep(export_id, attempt)
    except OperationalError:  # the database is busy or away: the lease is longer than that
        return True


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process of ours reads them; never on its command line, which everybody sees."""
    return {
        "PROGRAMME_INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "PROGRAMME_SECRET_KEY": settings.secret_key,
        "PROGRAMME_BASE_URL": settings.base_url,
        "PROGRAMME_SMTP_URL": settings.smtp_url,
        "PROGRAMME_MAIL_FROM": settings.mail_from,
    }


def produce(export_id: int, attempt: int) -> bool:
    """Write the file of one attempt, here and now; whether it is ready. What it is refused is told to its owner."""
    export = db.session.get_one(PreparedExport, export_id)
    with speaking(export.language):
        try:
            return _produced(export, attempt)
        except Refused as refusal:
            rules.fail(export_id, attempt, refusal.message)
        except Unwanted:
            log.info("export %s is no longer wanted", export_id)
    return False


def _produced(export: PreparedExport, attempt: int) -> bool:
    account = export.account
    actor, scope = actor_of(account), scope_of(account)
    ident, kind, begun, expected = export.id, export.kind, time.monotonic(), max(export.rows, 1)
    report = _permitted(actor, export)
    tell = _teller(ident, attempt)
    made, told = _document(report, scope, export)
    made = spooled(made, lambda rows: tell(READING * min(rows, expected) // expected))
    db.session.rollback()  # no transaction stays open while the document is written
    counted = [0]

    def follow(rows: int) -> None:
        counted[0] = rows
        tell(READING + (99 - READING) * min(rows, expected) // expected)

    name = f"{secrets.token_hex(16)}.{kind}"
    path = folder() / name
    try:
        file = _file(followed(made, follow), kind, path)
        file |= {"rows": counted[0], "stored_name": name, "told": {**told, "format": kind}}
        notices.tell_of(ident, time.monotonic() - begun)
        if rules.finish(actor, ident, attempt, scope, file):
            return True
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
    return False


def _permitted(actor: Actor, export: PreparedExport) -> Report:
    """The report, as long as the account is open and may still read it."""
    report = REPORTS.get(export.report)
    if report is None or not actor.may(report.permission):
        raise Refused(_("Vous n'avez pas le droit de faire cela."), status=403)
    return report


def _document(report: Report, scope: Scope, export: PreparedExport) -> tuple[Document, dict[str, Any]]:
    query = query_of(scope, report, json.loads(export.parameters))
    made = report.build(scope, query).under(current_app.config["HOUSE"].base_url)
    return made, {"report": report.name, **parameters(report, query)}


def _file(made: Document, kind: str, path: Path) -> dict[str, Any]:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640), "w+b") as out:
        render_into(made, kind, Path(current_app.config["HOUSE"].instance), out)
        out.flush()
        os.fsync(out.fileno())
        size = out.tell()
        out.seek(0)
        digest = hashlib.file_digest(out, "sha256").hexdigest()
    return {
        "display_name": f"{made.reference}-{language().value}.{kind}"[:255],
        "size": size,
        "sha256": digest,
    }


def _teller(export_id: int, attempt: int) -> Tell:
    """Writes the progress, at most once a second; raises Unwanted where nobody wants it any more."""
    last = time.monotonic()

    def tell(progress: int) -> None:
        nonlocal last
        if time.monotonic() - last < TELL:
            return
        if db.engine.dialect.name == "sqlite" and db.session().in_transaction():
            return  # this process reads: it would wait for itself
        last = time.monotonic()
        if not rules.beat(export_id, attempt, progress):
            raise Unwanted

    return tell


def withdraw(export_id: int) -> None:
    """Remove the file of a ready export: its time is over, or somebody in it was erased."""
    export = queries.get(export_id)
    names = rules.expire([export]) if export is not None else []
    db.session.commit()
    remove(names)


def remove(names: list[str]) -> None:
    """Delete files of exports that were withdrawn."""
    for name in names:
        (folder() / name).unlink(missing_ok=True)


def strays(older_than: float = 6 * 3600) -> list[Path]:
    """Files that belong to no export, left by a process that was killed; younger ones may still be written."""
    if not folder().is_dir():
        return []
    known, limit = queries.stored_names(), time.time() - older_than
    return sorted(
        path for path in folder().iterdir() if path.name not in known and path.stat().st_mtime < limit
    )


def sweep() -> None:
    """Remove the strays."""
    for path in strays():
        path.unlink(missing_ok=True)


jobs.register(rules.JOB, make, queries.waiting, queries.failed_lately)
jobs.register("expiry", withdraw, queries.expired, lambda: 0)
jobs.daily("exports", sweep)
