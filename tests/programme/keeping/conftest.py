"""A house with something in it, and empty places beside it into which a backup can be put."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.app import create_app
from programme.base import files, journal, vault
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.personal import Vault
from programme.config import Settings
from programme.keeping import backup
from programme.keeping.archive import opened
from programme.keeping.restore import finish, restore
from programme.keeping.rows import Measure, measured, tables_of
from regions.associations.rules import rebuild_words
from tests import postgres
from tests.factories.associations import association
from tests.factories.cohorts import cohort, enrolment, seat
from tests.factories.partnerships import in_force
from tests.factories.transfers import validated

PDF = b"%PDF-1.4\n" + b"a page of the minutes\n" * 40 + b"%%EOF\n"
MARK = "test:keeping:mark"


@dataclass(frozen=True, slots=True)
class Place:
    """An installation of its own."""

    app: Flask
    settings: Settings

    @property
    def config(self) -> Any:
        return self.app.extensions["migrate"].migrate.get_config()

    def put_back(self, archive: Path, **more: Any) -> None:
        """Restore into this place, as the command does."""
        with self.app.app_context(), opened(archive) as reader:
            restore(reader, db.engine, self.settings.instance, self.config, **more)
            finish(self.settings.instance)


def measures(engine: sa.Engine) -> dict[str, Measure]:
    """Rows and ordered hash of each table."""
    with engine.connect() as link:
        return {table.name: measured(link, table) for table in tables_of(link)}


def record_something(uploads: Path) -> None:
    """Rows in tables that hang together, with every kind of value, and two files."""
    host = association(
        province_code="03.231", name_ar="جمعية «النور» \u2066A-1\u2069", name_fr="L'été, \\n \" ;"
    )
    enrolment(seat(cohort("FM-1"), host))
    in_force()
    validated()
    for number in range(2):
        files.keep(db.session, uploads, PDF + bytes([number]), f"محضر {number}.pdf", None)
    journal.declare({MARK: "Marque"})
    journal.record(db.session, Actor.system(), MARK, host, after={"ends_on": "«»\u0007\ttab"})
    rebuild_words()  # factories write records beside the rules
    db.session.commit()


@pytest.fixture
def source(house: Flask, settings: Settings) -> Iterator[Path]:
    """The instance of the tests' own house, with data; its key is the vault's again afterwards."""
    key = vault.vault()
    record_something(settings.uploads)
    yield settings.instance
    vault.provide(key)


@pytest.fixture
def archive(source: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    return backup.take(db.engine, source, tmp_path / "backup.zip").path


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Makes empty places, each with a database of the engine asked for (that of the run by default)."""
    with ExitStack() as stack:
        made = 0

        def make(engine: str | None = None, key: Vault | None = None) -> Place:
            nonlocal made
            made += 1
            instance = tmp_path / f"place-{made}"
            url = f"sqlite:///{instance / 'programme.sqlite3'}"
            if (engine or request.config.getoption("--database")) == "postgresql":
                url = postgres.postgres_url(f"keeping_{tmp_path.name}_{made}")
            before = key or vault.vault()
            settings = Settings(
                instance=instance,
                database_url=url,
                secret_key="only for tests " * 3,
                base_url="http://localhost",
                testing=True,
            )
            app = create_app(settings)
            vault.provide(before)  # its own new key stands in the folder, the former one in the process
            stack.callback(_close, app)
            return Place(app, settings)

        yield make


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
