"""Each check of the doctor sees what it is for, and says what to do."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from programme.base import checks, clock, files, projections, vault
from programme.base.database import unguarded, writing
from programme.base.extensions import db
from programme.base.mail import WaitingMail
from programme.base.personal import Vault, new_key
from programme.commands.doctor import look
from programme.config import Settings
from programme.keeping.checks import machine
from programme.keeping.restore import MARKER
from programme.reference.start import start
from tests.factories.people import person
from tests.programme.keeping.conftest import Place


def faults(name: str) -> list[str]:
    """What the check called `name` finds now."""
    return next(list(one.faults) for one in checks.examine() if one.check.name == name)


def by_hand(statement: str, **values: Any) -> None:
    """Change the database behind the application's back, its references unwatched."""
    db.session.rollback()
    token = writing.set(True)
    with db.engine.connect() as link, unguarded(link), link.begin():
        if link.dialect.name == "postgresql":
            link.exec_driver_sql("SET LOCAL session_replication_role = replica")
        link.execute(sa.text(statement), values)
    writing.reset(token)


@pytest.fixture
def installation(place: Callable[..., Place]) -> Iterator[Place]:
    """A place of its own that is ready to work, to be broken."""
    made = place()
    with made.app.app_context():
        start()
        db.session.remove()
        yield made
        db.session.remove()


def test_all_is_well_in_a_house_that_works(source: Path) -> None:
    found = checks.examine()
    assert len(found) >= 13
    assert {one.check.name: one.faults for one in found if not one.is_well} == {}


def test_a_restore_cut_short(source: Path) -> None:
    (source / MARKER).touch()
    assert "programme restore" in faults("restauration")[0]
    (source / MARKER).unlink()
    assert faults("restauration") == []


def test_an_old_schema_and_one_changed_by_hand(installation: Place) -> None:
    assert faults("schéma") == []
    by_hand("DROP INDEX ix_association_word_word")
    assert "ix_association_word_word" in faults("schéma")[0]
    by_hand("UPDATE alembic_version SET version_num = '0001_first_schema'")
    assert "programme init" in faults("schéma")[0]


def test_broken_pages_and_indexes(installation: Place) -> None:
    assert faults("intégrité") == []
    if db.engine.dialect.name == "postgresql":
        by_hand(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_journal_entry_event'::regclass"
        )
        assert "ix_journal_entry_event" in faults("intégrité")[0]
        return
    file = installation.settings.instance / "programme.sqlite3"
    link = sqlite3.connect(file)
    page = link.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'commune'").fetchone()[0]
    size = link.execute("PRAGMA page_size").fetchone()[0]
    link.close()
    db.engine.dispose()
    with file.open("r+b") as out:
        out.seek(page * size - size // 2)
        out.write(b"\xff" * (size // 2))
    assert faults("intégrité")


def test_rows_that_refer_to_nothing(installation: Place) -> None:
    assert faults("références") == []
    by_hand("DELETE FROM region WHERE code = '03'")
    assert any("province" in one and "region" in one for one in faults("références"))


def test_a_clock_that_went_back(source: Path) -> None:
    assert faults("horloge") == []
    last = clock.now().replace(year=2099).isoformat(sep=" ")
    by_hand(
        "UPDATE journal_entry SET at = :at WHERE sequence = (SELECT max(sequence) FROM journal_entry)",
        at=last[:26],
    )
    assert "2099" in faults("horloge")[0]


def test_an_old_or_wrong_time_zone(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("fuseau horaire") == []
    monkeypatch.setattr(machine.importlib.metadata, "version", lambda name: "2026.2")
    assert "2026.3" in faults("fuseau horaire")[0]
    monkeypatch.undo()
    monkeypatch.setattr(
        clock, "RABAT", ZoneInfo("Africa/Algiers")
    )  # where the clock still stands an hour ahead
    assert "UTC" in faults("fuseau horaire")[0]


def test_a_full_disk(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("disque") == []
    monkeypatch.setattr(machine, "LEAST_FREE", 2**60)
    assert "Mo libres" in faults("disque")[0]


def test_what_others_may_read(source: Path) -> None:
    key = source / "data.key"
    source.chmod(0o755)
    try:
        assert faults("droits des fichiers") == [
            one for one in faults("droits des fichiers") if "data.key" not in one
        ]
        key.chmod(0o644)
        assert any("data.key est lisible par tous" in one for one in faults("droits des fichiers"))
        (source / "imports").mkdir(exist_ok=True)
        (source / "imports").chmod(0o755)
        assert any("imports est lisible par tous" in one for one in faults("droits des fichiers"))
        source.chmod(0o700)
        assert faults("droits des fichiers") == [], "nobody else can enter the folder"
    finally:
        key.chmod(0o600)
        (source / "imports").chmod(0o700)
        source.chmod(0o700)


def test_mails_that_wait(source: Path, settings: Settings) -> None:
    settings.outbox.mkdir(exist_ok=True)
    mail = settings.outbox / "1.eml"
    mail.write_bytes(b"To: x\n\n")
    assert faults("courrier") == []
    old = clock.now().timestamp() - 2 * 3600
    os.utime(mail, (old, old))
    assert "1 messages" in faults("courrier")[0]
    mail.unlink()


def test_a_journal_that_was_changed(source: Path) -> None:
    by_hand("UPDATE journal_entry SET reason = 'autre' WHERE sequence = 2")
    assert "n° 2 (altered)" in faults("journal")[0]


def test_files_missing_altered_and_astray(source: Path, settings: Settings) -> None:
    one, other = db.session.scalars(sa.select(files.StoredFile).order_by(files.StoredFile.id).limit(2))
    names = one.stored_name, other.stored_name
    (settings.uploads / names[0]).unlink()
    (settings.uploads / names[1]).write_bytes(b"%PDF- other")
    stray = settings.uploads / f"{'0' * 32}.pdf"
    stray.write_bytes(b"%PDF-")
    os.utime(stray, (1, 1))
    found = faults("fichiers")
    assert any(names[0] in one and "manque" in one for one in found)
    assert any(names[1] in one and "modifié" in one for one in found)
    assert any(stray.name in one and "sans fiche" in one for one in found)
    stray.unlink()


def test_a_key_that_is_not_the_one(source: Path) -> None:
    person()
    now = clock.now()
    db.session.add(WaitingMail(sealed=vault.vault().seal("{}"), asked_at=now, next_at=now))
    db.session.commit()
    assert faults("clé des données") == []
    vault.provide(Vault(new_key()))
    told = faults("clé des données")
    assert any("person.national_id_sealed" in one for one in told)
    assert any("waiting_mail.sealed" in one for one in told), "whatever the name of the column"


def test_a_projection_out_of_step(source: Path) -> None:
    assert faults("mots des associations") == []
    by_hand("DELETE FROM association_word WHERE word = (SELECT max(word) FROM association_word)")
    assert "programme rebuild" in faults("mots des associations")[0]
    assert projections.PROJECTIONS["mots des associations"].rebuild() >= 1
    db.session.commit()
    assert faults("mots des associations") == []


def test_a_check_that_fails_hides_no_other(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall() -> list[str]:
        raise RuntimeError("زينب التازي")

    monkeypatch.setitem(checks.CHECKS, "essai", checks.Check("essai", "Jamais.", fall))
    told = faults("essai")
    assert "RuntimeError" in told[0]
    assert "زينب" not in told[0], "what failed may quote a record"
    assert faults("schéma") == []


def test_two_checks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="schéma"):
        checks.register("schéma", "Autre chose.")(list)


def test_what_is_printed(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    look()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(checks.CHECKS)
    assert all(line.startswith("✓ ") for line in lines)
    (source / MARKER).touch()
    try:
        with pytest.raises(SystemExit) as end:
            look()
        assert end.value.code == 1
        assert "✗ restauration : une restauration a été interrompue" in capsys.readouterr().out
        with pytest.raises(SystemExit):
            look(as_json=True)
        told = {one["check"]: one for one in json.loads(capsys.readouterr().out)}
        assert told["restauration"]["is_well"] is False
        assert told["schéma"] == {"check": "schéma", "is_well": True, "faults": []}
    finally:
        (source / MARKER).unlink()
