"""A migration is kept whole or not at all: killed at any statement, then done again, the data are what they were."""

from __future__ import annotations

import contextvars
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from programme.base import chain
from programme.base.extensions import db
from programme.config import ROOT
from programme.keeping.rows import Measure, measured, revision_of, tables_of
from programme.reference.start import start
from tests.migrations import upgrading
from tests.migrations.test_migrations import MIGRATIONS, differences, empty, record_something
from tests.scale import scaled

__all__ = ["empty"]
SCRIPTS = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def environment(app: Flask) -> dict[str, str]:
    """Of a process that works on the same database."""
    settings = app.config["HOUSE"]
    url = settings.database_url
    return {
        **os.environ,
        "PROGRAMME_INSTANCE": str(settings.instance),
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url.replace("+psycopg", "") if url.startswith("postgresql") else "",
    }


def apart(app: Flask, *arguments: Any) -> subprocess.CompletedProcess[str]:
    """Migrate in another process."""
    db.session.remove()
    db.engine.dispose()
    command = [sys.executable, str(Path(upgrading.__file__)), *map(str, arguments)]
    return subprocess.run(
        command, env=environment(app), capture_output=True, text=True, check=False, timeout=300
    )


def state() -> tuple[str | None, dict[str, Measure]]:
    """Revision and ordered hash of every table."""
    with db.engine.connect() as link:
        return revision_of(link), {table.name: measured(link, table) for table in tables_of(link)}


def test_every_revision_killed_midway_with_data(empty: Flask) -> None:
    """In both directions: what stood before stands after the death, and the same step done again goes through."""
    contextvars.copy_context().run(start)
    record_something()
    steps = SCRIPTS[:-1] if scaled(0, 1) else SCRIPTS[:1]
    for step in steps:
        for direction, goal in (("down", step.down_revision), ("up", step.revision)):
            taken = _once(empty, direction, str(goal))
            back = ("up", step.revision) if direction == "down" else ("down", step.down_revision)
            assert apart(empty, *back).returncode == 0
            middle = (taken + 1) // 2
            at_start = state()
            for fatal in sorted({1, middle, taken}) if scaled(0, 1) else [middle]:
                killed = apart(empty, direction, goal, fatal)
                assert killed.returncode == -signal.SIGKILL, (step.revision, direction, fatal, killed.stderr)
                assert state() == at_start, f"{step.revision} {direction}, killed at {fatal} of {taken}"
            assert apart(empty, direction, goal).returncode == 0
        assert apart(empty, "down", step.down_revision).returncode == 0
    assert apart(empty, "up", "head").returncode == 0
    assert differences() == []
    assert chain.verify(db.session) == []


def _once(app: Flask, direction: str, goal: str) -> int:
    """How many changing statements a step takes, by doing it."""
    done = apart(app, direction, goal)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.strip().splitlines()[-1])


def test_the_first_schema_killed_midway(empty: Flask) -> None:
    """An empty database stays empty."""
    killed = apart(empty, "up", "head", 60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert sa.inspect(db.engine).get_table_names() == []
    contextvars.copy_context().run(start)
    assert differences() == []


def test_two_processes_that_start_at_once(empty: Flask) -> None:
    """Each finds a database that is ready, whoever made it so."""
    db.engine.dispose()
    command = [sys.executable, "-c", "from programme.cli import main; main()", "init"]
    running = [
        subprocess.Popen(
            command, env=environment(empty), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in running:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert "Base prête" in out
    assert differences() == []
    with db.engine.connect() as link:
        assert link.scalar(sa.text("SELECT count(*) FROM region")) == 12
        assert link.scalar(sa.text("SELECT count(*) FROM programme")) == 1


def test_changing_a_table_keeps_what_hangs_on_it(empty: Flask) -> None:
    """SQLite changes a table by copying it and dropping the old one, which would delete by cascade."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    from programme.base.database import Dangling, intact, unguarded, writing

    contextvars.copy_context().run(start)
    record_something()
    count = sa.text("SELECT count(*) FROM transfer_step")
    with db.engine.connect() as link:
        before = link.scalar(count)
    assert before

    def copy_parent(link: sa.Connection) -> None:
        operations = Operations(MigrationContext.configure(link))
        with operations.batch_alter_table("transfer_activity", recreate="always") as batch:
            batch.add_column(sa.Column("trial", sa.Integer()))

    token = writing.set(True)
    try:
        with db.engine.connect() as link, unguarded(link), link.begin():
            if link.dialect.name == "sqlite":
                copy_parent(link)
            intact(link)
            assert link.scalar(count) == before
            link.rollback()
        if db.engine.dialect.name == "postgresql":
            return
        with db.engine.connect() as link, link.begin():
            with pytest.raises(sa.exc.IntegrityError):
                copy_parent(
                    link
                )  # unguarded: refused where a reference does not cascade, else deleted with it
            link.rollback()
        with db.engine.connect() as link, unguarded(link), link.begin():
            link.exec_driver_sql("DELETE FROM region WHERE code = '03'")
            with pytest.raises(Dangling, match="province"):
                intact(link)
            link.rollback()
    finally:
        writing.reset(token)
