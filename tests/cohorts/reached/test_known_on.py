"""RULES D4: what is done to a transfer later leaves what was known of it on each earlier day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine

from cohorts.reached.queries import evidence, lineage, pending
from cohorts.transfer import rules
from programme.base.access import Scope
from programme.base.measures import Moment
from tests.factories.cohorts import an_association
from tests.factories.transfers import SYSTEM, actor, declared, participant

pytestmark = pytest.mark.usefixtures("house")
ALL = Scope.country()
FIRST = dt.date(2024, 5, 1)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


@contextmanager
def on(number: int) -> Iterator[None]:
    with time_machine.travel(dt.datetime.combine(day(number), dt.time(12), dt.UTC)):
        yield


def known(number: int) -> tuple[list[int], list[int]]:
    """(reached, pending) as they were known so many days after the first."""
    moment = Moment(day(0), day(number))
    return [one.association_id for one in evidence(ALL, moment)], pending(ALL, moment)


def a_guest() -> tuple[Any, Any]:
    guest = an_association()
    with on(0):
        return guest, declared(participant(guest), participant(guest))


def test_returned_and_declared_again_it_waited_before_and_not_between() -> None:
    guest, made = a_guest()
    with on(10):
        rules.return_(actor(), made, "ناقص")
    with on(20):
        rules.submit(SYSTEM, made)
    with on(30):
        rules.validate(actor(), made)
    assert known(-1) == ([], [])
    assert [known(number) for number in (0, 9, 20, 29)] == [([], [guest.id])] * 4
    assert [known(number) for number in (10, 19)] == [([], [])] * 2
    assert known(30) == ([guest.id], [])


def test_a_refusal_leaves_what_waited_before() -> None:
    guest, made = a_guest()
    with on(5):
        rules.refuse(actor(), made, "لقاء")
    assert (known(4), known(5)) == (([], [guest.id]), ([], []))


def test_reopened_any_day_later_it_counted_until_then() -> None:
    guest, made = a_guest()
    with on(10):
        rules.validate(actor(), made)
    with on(100):
        rules.reopen(actor(), made, "خطأ في المدة")
    assert (made.validated_at, made.state_reason) == (None, "خطأ في المدة")
    assert [known(number) for number in (10, 99)] == [([guest.id], [])] * 2
    assert known(100) == ([], [guest.id])
    with on(120):
        rules.validate(actor(), made)
    assert (known(119), known(120)) == (([], [guest.id]), ([guest.id], []))


@pytest.mark.parametrize("change", ["minutes", "removed", "added"])
def test_a_changed_sheet_leaves_the_figures_that_its_former_lines_made(change: str) -> None:
    guest, made = a_guest()
    other = an_association()
    with on(10):
        rules.validate(actor(), made)
    with on(100):
        rules.reopen(actor(), made, "تصحيح")
        if change == "minutes":
            rules.change_minutes(SYSTEM, made.participations[0], 60)
        elif change == "removed":
            rules.remove_participant(SYSTEM, made, made.participations[0])
        else:
            on_date = made.participations[0].on_date
            rules.add_participants(
                SYSTEM, made, [participant(other, on_date=on_date), participant(other, on_date=on_date)]
            )
        rules.validate(actor(), made)
    assert known(99) == ([guest.id], [])
    reached = {"minutes": [], "removed": [], "added": [guest.id, other.id]}[change]
    assert known(100) == (reached, [])
    shown = lineage(ALL, guest.id, Moment(day(0), day(99)))
    assert shown is not None
    assert [one.minutes for one in shown.participants] == [360, 360]


def test_an_association_that_left_every_sheet_was_known_before() -> None:
    guest, made = a_guest()
    other = an_association()
    with on(10):
        rules.add_participants(SYSTEM, made, [participant(other)])
        for line in [one for one in made.participations if one.association_id == guest.id]:
            rules.remove_participant(SYSTEM, made, line)
    assert (known(9), known(10)) == (([], [guest.id]), ([], [other.id]))


def test_a_draft_keeps_no_former_lines() -> None:
    from cohorts.transfer.models import FormerParticipation
    from programme.base.extensions import db
    from tests.factories.transfers import transfer

    made = transfer()
    rules.change_minutes(SYSTEM, made.participations[0], 60)
    rules.remove_participant(SYSTEM, made, made.participations[0])
    assert db.session.query(FormerParticipation).count() == 0
