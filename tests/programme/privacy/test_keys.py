"""A new data key: everything sealed anew, also where it is killed midway, and nothing forgotten (RULES D1)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from cohorts.people import rules as people
from cohorts.people.models import Person
from programme.base import clock, journal, mail, vault
from programme.base.access import Actor
from programme.base.database import Base, writing
from programme.base.extensions import db
from programme.base.personal import KEY_FILE, KEY_VARIABLE, Vault, load_keys, new_key, write_keys
from programme.cli import cli
from programme.commands import context
from programme.config import ROOT, Settings
from programme.privacy import keys
from tests.factories.transfers import actor
from tests.scale import scaled

SYSTEM = Actor.system()


@pytest.fixture
def instance(house: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The instance with one key of its own, followed as a server does; the former one afterwards."""
    former = (settings.instance / KEY_FILE).read_bytes()
    monkeypatch.setattr(context, "create_app", lambda: house)
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    yield settings.instance
    (settings.instance / KEY_FILE).write_bytes(former)
    vault.follow(settings.instance)


def sealed_things(count: int) -> list[int]:
    """So many persons with a national id, one with input as typed, a second factor and a mail that waits."""
    made = [
        people.find_or_make(SYSTEM, name_ar=f"شخص {n}", national_id=f"ZZ{n:06d}").person for n in range(count)
    ]
    people.find_or_make(SYSTEM, name_ar="شخص آخر", national_id="zz 99-9999", phone="06 61 11 22 33 44 55")
    from programme.base.accounts import SecondFactor

    owner = actor().account_id
    at = clock.now()
    db.session.add(SecondFactor(account_id=owner, secret_sealed=vault.vault().seal("SECRET"), made_at=at))
    db.session.add(mail.WaitingMail(sealed=vault.vault().seal("{}"), asked_at=at, next_at=at))
    db.session.commit()
    return [one.id for one in made]


def run(*words: str) -> Result:
    db.session.remove()
    return CliRunner().invoke(cli, ["keys", *words])


def test_everything_is_sealed_anew_and_the_old_key_goes(instance: Path) -> None:
    ids = sealed_things(12)
    (old,) = load_keys(instance)
    answer = run("rotate", "--at-once", "5")
    assert answer.exit_code == 0, answer.output
    new, kept = load_keys(instance)
    assert kept == old
    assert keys.needing([new, old]) == {}
    found = people.find_or_make(SYSTEM, name_ar="شخص 3", national_id="ZZ 000003")
    assert (found.created, found.person.id) == (False, ids[3])
    assert Vault(new).open(str(found.person.national_id_sealed)) == "ZZ000003"
    assert run("drop-old").exit_code == 0
    assert load_keys(instance) == [new]
    assert vault.vault().open(str(db.session.get_one(Person, ids[0]).national_id_sealed)) == "ZZ000000"
    events = [one.event for one in db.session.scalars(sa.select(journal.JournalEntry))]
    assert {"privacy:keys:rotate", "privacy:keys:drop"} <= set(events)
    assert run("drop-old").output.startswith("Une seule clé")


def test_an_old_key_that_is_needed_stays(instance: Path) -> None:
    sealed_things(3)
    (old,) = load_keys(instance)
    write_keys(instance, [new_key(), old])
    answer = run("drop-old")
    assert answer.exit_code == 1
    assert "person.national_id_sealed : 4" in answer.output
    assert "second_factor.secret_sealed : 1" in answer.output
    assert len(load_keys(instance)) == 2


def test_a_running_server_follows_the_file(instance: Path) -> None:
    (old,) = load_keys(instance)
    before = vault.vault().seal("AB123456")
    newer = new_key()
    write_keys(instance, [newer, old])
    assert vault.vault().open(before) == "AB123456"
    assert Vault(newer).open(vault.vault().seal("x")) == "x"
    write_keys(instance, [newer])
    with pytest.raises(ValueError, match="cannot be opened"):
        vault.vault().open(before)


def test_keys_of_the_environment_are_told_and_not_written(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_things(1)
    (old,) = load_keys(instance)
    monkeypatch.setenv(KEY_VARIABLE, old.decode())
    answer = run("rotate")
    assert answer.exit_code == 1
    printed = answer.output.strip().splitlines()[-1]
    monkeypatch.setenv(KEY_VARIABLE, f"{printed},{old.decode()}")
    assert run("rotate").exit_code == 0
    assert "ne gardez que la première" in run("drop-old").output
    assert (instance / KEY_FILE).read_bytes().split() == [old]


def test_what_no_key_opens_is_told_and_keeps_the_old_keys(instance: Path) -> None:
    ids = sealed_things(2)
    db.session.execute(
        sa.update(Person)
        .where(Person.id == ids[0])
        .values(national_id_sealed=Vault(new_key()).seal("ZZ000000"))
    )
    db.session.commit()
    answer = run("rotate")
    assert answer.exit_code == 1
    assert f"person.national_id_sealed n° {ids[0]}" in answer.output
    assert run("drop-old").exit_code == 1


def test_it_is_killed_midway_and_run_again(instance: Path, settings: Settings) -> None:
    count = scaled(150, 3000)
    ids = sealed_things(count)
    (old,) = load_keys(instance)
    db.session.remove()
    for _again in range(scaled(1, 6)):
        _kill_midway(settings, count)
    new = load_keys(instance)[0]
    assert load_keys(instance) == [new, old], "no further key is made by going on"
    assert run("rotate", "--at-once", "50").exit_code == 0
    assert keys.needing([new, old]) == {}
    assert run("drop-old").exit_code == 0
    people_left = db.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    assert [vault.vault().open(str(one.national_id_sealed)) for one in people_left] == [
        f"ZZ{n:06d}" for n in range(count)
    ]
    assert [one.national_id_hash for one in people_left] == [
        vault.vault().keyed_hash(f"ZZ{n:06d}") for n in range(count)
    ]


def _kill_midway(settings: Settings, count: int) -> None:
    """Start the command as an operator does and kill it once something, and not everything, is sealed anew."""
    environ = {
        **os.environ,
        "PROGRAMME_INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url.replace("postgresql+psycopg", "postgresql"),
        "PROGRAMME_SECRET_KEY": settings.secret_key,
    }
    if settings.database_url.startswith("sqlite"):
        environ.pop("DATABASE_URL")
    before = _under_the_first(settings.instance)
    process = subprocess.Popen(
        [sys.executable, "-c", "from programme.cli import main; main()", "keys", "rotate", "--at-once", "1"],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        for _wait in range(4000):
            if process.poll() is not None or _under_the_first(settings.instance) > before + 2:
                break
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL, "it was through before it could be killed"
    assert 0 < _under_the_first(settings.instance) < count


def _under_the_first(instance: Path) -> int:
    known = load_keys(instance)
    if len(known) == 1:
        return 0
    first, token = Vault(known[0]), writing.set(False)  # a reader that does not stop the command
    try:
        with db.engine.connect() as link:
            return sum(_opens(first, one) for one in link.scalars(sa.select(Person.national_id_sealed)))
    finally:
        writing.reset(token)


def _opens(only: Vault, token: Any) -> bool:
    try:
        only.open(str(token))
    except ValueError:
        return False
    return True


def test_every_sealed_column_says_so() -> None:
    """By its name in the schema, and by what stands in it where something does."""
    said = {(one.table.name, one.name) for one in keys.columns()}
    named = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sealed")
    }
    assert named == said, "a sealed column takes info=sealed(), or a rotation of keys forgets it"


def test_whatever_looks_sealed_is_in_a_sealed_column(instance: Path) -> None:
    sealed_things(2)
    said = {(one.table.name, one.name) for one in keys.columns()}
    found = set()
    db.session.remove()
    with db.engine.connect() as link:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, sa.String):
                    values = link.scalars(sa.select(column).where(column.like("gAAAA%")).limit(1)).all()
                    found |= {(table.name, column.name)} if values else set()
    assert found
    assert found <= said
