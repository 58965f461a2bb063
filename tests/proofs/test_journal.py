"""Six tamperings of the journal, six found; every rule that writes leaves an entry (RULES D3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.base import chain, journal
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.journal import JournalEntry, JournalHead
from tests.factories.associations import association

SYSTEM = Actor.system()
ENTRIES = JournalEntry.__table__
HEAD = JournalHead.__table__
LENGTH = 6


def a_chain() -> None:
    """A sound journal of `LENGTH` entries, each of its own transaction."""
    journal.declare({"test:proof:step": "Étape"})
    for number in range(1, LENGTH + 1):
        journal.record(
            db.session,
            SYSTEM,
            "test:proof:step",
            ("proof", number),
            before={"count": number - 1},
            after={"count": number},
            reason="épreuve",
        )
        db.session.commit()
    assert chain.verify(db.session) == []


def entry(sequence: int) -> dict[str, Any]:
    """One row of the journal as the database holds it."""
    db.session.remove()
    with db.engine.connect() as link:
        found = link.execute(sa.select(ENTRIES).where(ENTRIES.c.sequence == sequence)).mappings().one()
    return dict(found)


def run(*statements: Any) -> None:
    """Change the database behind the application's back."""
    db.session.remove()
    with db.engine.begin() as link:
        for statement in statements:
            link.execute(statement)


def at(sequence: int) -> Any:
    return ENTRIES.c.sequence == sequence


def edit() -> None:
    run(sa.update(ENTRIES).where(at(3)).values(after='{"count": 4000}'))


def edit_and_seal_again() -> None:
    """A careful forger computes the digest of the entry that was changed."""
    forged = {**entry(3), "after": '{"count": 4000}'}
    sealed = JournalEntry(**forged)
    run(
        sa.update(ENTRIES)
        .where(at(3))
        .values(after=forged["after"], digest=journal.digest_of(journal.link_of(sealed)))
    )


def remove() -> None:
    run(sa.delete(ENTRIES).where(at(3)))


def remove_and_close_the_gap() -> None:
    run(
        sa.delete(ENTRIES).where(at(3)),
        *(sa.update(ENTRIES).where(at(n)).values(sequence=n - 1) for n in range(4, LENGTH + 1)),
        sa.update(HEAD).values(sequence=LENGTH - 1),
    )


def insert() -> None:
    """An entry of one's own between two others, well sealed, the later ones moved up."""
    forged = JournalEntry(**{**entry(3), "sequence": 4, "previous": entry(3)["digest"], "reason": "forgé"})
    values = {**entry(3), "sequence": 4, "previous": entry(3)["digest"], "reason": "forgé"}
    values["digest"] = journal.digest_of(journal.link_of(forged))
    run(
        *(sa.update(ENTRIES).where(at(n)).values(sequence=n + 1) for n in range(LENGTH, 3, -1)),
        sa.insert(ENTRIES).values(**values),
        sa.update(HEAD).values(sequence=LENGTH + 1),
    )


def append() -> None:
    """An entry at the end, well sealed and linked, that the head does not know."""
    values = {**entry(LENGTH), "sequence": LENGTH + 1, "previous": entry(LENGTH)["digest"], "reason": "forgé"}
    values["digest"] = journal.digest_of(journal.link_of(JournalEntry(**values)))
    run(sa.insert(ENTRIES).values(**values))


def reorder() -> None:
    run(
        sa.update(ENTRIES).where(at(3)).values(sequence=1000),
        sa.update(ENTRIES).where(at(4)).values(sequence=3),
        sa.update(ENTRIES).where(at(1000)).values(sequence=4),
    )


def cut_the_tail() -> None:
    run(sa.delete(ENTRIES).where(ENTRIES.c.sequence > LENGTH - 2))


def empty_it() -> None:
    run(sa.delete(ENTRIES))


def replace_the_head() -> None:
    run(sa.update(HEAD).values(sequence=LENGTH, digest="f" * 64))


def remove_the_head() -> None:
    run(sa.delete(HEAD))


TAMPERINGS = (
    edit,
    edit_and_seal_again,
    remove,
    remove_and_close_the_gap,
    insert,
    append,
    reorder,
    cut_the_tail,
    empty_it,
    replace_the_head,
    remove_the_head,
)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda one: one.__name__)
def test_a_tampering_is_found(house: Flask, tamper: Callable[[], None]) -> None:
    a_chain()
    tamper()
    faults = chain.verify(db.session)
    assert faults, f"{tamper.__name__} went unnoticed"
    db.session.rollback()


def test_each_field_is_sealed(house: Flask) -> None:
    """No column of an entry can be changed unnoticed."""
    a_chain()
    changed: dict[str, Any] = {
        "at": dt.datetime(2001, 1, 1, tzinfo=dt.UTC),
        "actor_id": 77,
        "actor_name": "quelqu'un d'autre",
        "event": "test:proof:other",
        "subject_type": "autre",
        "subject_id": 99,
        "before": None,
        "after": "{}",
        "reason": None,
        "previous": "0" * 64,
        "digest": "1" * 64,
    }
    assert set(changed) | {"sequence"} == {column.name for column in ENTRIES.columns}
    for name, value in changed.items():
        kept = entry(2)[name]
        run(sa.update(ENTRIES).where(at(2)).values(**{name: value}))
        assert chain.verify(db.session), f"{name} can be changed unnoticed"
        run(sa.update(ENTRIES).where(at(2)).values(**{name: kept}))
        assert chain.verify(db.session) == []


def test_what_is_rolled_back_leaves_no_entry(house: Flask) -> None:
    association("جمعية أولى")
    db.session.rollback()
    association("جمعية ثانية")
    point = db.session.begin_nested()
    association("جمعية ثالثة")
    point.rollback()
    db.session.commit()
    events = db.session.scalars(sa.select(JournalEntry.event)).all()
    assert len([one for one in events if one.startswith("association:")]) == 1
    assert chain.verify(db.session) == []
