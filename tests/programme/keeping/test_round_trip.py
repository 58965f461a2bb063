"""What was backed up comes back, row for row and byte for byte, on either engine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from programme.base import chain, files, journal, vault
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.personal import Vault, load_keys, new_key
from programme.cli import cli
from programme.commands import context
from programme.config import Settings
from programme.keeping import backup
from programme.keeping.archive import opened
from programme.keeping.manifest import BadArchive
from programme.keeping.one_restore import only_one
from programme.keeping.restore import MARKER, finish, is_unfinished, restore
from programme.keeping.rows import revision_of
from tests.factories.associations import association
from tests.programme.keeping.conftest import MARK, Place, measures

Make = Callable[..., Place]


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("engine", ["that of the run", "sqlite"])
def test_rows_files_and_chain_come_back(archive: Path, source: Path, place: Make, engine: str) -> None:
    target = place("sqlite" if engine == "sqlite" else None)
    before, kept = measures(db.engine), db.session.scalars(sa.select(files.StoredFile.stored_name)).all()
    target.put_back(archive)
    with target.app.app_context(), speaking("fr"):
        assert measures(db.engine) == before
        assert chain.verify(db.session) == []
        assert before["journal_entry"].rows > 5
        assert len(kept) >= 2
        found = hashes(target.settings.uploads)
        assert found == {name: hashes(source / "uploads")[name] for name in kept}
        # The numbers go on behind the largest one.
        association(province_code="03.231")
        db.session.commit()


def test_there_and_back_again(archive: Path, source: Path, place: Make, tmp_path: Path) -> None:
    """Through a file of SQLite and back to the engine of the run."""
    before = measures(db.engine)
    middle, last = place("sqlite"), place()
    middle.put_back(archive)
    with middle.app.app_context():
        again = backup.take(db.engine, middle.settings.instance, tmp_path / "again.zip").path
    last.put_back(again)
    with last.app.app_context():
        assert measures(db.engine) == before


def test_one_moment_while_others_write(source: Path, settings: Settings, place: Make, tmp_path: Path) -> None:
    """A fact and its entry are in it together or not at all, and nobody waits for the backup to end."""
    engine, done, wrote = db.engine, threading.Event(), 0

    def go_on_writing() -> None:
        nonlocal wrote
        while not done.is_set():
            with Session(engine) as session:
                session.execute(sa.text("UPDATE journal_head SET id = id"))
                journal.record(session, Actor.system(), MARK, ("mark", wrote))
                session.commit()
            wrote += 1

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    try:
        taken = [backup.take(engine, source, tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        done.set()
        writer.join()
    assert wrote > 0
    for one in taken:
        manifest = one.manifest
        assert manifest.tables["journal_entry"].rows == manifest.journal_sequence
        target = place()
        target.put_back(one.path)
        with target.app.app_context():
            assert chain.verify(db.session) == []


def test_files_that_are_not_what_they_were_are_told(source: Path, settings: Settings, tmp_path: Path) -> None:
    one, other = db.session.scalars(sa.select(files.StoredFile).order_by(files.StoredFile.id).limit(2))
    (settings.uploads / one.stored_name).unlink()
    (settings.uploads / other.stored_name).write_bytes(b"%PDF- something else")
    taken = backup.take(db.engine, source, tmp_path / "backup.zip")
    assert len(taken.faults) == 2
    assert one.stored_name in " ".join(taken.faults)
    assert other.stored_name in " ".join(taken.faults)


def test_a_backup_never_replaces_another(source: Path, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(BadArchive, match="existe déjà"):
        backup.take(db.engine, source, archive)
    assert archive.read_bytes() == before
    assert archive.stat().st_mode & 0o077 == 0, "names and phones are in it"
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith(".")] == []


def test_a_disk_that_is_full_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from programme.keeping.archive import Writer

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Writer, "file", full)
    with pytest.raises(OSError, match="No space"):
        backup.take(db.engine, source, tmp_path / "backup.zip")
    assert list(tmp_path.iterdir()) == []


def test_keys_stay_out_unless_asked_for(source: Path, place: Make, tmp_path: Path) -> None:
    (source / "secret_key").write_text("a secret of the house")
    plain = backup.take(db.engine, source, tmp_path / "plain.zip").path
    whole = backup.take(db.engine, source, tmp_path / "whole.zip", with_keys=True).path
    key = load_keys(source)[0].strip()
    assert key not in plain.read_bytes()
    assert b"a secret of the house" not in plain.read_bytes()
    target = place()
    own = Vault(*load_keys(target.settings.instance))
    vault.provide(own)
    with pytest.raises(BadArchive, match=r"clé des données.*n'est pas celle"):
        target.put_back(plain)
    vault.provide(own)
    target.put_back(whole)
    assert load_keys(target.settings.instance) == load_keys(source)
    assert (target.settings.instance / "data.key").stat().st_mode & 0o077 == 0


def test_keys_that_are_not_there_are_not_promised(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = load_keys(source)[0]
    monkeypatch.setenv("PROGRAMME_DATA_KEY", key.decode())
    with pytest.raises(BadArchive, match="est dans PROGRAMME_DATA_KEY"):
        backup.take(db.engine, source, tmp_path / "backup.zip", with_keys=True)
    monkeypatch.delenv("PROGRAMME_DATA_KEY")
    (source / "data.key").rename(tmp_path / "elsewhere.key")
    try:
        with pytest.raises(BadArchive, match=r"data\.key manque"):
            backup.take(db.engine, source, tmp_path / "backup.zip", with_keys=True)
    finally:
        (tmp_path / "elsewhere.key").rename(source / "data.key")
    assert not (tmp_path / "backup.zip").exists()


def test_a_key_that_opens_nothing_replaces_none(source: Path, place: Make, tmp_path: Path) -> None:
    vault.provide(Vault(new_key()))  # what is sealed is not what the key in the folder opens
    path = backup.take(db.engine, source, tmp_path / "whole.zip", with_keys=True).path
    target = place()
    own = load_keys(target.settings.instance)
    vault.provide(Vault(*own))
    with pytest.raises(BadArchive, match="n'ouvre pas ses propres données"):
        target.put_back(path)
    assert load_keys(target.settings.instance) == own
    assert list(target.settings.instance.glob(".keys-*")) == []


def test_an_older_backup_outlives_one_with_faults(
    source: Path, house: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "create_app", lambda: house)
    older = tmp_path / "programme-20200101T000000Z.zip"
    older.write_bytes(b"the last that holds the file")
    file = settings.uploads / str(db.session.scalar(sa.select(files.StoredFile.stored_name)))
    data = file.read_bytes()
    file.unlink()
    db.session.remove()
    lacking = CliRunner().invoke(cli, ["backup", str(tmp_path), "--keep", "1"])
    assert lacking.exit_code == 1
    assert older.exists()
    for one in tmp_path.glob("programme-202[1-9]*"):
        one.unlink()
    file.write_bytes(data)
    db.session.remove()
    assert CliRunner().invoke(cli, ["backup", str(tmp_path), "--keep", "1"]).exit_code == 0
    assert not older.exists()


def test_without_the_key_it_must_be_said(archive: Path, place: Make) -> None:
    target = place()
    vault.provide(Vault(*load_keys(target.settings.instance)))
    with pytest.raises(BadArchive, match="--without-key"):
        target.put_back(archive)
    target.put_back(archive, without_key=True)


def test_a_place_where_something_stands_is_refused(archive: Path, place: Make) -> None:
    filled, littered = place(), place()
    filled.put_back(archive)
    before = None
    with filled.app.app_context():
        before = measures(db.engine)
        with pytest.raises(BadArchive, match="base n'est pas vide"):
            filled.put_back(archive)
        assert measures(db.engine) == before
    (littered.settings.uploads).mkdir()
    (littered.settings.uploads / "mine.pdf").write_bytes(b"%PDF-")
    with pytest.raises(BadArchive, match="uploads n'est pas vide"):
        littered.put_back(archive)
    assert (littered.settings.uploads / "mine.pdf").exists()


def test_a_backup_of_an_older_schema_is_brought_up(place: Make, tmp_path: Path) -> None:
    from alembic import command

    old, new = place(), place()
    with old.app.app_context():
        config = old.config
        command.upgrade(config, "0002_person_pair_decisions")
        with db.engine.begin() as link:
            link.execute(sa.text("INSERT INTO region (code, name_ar, name_fr) VALUES ('03', 'فاس', 'Fès')"))
        taken = backup.take(db.engine, old.settings.instance, tmp_path / "old.zip")
    assert taken.manifest.revision == "0002_person_pair_decisions"
    assert "transfer_step" not in taken.manifest.tables
    new.put_back(taken.path)
    with new.app.app_context(), db.engine.connect() as link:
        assert str(revision_of(link)) > "0003"
        assert link.scalar(sa.text("SELECT name_fr FROM region")) == "Fès"


def test_an_end_cut_short_is_taken_up_again(archive: Path, place: Make) -> None:
    """Rows and files are there, what follows a restore was not: the same command does only that."""
    target = place()
    with target.app.app_context(), opened(archive) as reader:
        restore(reader, db.engine, target.settings.instance, target.config)
        assert is_unfinished(target.settings.instance)
        before = measures(db.engine)
        restore(reader, db.engine, target.settings.instance, target.config)
        finish(target.settings.instance)
        assert measures(db.engine) == before
        assert not is_unfinished(target.settings.instance)


def test_one_restore_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(BadArchive, match="autre restauration"), only_one(tmp_path):
        pytest.fail("two at once")
    with only_one(tmp_path):
        pass


@pytest.mark.parametrize("command", [["init"], ["serve"], ["work"], ["work", "--once"]])
def test_nobody_works_in_a_place_half_restored(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROGRAMME_INSTANCE", str(tmp_path))
    (tmp_path / MARKER).touch()
    refused = CliRunner().invoke(cli, command)
    assert refused.exit_code == 1
    assert "n'est pas terminée" in refused.output
