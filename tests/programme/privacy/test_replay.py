"""Erasures made since a backup was taken are made again after it is restored."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from cohorts.people.models import Person
from programme.base import chain, checks, clock, heads
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.files import StoredFile
from programme.base.restored import restored
from programme.cli import cli
from programme.commands import context
from programme.config import Settings
from programme.privacy import rules
from programme.privacy.rules import again, listed
from tests.programme.privacy.scene import SYSTEM, WORDS, decided
from tests.programme.privacy.traces_support import in_tables

Rows = dict[str, list[Any]]


def taken() -> Rows:
    """All rows, as a backup holds them."""
    with db.engine.connect() as link:
        return {
            table.name: [dict(row) for row in link.execute(sa.select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def put_back(rows: Rows) -> None:
    """The database as it was."""
    db.session.remove()
    with db.engine.begin() as link:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in {"region", "province", "commune", "programme"}:
                continue
            link.execute(sa.delete(table))
        for table in Base.metadata.sorted_tables:
            if rows[table.name] and table.name not in {"region", "province", "commune", "programme"}:
                link.execute(sa.insert(table), rows[table.name])


@pytest.fixture
def restored_person(whole: Person, settings: Settings) -> int:
    """Somebody who was erased after the backup that now stands again."""
    backup, ident = taken(), whole.id
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    put_back(backup)
    assert db.session.get_one(Person, ident).erased_at is None
    return ident


def test_who_came_back_is_erased_again(restored_person: int, settings: Settings) -> None:
    assert again.erase_again(settings.instance) == 1
    assert again.erase_again(settings.instance) == 0, "safe to repeat"
    assert in_tables(WORDS) == []
    assert chain.verify(db.session) == []


def test_the_files_that_went_go_again(restored_person: int, settings: Settings) -> None:
    named = listed.read(settings.instance / listed.FILE)[0].files
    path = settings.instance / "uploads" / named[0]
    path.write_bytes(b"%PDF as the backup has it")
    assert again.erase_again(settings.instance) == 1
    assert (len(named), path.exists()) == (1, False)
    stored = sa.select(StoredFile).where(StoredFile.stored_name.in_(named))
    assert db.session.scalars(stored).all() == []


def test_the_restore_does_it_by_itself(restored_person: int, house: Flask) -> None:
    said = restored(clock.now())
    assert any("1 personnes effacées" in one for one in said)
    assert db.session.get_one(Person, restored_person).erased_at is not None


def test_the_command_takes_a_list_kept_elsewhere(
    restored_person: int, settings: Settings, tmp_path: Path, house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "create_app", lambda: house)
    kept = (settings.instance / listed.FILE).rename(tmp_path / "kept.txt")
    db.session.remove()
    answer = CliRunner().invoke(cli, ["privacy", "replay", "--from", str(kept)])
    assert answer.output.startswith("1 personnes effacées de nouveau"), answer.output
    assert [one.person_id for one in listed.read(settings.instance / listed.FILE)] == [restored_person]


def test_somebody_else_with_that_number_is_left_alone(whole: Person, settings: Settings) -> None:
    other = whole.recorded_at - dt.timedelta(days=1)
    listed.append(settings.instance / listed.FILE, [listed.line(clock.now(), whole.id, other), "torn 12"])
    assert again.erase_again(settings.instance) == 0
    assert db.session.get_one(Person, whole.id).erased_at is None


def test_a_list_that_a_crash_cut_is_completed(whole: Person, settings: Settings) -> None:
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    (settings.instance / listed.FILE).unlink()
    assert again.complete(settings.instance) == 1
    assert again.complete(settings.instance) == 0


def test_the_doctor_sees_a_list_that_does_not_fit(restored_person: int, settings: Settings) -> None:
    assert "1 revenues" in checks.CHECKS["erasures"].find()[0]
    again.erase_again(settings.instance)
    assert checks.CHECKS["erasures"].find() == []
    (settings.instance / listed.FILE).unlink()
    assert "1 à ajouter" in checks.CHECKS["erasures"].find()[0]


def test_the_doctor_sees_a_head_that_the_journal_lost(whole: Person, settings: Settings) -> None:
    path = settings.instance / heads.FOLDER / "2026-01.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"2026-01-01T00:00:00Z 1 {'f' * 64}\n")
    try:
        assert checks.CHECKS["heads"].find() == ["n° 1 : lancez « programme audit verify »."]
    finally:
        path.unlink()
    assert checks.CHECKS["heads"].find() == []
