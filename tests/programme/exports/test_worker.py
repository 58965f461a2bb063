"""A real worker process, killed in the middle of its work: what it was at is done once by the next."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import sqlalchemy as sa

from programme.base import clock
from programme.base.access import Role
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.config import ROOT, Settings
from programme.exports import making
from programme.exports.models import LEASE, ExportState, PreparedExport
from tests.client import HouseClient
from tests.factories.country import small_country
from tests.programme.exports.making_here import ask, ends
from tests.scale import scaled

PATIENCE = 90.0


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`programme work` over the database of the tests."""
    command = [sys.executable, "-c", "from programme.cli import main; main()", "work"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **making.environment(settings)})
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE
    while not true():
        db.session.rollback()
        assert time.monotonic() < end, what
        time.sleep(0.05)
    db.session.rollback()


def state_of(ident: int) -> ExportState | None:
    found = db.session.scalar(sa.select(PreparedExport.state).where(PreparedExport.id == ident))
    db.session.rollback()
    return found


def exported() -> int:
    chosen = sa.select(sa.func.count()).where(JournalEntry.event == "report:exported")
    found = db.session.scalar(chosen) or 0
    db.session.rollback()
    return found


def test_killed_in_the_middle_it_is_done_once(client: HouseClient, settings: Settings) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    ident = ask(client).id
    db.session.rollback()
    for _ in range(scaled(1, 2)):
        with worker(settings) as first:
            until(lambda: state_of(ident) is ExportState.RUNNING, "nobody took it")
            children = psutil.Process(first.pid).children(recursive=True)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        assert all(map(ends, children)), "the process that writes ends with its worker"
        assert state_of(ident) is ExportState.RUNNING
        silent = sa.update(PreparedExport).values(beat_at=clock.now() - LEASE - dt.timedelta(seconds=1))
        db.session.execute(silent)
        db.session.commit()
    with worker(settings):
        until(lambda: state_of(ident) is ExportState.READY, "the next worker did not do it")
    assert exported() == 1
    assert len(list(making.folder().glob("*.csv"))) == 1
    export = db.session.get_one(PreparedExport, ident)
    assert export.attempt == scaled(1, 2) + 1


def test_told_to_end_it_gives_back_what_it_is_at(client: HouseClient, settings: Settings) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    ident = ask(client).id
    db.session.rollback()
    with worker(settings) as first:
        until(lambda: state_of(ident) is ExportState.RUNNING, "nobody took it")
        first.terminate()
        first.wait(PATIENCE)
    assert state_of(ident) is ExportState.ASKED
    assert not list(making.folder().glob("*"))
