"""A database of its own with the toy room, so that the house's tables stay as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from programme.base.accounts import Account
from programme.base.batches import ImportBatch, ImportChange
from programme.base.database import Base
from programme.base.journal import JournalEntry, JournalHead
from programme.base.marks import JournalMark
from tests.base.workbook.toys import ToyBase

HOUSE = [
    model.__table__ for model in (Account, JournalEntry, JournalHead, JournalMark, ImportBatch, ImportChange)
]


@pytest.fixture
def toy_session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on an empty database with the toy room, on the engine that the suite runs on."""
    if request.config.getoption("--database", "sqlite") == "postgresql":
        from tests import postgres

        engine = sa.create_engine(
            postgres.postgres_url("workbook_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
        )
    else:
        engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    for metadata, tables in ((Base.metadata, HOUSE), (ToyBase.metadata, None)):
        metadata.drop_all(engine, tables=tables)
        metadata.create_all(engine, tables=tables)
    with Session(engine) as session:
        yield session
    engine.dispose()
