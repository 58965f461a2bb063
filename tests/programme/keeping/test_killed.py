"""A restore killed at any moment leaves an empty place, and the same command done again a whole one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from programme.base.extensions import db
from programme.config import ROOT
from programme.keeping.restore import is_unfinished
from tests.programme.keeping import killed
from tests.programme.keeping.conftest import Place, measures
from tests.scale import scaled


def restore_until(moment: str, archive: Path, target: Place) -> int:
    """The exit status of a process that restores and dies at `moment`."""
    url = target.settings.database_url
    mine = {
        "PROGRAMME_INSTANCE": str(target.settings.instance),
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url.replace("+psycopg", "") if url.startswith("postgresql") else "",
    }
    command = [sys.executable, str(Path(killed.__file__)), moment, str(archive)]
    return subprocess.run(command, env={**os.environ, **mine}, check=False, timeout=300).returncode


def test_killed_at_any_moment(archive: Path, place: Callable[..., Place]) -> None:
    before = measures(db.engine)
    moments = killed.MOMENTS if scaled(0, 1) else ("half", "placed")
    for moment in moments:
        target = place()
        assert restore_until(moment, archive, target) == -signal.SIGKILL, moment
        with target.app.app_context():
            assert is_unfinished(target.settings.instance), moment
            found = sa.inspect(db.engine).get_table_names()
            assert bool(found) == (moment == "committed"), f"killed when {moment}: half of it was kept"
        assert restore_until("never", archive, target) == 0, moment
        with target.app.app_context():
            assert measures(db.engine) == before, moment
            assert not is_unfinished(target.settings.instance)
            assert len(list(target.settings.uploads.iterdir())) >= 2
