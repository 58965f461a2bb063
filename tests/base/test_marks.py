"""Marks tell what may have changed: nothing that did may be missing, what could not have is left standing."""

from __future__ import annotations

from typing import Any

import pytest

from programme.base import journal, marks
from programme.base.remembering import counted, remembered
from regions.associations.models import Association
from tests import conftest
from tests.factories import associations
from tests.factories.cohorts import SYSTEM

HERE, THERE = 3, 7


@pytest.fixture(autouse=True)
def events(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_places", "_beside", "_apart", "_anywhere"):
        monkeypatch.setattr(marks, name, type(getattr(marks, name))(getattr(marks, name)))
    monkeypatch.setattr(conftest, "FORGETS", False)
    names = ("note", "aside", "read", "move")
    journal.declare({f"test:thing:{name}": name for name in names})
    marks.place("association", lambda _session, record: {record.region_id})
    marks.beside("test:thing:aside", unless=("region_id",))
    marks.apart("test:thing:read")
    marks.anywhere("test:thing:move")


ASKED = [0]
Told = dict[int, tuple[bool, bool]]


def figures() -> dict[int, int]:
    """By region the number of the asking that its answer comes from."""

    def find(missing: list[int]) -> dict[int, int]:
        ASKED[0] += 1
        return dict.fromkeys(missing, ASKED[0])

    return counted("figures", (HERE, THERE), find)


def pages() -> dict[int, object]:
    return {one: remembered(("page", one), object, {one}) for one in (HERE, THERE)}


def told(session: Any, event: str, subject: Any, **values: Any) -> Told:
    """By region whether its figures and its pages were asked anew after an event."""
    session.commit()
    before = figures(), pages()
    session.rollback()
    journal.record(session, SYSTEM, event, subject, after=values)
    session.commit()
    after = figures(), pages()
    session.rollback()
    return {
        one: (before[0][one] != after[0][one], before[1][one] is not after[1][one]) for one in (HERE, THERE)
    }


NOTHING, PAGES, ALL = (False, False), (False, True), (True, True)


@pytest.fixture
def association(session: Any) -> Association:
    made = associations.association()
    session.commit()
    assert made.region_id == HERE
    return made


def test_an_entry_concerns_the_region_of_its_record(session: Any, association: Association) -> None:
    assert told(session, "test:thing:note", association) == {HERE: ALL, THERE: NOTHING}


def test_an_entry_whose_place_nobody_knows_concerns_the_whole_country(session: Any) -> None:
    assert told(session, "test:thing:note", ("thing", 1)) == {HERE: ALL, THERE: ALL}


def test_an_entry_beside_the_figures_leaves_them_unless_a_field_moves_them(
    session: Any, association: Association
) -> None:
    assert told(session, "test:thing:aside", association, phone="•••") == {HERE: PAGES, THERE: NOTHING}
    # It may have left one for the other.
    assert told(session, "test:thing:aside", association, region_id=THERE) == {HERE: ALL, THERE: ALL}


def test_the_entries_of_a_whole_room_may_be_beside_the_figures(
    session: Any, association: Association
) -> None:
    marks.beside("test:")
    assert told(session, "test:thing:note", association) == {HERE: PAGES, THERE: NOTHING}


def test_an_entry_apart_changes_nothing_that_pages_show(session: Any, association: Association) -> None:
    assert told(session, "test:thing:read", association) == {HERE: NOTHING, THERE: NOTHING}


def test_an_event_that_may_concern_a_former_region_concerns_all(
    session: Any, association: Association
) -> None:
    assert told(session, "test:thing:move", association) == {HERE: ALL, THERE: ALL}
