"""Answers are remembered until the next fact, whoever commits it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.base import clock, journal, remembering
from programme.base.access import Role
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.marks import JournalMark
from programme.base.remembering import remembered
from tests import conftest
from tests.client import HouseClient, Statements
from tests.factories.cohorts import SYSTEM


class Asked:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def fact(session: Any) -> None:
    journal.declare({"test:thing:noted": "Noté"})
    journal.record(session, SYSTEM, "test:thing:noted", ("thing", 1))


def test_an_answer_holds_until_a_fact_is_committed(session: Any) -> None:
    asked = Asked()
    assert [remembered("it", asked) for _time in range(3)] == [1, 1, 1]
    assert remembered("something else", asked) == 2
    fact(session)
    session.commit()
    assert remembered("it", asked) == 3


def test_another_process_is_seen_by_the_marks_of_the_journal(session: Any) -> None:
    asked = Asked()
    fact(session)
    session.commit()
    assert remembered("it", asked) == 1
    session.commit()
    token = writing.set(True)
    with db.engine.begin() as link:  # beside this process's sessions, as another one would
        link.execute(sa.update(JournalMark.__table__).values(latest=99))
    writing.reset(token)
    assert remembered("it", asked) == 2


def test_who_has_written_asks_anew_and_what_is_rolled_back_was_nothing(session: Any) -> None:
    asked = Asked()
    assert remembered("it", asked) == 1
    session.execute(sa.update(journal.JournalHead).values(sequence=0))
    assert (remembered("it", asked), remembered("it", asked)) == (2, 3)
    session.rollback()
    assert remembered("it", asked) == 1


def test_the_day_and_the_language_ask_anew(session: Any, monkeypatch: Any) -> None:
    asked = Asked()
    assert remembered("it", asked) == 1
    with speaking("ar"):
        assert remembered("it", asked) == 2
    tomorrow = clock.today().replace(year=2031)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert remembered("it", asked) == 3


def test_the_oldest_answer_goes_first(session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(remembering, "MOST", 2)
    asked = Asked()
    for key in ("a", "b", "a", "c"):
        remembered(key, asked)
    assert (remembered("a", asked), remembered("b", asked)) == (1, 4)


def test_a_page_asks_for_its_figures_once(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    first = client.statements("/")
    client.page("/")
    with Statements() as second:
        client.page("/")
    assert len(second) < first / 3


def test_a_new_fact_frees_what_was_kept(session: Any) -> None:
    asked = Asked()
    for key in ("a", "b"):
        remembered(key, asked)
    fact(session)
    session.commit()
    remembered("a", asked)
    assert len(remembering._kept) == 1


def test_threads_that_ask_the_same_at_once_wait_for_one_answer(house: Flask) -> None:
    """Of each way of asking; what is asked inside an answer is another question."""
    times, began, go_on = Asked(), threading.Event(), threading.Event()

    def slow(_missing: object = None) -> Any:
        began.set()
        assert go_on.wait(30)
        return {1: times()}

    def nested() -> Any:
        return remembered("inner", slow)

    def asking(way: Callable[[], Any]) -> Any:
        with house.app_context():
            try:
                return way()
            finally:
                db.session.remove()

    for number, way in enumerate(
        (
            lambda: remembered("outer", nested),
            lambda: remembering.counted("by region", [1], slow),
            lambda: remembering.together("several", [1], slow),
            lambda: remembering.settled("reference", slow),
        )
    ):
        began.clear()
        go_on.clear()
        with ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(asking, way) for _thread in range(4)]
            assert began.wait(30)
            go_on.set()
            assert {run.result()[1] for run in runs} == {number + 1}
    assert remembering._turns == {}


def test_a_question_that_failed_is_asked_again(session: Any) -> None:
    def fails() -> int:
        raise LookupError

    for _time in range(2):
        with pytest.raises(LookupError):
            remembered("it", fails)
    assert remembered("it", Asked()) == 1
    assert remembering._turns == {}


def test_what_was_found_since_is_good_enough_in_passing(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "FORGETS", False)
    remembering.forget()
    asked, before = Asked(), time.time()
    assert remembered("it", asked) == 1
    fact(session)
    session.commit()
    assert remembered("it", asked, since=before) == 1
    assert remembered("it", asked, since=time.time()) == 2
    assert remembered("it", asked) == 2
