"""One application and database a worker, emptied after each test; pages are checked by the client."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from babel.messages import mofile, pofile
from flask import Flask
from sqlalchemy.orm import Session, UOWTransaction

from programme.app import create_app
from programme.base import heads, remembering, vault
from programme.base.database import Base, writing
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.presence import serving
from programme.config import ROOT, Settings
from tests import postgres
from tests.client import HouseClient

CATALOGUE = ROOT / "programme" / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
KEPT = {"region", "province", "commune", "programme", "alembic_version"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    # The controller starts the server; its workers inherit the address.
    if hasattr(config, "workerinput"):
        return
    compile_catalogue()
    if config.getoption("--database") == "postgresql":
        postgres.start()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what concerns the other database only."""
    chosen = config.getoption("--database")
    others = [one for one in items for mark in one.iter_markers("engine") if mark.args != (chosen,)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [one for one in items if one not in others]


def compile_catalogue() -> None:
    """Bring the compiled Arabic catalogue up to date, so that tests read today's texts."""
    compiled = CATALOGUE.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= CATALOGUE.stat().st_mtime:
        return
    with CATALOGUE.open("rb") as source:
        catalogue = pofile.read_po(source, locale="ar")
    fresh = compiled.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as out:
        mofile.write_mo(out, catalogue)
    fresh.replace(compiled)


@pytest.fixture(scope="session")
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    instance = tmp_path_factory.mktemp("instance")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = f"sqlite:///{instance / 'programme.sqlite3'}"
    if request.config.getoption("--database") == "postgresql":
        url = postgres.postgres_url(worker)
    return Settings(
        instance=instance,
        database_url=url,
        secret_key="only for tests " * 3,
        base_url="http://localhost",
        testing=True,
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    from programme.reference.start import start

    app = create_app(settings)
    app.test_client_class = HouseClient
    app.config["PROPAGATE"] = True
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # A test database is thrown away: no need to wait for the disk.
            sa.event.listen(db.engine, "connect", lambda link, _: link.execute("PRAGMA synchronous=OFF"))
            db.engine.dispose()
        start()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


FORGETS = True
"""Whether pages ask anew after every flush; off where a test proves that they need not."""


@sa.event.listens_for(Session, "after_flush")
def forget_what_was_remembered(_session: Session, _flush: UOWTransaction) -> None:
    """Factories write records without an entry in the journal, by which pages know that something changed."""
    if FORGETS:
        remembering.forget()


def empty_tables() -> None:
    """Delete what a test wrote; reference data stay."""
    db.session.remove()
    remembering.forget()
    token = writing.set(True)
    with db.engine.begin() as link:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in KEPT:
                link.execute(table.delete())
        link.execute(
            sa.text("INSERT INTO journal_head (id, sequence, digest) VALUES (1, 0, :d)"), {"d": "0" * 64}
        )
        link.execute(sa.update(Base.metadata.tables["programme"]).values(is_demonstration=False))
    writing.reset(token)


@pytest.fixture(autouse=True)
def nothing_served() -> Iterator[None]:
    """A request leaves its marks, that pages are served and whether it reads; the next test begins as a command."""
    yield
    serving.set(False)
    writing.set(True)


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    """The application with its context pushed, French spoken, and an empty database afterwards.

    A test that made an application of its own left the vault of this process following another instance.
    """
    vault.follow(app.config["HOUSE"].instance)
    with app.app_context(), speaking("fr"):
        try:
            yield app
        finally:
            db.session.rollback()
    with app.app_context():
        empty_tables()
    # The heads are those of a journal that is gone.
    shutil.rmtree(app.config["HOUSE"].instance / heads.FOLDER, ignore_errors=True)


@pytest.fixture
def session(house: Flask) -> Any:
    """The database session of `house`."""
    return db.session


@pytest.fixture
def client(house: Flask) -> HouseClient:
    """A browser that is not signed in."""
    made = house.test_client()
    assert isinstance(made, HouseClient)
    return made


@pytest.fixture
def uploads(settings: Settings) -> Path:
    return settings.uploads
