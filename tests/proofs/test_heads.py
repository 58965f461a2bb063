"""Heads kept outside the database, and entries from which names were taken (RULES D3)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from programme.base import chain, clock, heads, journal, redacting
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.heads import Head
from programme.base.journal import GENESIS, JournalEntry, JournalHead
from programme.cli import cli
from programme.commands import context

SYSTEM = Actor.system()
ENTRIES, HEAD = JournalEntry.__table__, JournalHead.__table__


@pytest.fixture
def entries(session: Any) -> list[JournalEntry]:
    """Five entries; the third tells a name."""
    journal.declare({"test:heads:step": "Étape"})
    for number in range(1, 6):
        reason = "remis à Fatima Bennani" if number == 3 else "épreuve"
        journal.record(session, SYSTEM, "test:heads:step", ("proof", number), reason=reason)
        session.commit()
    return list(session.scalars(sa.select(JournalEntry).order_by(JournalEntry.sequence)))


def behind_the_back(*statements: Any) -> None:
    db.session.remove()
    with db.engine.begin() as link:
        for statement in statements:
            link.execute(statement)


def make_the_chain_anew() -> None:
    """What a forger with every right in the database does: other entries, digests, links and head, all sound."""
    rows = db.session.execute(sa.select(ENTRIES).order_by(ENTRIES.c.sequence)).mappings().all()
    previous, changes = GENESIS, []
    for row in rows:
        values = {**row, "previous": previous}
        if row["sequence"] == 2:
            values["reason"] = "rien ne s'est passé"
        previous = values["digest"] = journal.digest_of(journal.link_of(JournalEntry(**values)))
        changes.append(sa.update(ENTRIES).where(ENTRIES.c.sequence == row["sequence"]).values(**values))
    behind_the_back(*changes, sa.update(HEAD).values(digest=previous))


def test_a_head_is_written_a_line_a_day_and_read_again(
    entries: list[JournalEntry], session: Any, tmp_path: Path
) -> None:
    first = heads.write(session, tmp_path)
    journal.record(session, SYSTEM, "test:heads:step", ("proof", 6))
    session.commit()
    second = heads.write(session, tmp_path)
    path = tmp_path / "heads" / f"{clock.today():%Y-%m}.txt"
    assert len(path.read_text().splitlines()) == 2
    with path.open("a") as file:
        file.write("2026-11-22T10:00:00Z 99")  # a line that a crash tore
    kept = heads.recorded(tmp_path)
    assert [(one.sequence, one.digest) for one in kept] == [
        (first.sequence, first.digest),
        (second.sequence, second.digest),
    ]
    assert (first.sequence, second.sequence) == (5, 6)
    assert heads.contradicted(session, kept) == []


def test_a_chain_made_anew_contradicts_the_heads(
    entries: list[JournalEntry], session: Any, tmp_path: Path
) -> None:
    printed = str(heads.write(session, tmp_path))
    make_the_chain_anew()
    assert chain.verify(db.session) == [], "sound in itself: only a head kept elsewhere tells"
    assert [one.sequence for one in heads.contradicted(db.session, heads.recorded(tmp_path))] == [5]
    assert heads.contradicted(db.session, [heads.printed(printed)])


def test_a_chain_cut_with_its_head_contradicts_the_heads(
    entries: list[JournalEntry], session: Any, tmp_path: Path
) -> None:
    heads.write(session, tmp_path)
    third = entries[2].digest
    behind_the_back(
        sa.delete(ENTRIES).where(ENTRIES.c.sequence > 3), sa.update(HEAD).values(sequence=3, digest=third)
    )
    assert chain.verify(db.session) == []
    assert heads.contradicted(db.session, heads.recorded(tmp_path))


@pytest.mark.parametrize("text", ["", "12", "12:xyz", "x:0123456789abcdef", "12:0123", "-1:0123456789abcdef"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a head is written"):
        heads.printed(text)


def test_a_head_prints_as_it_is_read(session: Any) -> None:
    one = Head(1234, "0123456789abcdef" * 4, dt.datetime.now(dt.UTC))
    assert str(one) == "1234:0123456789abcdef"
    assert heads.printed(f" {str(one).upper()} ") == Head(1234, "0123456789abcdef")


def take_the_name(session: Any) -> None:
    redacting.redact(session, SYSTEM, {3: {"reason": "remis à •••"}}, reason="demande d'effacement n° 1")
    session.commit()


def test_a_name_is_taken_out_and_the_chain_is_whole(entries: list[JournalEntry], session: Any) -> None:
    before = {one.sequence: one.digest for one in entries}
    take_the_name(session)
    session.expire_all()
    assert chain.verify(session) == []
    rows = session.execute(sa.select(ENTRIES).order_by(ENTRIES.c.sequence)).mappings().all()
    assert {row["sequence"]: row["digest"] for row in rows if row["sequence"] <= 5} == before
    assert not any("Bennani" in f"{row['reason']}{row['before']}{row['after']}" for row in rows)
    assert rows[-1]["event"] == redacting.EVENT
    assert session.get(JournalEntry, 6).changes == [("count", None, 1)]


def test_what_was_redacted_is_sealed_too(entries: list[JournalEntry], session: Any) -> None:
    take_the_name(session)
    behind_the_back(sa.update(ENTRIES).where(ENTRIES.c.sequence == 3).values(reason="remis à personne"))
    assert [(one.sequence, one.kind) for one in chain.verify(db.session)] == [(3, "altered")]


def test_a_redaction_covers_nothing_that_comes_after_it(entries: list[JournalEntry], session: Any) -> None:
    take_the_name(session)
    journal.record(session, SYSTEM, "test:heads:step", ("proof", 7))
    session.commit()
    behind_the_back(sa.update(ENTRIES).where(ENTRIES.c.sequence == 7).values(reason="forgé"))
    assert [(one.sequence, one.kind) for one in chain.verify(db.session)] == [(7, "altered")]


def test_a_forged_redaction_is_found(entries: list[JournalEntry], session: Any) -> None:
    take_the_name(session)
    behind_the_back(sa.update(ENTRIES).where(ENTRIES.c.sequence == 6).values(after="[]"))
    assert {(one.sequence, one.kind) for one in chain.verify(db.session)} == {(3, "altered"), (6, "altered")}


def test_only_texts_of_an_entry_are_redacted(entries: list[JournalEntry], session: Any) -> None:
    with pytest.raises(KeyError):
        redacting.redact(session, SYSTEM, {3: {"event": "other"}})
    session.rollback()


def test_the_command_compares_with_the_heads(
    entries: list[JournalEntry], house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = house.config["HOUSE"]
    last = entries[-1].digest[:16]
    monkeypatch.setattr(context, "create_app", lambda: house)
    db.session.rollback()  # a command is a process of its own: nothing here may hold the database
    run = CliRunner()
    written = run.invoke(cli, ["audit", "head", "--write"])
    assert written.output.strip() == f"5:{last}"
    sound = run.invoke(cli, ["audit", "verify", "--head", written.output.strip()])
    assert sound.exit_code == 0, sound.output
    assert "5 entrées" in sound.output
    assert run.invoke(cli, ["audit", "verify", "--head", "douze"]).exit_code == 2
    make_the_chain_anew()
    try:
        forged = run.invoke(cli, ["audit", "verify"])
        assert forged.exit_code == 1
        assert "n° 5 : autre entrée" in forged.output
    finally:
        for path in (settings.instance / heads.FOLDER).glob("*.txt"):
            path.unlink()
