"""What the tests of prepared exports share: a wish, and a worker in this process."""

from __future__ import annotations

import time

import psutil
import sqlalchemy as sa

from programme.base.extensions import db
from programme.exports import making, queries, rules
from programme.exports.models import PreparedExport
from tests.client import HouseClient

ASKED = "/exports/new?report=associations&format=csv"


def ask(client: HouseClient, address: str = ASKED) -> PreparedExport:
    """Ask through the page; the export as it stands then."""
    assert client.post(address).status_code == 302
    return db.session.scalars(sa.select(PreparedExport).order_by(PreparedExport.id.desc())).first() or _none()


def _none() -> PreparedExport:
    raise AssertionError("nothing was asked")


def work() -> None:
    """Make what waits, as the worker's child process does."""
    for ident in queries.waiting():
        attempt = rules.take(ident)
        assert attempt is not None
        making.produce(ident, attempt)
    db.session.expire_all()


def again(export: PreparedExport) -> PreparedExport:
    """The export as the database has it now."""
    db.session.rollback()
    db.session.refresh(export)
    return export


def ends(process: psutil.Process, patience: float = 60.0) -> bool:
    """Whether a process that is no child of ours ends in time; what nobody has waited for has ended too."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False
