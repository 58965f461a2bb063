"""Two who write at one moment (RULES C3): the second waits, then sees what the first wrote."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from cohorts.enrolment.models import Cohort
from cohorts.sessions import rules
from cohorts.sessions.models import Attendance, Session, Trainer
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.refusals import Refused
from programme.base.workbook.result import Result
from tests.cohorts.sessions.test_imports import MARKS
from tests.factories.cohorts import SYSTEM, cohort, enrolment, seat
from tests.factories.people import person
from tests.factories.sessions import FRIDAY, PRESENT, plan, session_of, trainer
from tests.regions.programmes.test_imports import bring

WAIT = 20.0
"""Seconds after which a thread that does not come back is given up."""


class Second:
    """Somebody else, with a connection of their own, who begins while the first has not committed yet."""

    def __init__(self, app: Flask, work: Callable[[], Any]) -> None:
        self.app, self.work = app, work
        self.said: Any = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        writing.set(True)  # as a request that may write has it: on SQLite it waits for the whole file
        with self.app.app_context(), speaking("fr"):
            try:
                self.said = self.work()
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                self.said = refusal.code

    def begin(self) -> bool:
        """Whether they wait, on PostgreSQL for a day that is held, instead of coming to an end."""
        self.thread.start()
        if db.engine.dialect.name == "sqlite":
            self.thread.join(0.5)
            return self.thread.is_alive()
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        for _try in range(int(WAIT * 20)):
            self.thread.join(0.05)
            if not self.thread.is_alive():
                return False
            if db.session.scalar(waiting):
                return True
        return False

    def ends(self) -> Any:
        self.thread.join(WAIT)
        assert not self.thread.is_alive()
        return self.said


def in_two_cohorts() -> tuple[Session, Session, tuple[int, int], tuple[int, int]]:
    """One person enrolled in two regions, expected at two sessions of one half-day: the sessions, their cells."""
    trainee = person(national_id="QQ000001")
    one = enrolment(seat(cohort("FM-1")), trainee)
    other = enrolment(seat(cohort("MS-1", region="07")), trainee)
    first, second = session_of(one.cohort, code="FM-S1"), session_of(other.cohort, code="MS-S1")
    db.session.commit()
    return first, second, (first.sittings[0].id, one.id), (second.sittings[0].id, other.id)


def test_c3_two_sheets_saved_at_once_do_not_book_a_trainee_twice(house: Flask, session: Any) -> None:
    first, second, here, there = in_two_cohorts()
    number = second.id

    def mark() -> dict[Any, str]:
        return rules.mark_what_fits(SYSTEM, session.get(Session, number), {there: PRESENT})

    rules.mark(SYSTEM, first, {here: PRESENT})
    other = Second(house, mark)
    assert other.begin()
    session.commit()
    assert "FM-S1" in other.ends()[there]
    assert session.scalars(sa.select(Attendance.sitting_id)).all() == [here[0]]


def test_c3_a_sheet_and_a_workbook_at_once_do_not_book_a_trainee_twice(house: Flask, session: Any) -> None:
    first, _second, here, _there = in_two_cohorts()

    def imported() -> Result:
        return bring(db.session, MARKS + f"MS-S1;{FRIDAY};am;QQ000001;;;present\n", "attendance")

    rules.mark(SYSTEM, first, {here: PRESENT})
    other = Second(house, imported)
    assert other.begin()
    session.commit()
    assert [issue.column for issue in other.ends().errors] == ["status"]
    assert session.scalars(sa.select(Attendance.sitting_id)).all() == [here[0]]


def test_c3_two_plans_at_once_do_not_book_a_trainer_twice(house: Flask, session: Any) -> None:
    group, busy = cohort(), trainer()
    session.commit()
    cohort_id, trainer_id = group.id, busy.id

    def planned() -> str:
        who = session.get(Trainer, trainer_id)
        return session_of(session.get(Cohort, cohort_id), plan(trainer=who), code="B").code

    session_of(group, plan(FRIDAY + dt.timedelta(days=1)), plan(trainer=busy), code="A")
    other = Second(house, planned)
    assert other.begin()
    session.commit()
    assert other.ends() == "C3"
    assert session.scalars(sa.select(Session.code)).all() == ["A"]
