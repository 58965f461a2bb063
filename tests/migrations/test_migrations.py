"""Migrations go up, down and up again with data, and end where the models stand (DESIGN.md sections 5 and 6)."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from cohorts.transfer import rules as transfers
from programme.app import create_app
from programme.base import chain, journal
from programme.base.access import Actor
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.language import speaking
from programme.config import ROOT, Settings
from programme.reference.start import fill, start
from tests import postgres
from tests.factories.associations import association
from tests.factories.cohorts import cohort, enrolment, seat
from tests.factories.partnerships import in_force
from tests.factories.transfers import actor as officer
from tests.factories.transfers import declared, validated

MIGRATIONS = ROOT / "programme" / "migrations"


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application over a database of its own in which nothing stands yet."""
    url = f"sqlite:///{tmp_path / 'programme.sqlite3'}"
    if request.config.getoption("--database") == "postgresql":
        url = postgres.postgres_url(f"migrations_{tmp_path.name}")
    made = create_app(
        Settings(
            instance=tmp_path,
            database_url=url,
            secret_key="only for tests " * 3,
            base_url="http://localhost",
            testing=True,
        )
    )
    with made.app_context(), speaking("fr"):
        yield made
        db.session.remove()
        db.engine.dispose()


def alone(step: Callable[..., None], revision: str = "head") -> None:
    """Run a migration in a context of its own, as a command would."""
    db.session.remove()
    contextvars.copy_context().run(step, directory=str(MIGRATIONS), revision=revision)


def differences() -> list[object]:
    """What autogenerate would still write, compared with the models."""
    with db.engine.connect() as link:
        context = MigrationContext.configure(link, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def checks() -> dict[str, set[str]]:
    """Names of the CHECK constraints that the database keeps, by table; autogenerate does not compare them."""
    inspector = sa.inspect(db.engine)
    return {
        table: {str(one["name"]) for one in inspector.get_check_constraints(table)}
        for table in sorted(Base.metadata.tables)
    }


def modelled_checks() -> dict[str, set[str]]:
    """The same of the models."""
    named = db.engine.dialect.identifier_preparer
    return {
        name: {
            named.format_constraint(one) or ""
            for one in table.constraints
            if isinstance(one, sa.CheckConstraint)
        }
        for name, table in sorted(Base.metadata.tables.items())
    }


def tables() -> set[str]:
    """Tables that stand in the database, without the mark of the migrations."""
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def record_something() -> None:
    """Rows in the tables that hang together most: territory, registry, cohorts, people, agreements, journal."""
    fill()
    host = association(province_code="03.231")
    taken = seat(cohort("FM-1"), host)
    enrolment(taken)
    in_force()
    validated()
    transfers.return_(officer(), declared(), "ناقص")
    transfers.refuse(officer(), declared(), "لقاء")
    journal.declare({"test:migration:mark": "Marque"})
    journal.record(db.session, Actor.system(), "test:migration:mark", host)
    db.session.commit()


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    with db.engine.connect() as link:
        return {
            name: link.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_the_head_equals_the_models(empty: Flask) -> None:
    alone(upgrade)
    assert tables() == set(Base.metadata.tables)
    assert differences() == [], "the models changed: write a migration"
    found, asked = checks(), modelled_checks()
    unlike = {name: found[name] ^ asked[name] for name in asked if found[name] != asked[name]}
    assert not unlike, f"CHECK constraints differ between the migrations and the models: {unlike}"


def test_tables_are_strict_on_sqlite(empty: Flask) -> None:
    alone(upgrade)
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL has no other way
    with db.engine.connect() as link:
        loose = [
            row[1] for row in link.exec_driver_sql("PRAGMA table_list") if row[2] == "table" and not row[5]
        ]
    assert set(loose) <= {"alembic_version", "sqlite_schema", "sqlite_temp_schema"}, loose


def test_up_down_and_up_again_with_data(empty: Flask) -> None:
    alone(upgrade)
    record_something()
    before = rows()
    assert before["enrolment"] == 1
    assert before["party"] == 2
    assert before["journal_entry"] > 5
    assert chain.verify(db.session) == []
    alone(downgrade, "base")
    assert tables() == set(), "a downgrade leaves nothing behind"
    alone(upgrade)
    assert differences() == []
    record_something()
    assert rows()["enrolment"] == 1


def test_every_step_goes_down_and_up_with_data(empty: Flask) -> None:
    """Each revision but the first is taken back and done again over rows: what it does not drop stays."""
    alone(upgrade)
    record_something()
    before = rows()
    steps = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    for step in steps[:-1]:
        alone(downgrade, str(step.down_revision))
        alone(upgrade)
        assert differences() == [], f"after {step.revision} was taken back and done again"
    after = rows()
    kept = {name for name in before if after[name]}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["association"] == before["association"]


def test_starting_twice_changes_nothing(empty: Flask) -> None:
    start()
    before = rows()
    start()
    assert rows() == before
    assert before["region"] == 12
    assert before["province"] == 75
    assert before["commune"] == 1503 + 41  # the communes, and the arrondissements beside


def test_there_is_one_head_and_slugs_are_numbered() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert len(scripts.get_heads()) == 1
    names = [step.revision for step in reversed(list(scripts.walk_revisions()))]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)], names
