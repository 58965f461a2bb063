"""The journal's entries as people read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from programme.base import chain, journal
from programme.base.access import Actor
from regions.programmes.models import ProgrammeState

SYSTEM = Actor.system()


@pytest.fixture
def entry(session: Any) -> journal.JournalEntry:
    journal.declare({"test:thing:moved": "Déplacé"}, {"phone": "Téléphone"})
    journal.record(
        session,
        SYSTEM,
        "test:thing:moved",
        ("regional_programme", 7),
        before={"state": ProgrammeState.ANNOUNCED, "starts_on": dt.date(2023, 6, 14), "phone": "0661"},
        after={"state": ProgrammeState.RUNNING, "starts_on": dt.date(2023, 6, 15), "phone": "0662"},
        reason="accord du wali",
        hidden=("phone",),
    )
    session.commit()
    return journal.history(session, "regional_programme", 7)[0]


def test_values_are_said_in_words(entry: journal.JournalEntry) -> None:
    assert ("État", "Annoncée", "En cours") in entry.changes
    assert ("Début", "14 juin 2023", "15 juin 2023") in entry.changes
    assert entry.sentence == "Déplacé — accord du wali"


def test_a_hidden_date_stays_hidden(session: Any) -> None:
    journal.declare({"test:thing:moved": "Déplacé"})
    born = dt.date(1990, 1, 1)
    journal.record(
        session, SYSTEM, "test:thing:moved", ("person", 5), after={"birth_date": born}, hidden=("birth_date",)
    )
    session.commit()
    (found,) = journal.history(session, "person", 5)
    assert [after for _, _, after in found.changes] == ["donnée personnelle masquée"]
    assert "1990" not in (found.after or "")


def test_personal_values_never_enter_the_chain(entry: journal.JournalEntry) -> None:
    assert "066" not in f"{entry.before}{entry.after}"


def test_an_undeclared_event_is_refused(session: Any) -> None:
    with pytest.raises(KeyError):
        journal.record(session, SYSTEM, "nobody:declared:this", ("x", 1))


def test_what_was_rolled_back_left_no_entry(session: Any) -> None:
    journal.declare({"test:thing:moved": "Déplacé"})
    journal.record(session, SYSTEM, "test:thing:moved", ("x", 1))
    point = session.begin_nested()
    journal.record(session, SYSTEM, "test:thing:moved", ("x", 2))
    point.rollback()
    session.commit()
    assert [one.subject_id for one in journal.history(session, "x", 1)] == [1]
    assert journal.history(session, "x", 2) == []
    journal.record(session, SYSTEM, "test:thing:moved", ("x", 3))
    session.rollback()
    session.commit()
    assert journal.history(session, "x", 3) == []
    assert chain.verify(session) == []


def test_a_day_of_a_field_of_another_record_is_said_in_words(session: Any) -> None:
    """A mandate's first day is noted on its association, which has no such column."""
    journal.declare({"test:thing:moved": "Déplacé"}, {"from_on": "Depuis le"})
    after = {"from_on": dt.date(2025, 3, 8), "code": "2025-99-99"}
    journal.record(session, SYSTEM, "test:thing:moved", ("association", 7), after=after)
    session.commit()
    changes = journal.history(session, "association", 7)[0].changes
    assert ("Depuis le", None, "8 mars 2025") in changes
    assert "2025-99-99" in {after for _label, _before, after in changes}
