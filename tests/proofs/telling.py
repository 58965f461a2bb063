"""A story told to the application: its workbooks imported, its decisions taken by other people, day by day."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import time_machine
from openpyxl import Workbook

from cohorts.sessions import rules as sessions
from cohorts.sessions.queries import session_by_code
from cohorts.transfer import rules as transfers
from cohorts.transfer.queries import by_code
from programme.base.access import Actor, Role, Scope
from programme.base.extensions import db
from programme.base.workbook import kinds
from programme.base.workbook.run import run_import
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.plain import render_json
from tests.factories.sessions import officer
from tests.proofs.stories import ENTERED, SECOND, THIRD, Given, Row, Story, Taught

COUNTRY = Scope.country()
ORDER = (
    "regional-programmes",
    "agreements",
    "modules",
    "cohorts",
    "associations",
    "trainees",
    "sessions",
    "attendance",
    "transfers",
)


@contextmanager
def on_the_day(day: dt.date) -> Iterator[None]:
    """Whatever happens inside happens at noon of that day."""
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), dt.UTC)):
        yield


def workbook(kind: str, rows: list[Row], rng: Random) -> bytes:
    """The rows as a workbook: columns in any order, headed by key, French or Arabic label."""
    names = sorted({name for row in rows for name in row})
    rng.shuffle(names)
    book = Workbook()
    sheet = book.worksheets[0]
    columns = {column.key: column for column in kinds.kind(kind).columns}
    sheet.append([rng.choice((name, columns[name].label_fr, columns[name].label_ar)) for name in names])
    for row in rows:
        sheet.append([_cell(row.get(name), rng) for name in names])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(value: Any, rng: Random) -> Any:
    """Dates come as Excel's, as 2024-09-02 or as 02/09/2024; sexes as people write them."""
    if isinstance(value, dt.date):
        return rng.choice((value, value.isoformat(), f"{value:%d/%m/%Y}"))
    return value


class Telling:
    """One telling: who enters, and who else decides."""

    def __init__(self, story: Story, rng: Random) -> None:
        self.story, self.rng = story, rng
        self.clerk: Actor = officer(Role.MINISTRY_OFFICER, "clerk")
        self.judge: Actor = officer(Role.REGIONAL_OFFICER, "judge")
        db.session.commit()

    def tell(self) -> None:
        """Everything of the story, on its days. Commits."""
        with on_the_day(ENTERED):
            self._bring(self.story.sheets)
        with on_the_day(SECOND):
            self._first_round()
        with on_the_day(THIRD):
            self._bring(self.story.late_sheets)
            self._second_round()

    def _bring(self, sheets: dict[str, list[Row]]) -> None:
        for kind in ORDER:
            if rows := sheets.get(kind):
                data = workbook(kind, rows, self.rng)
                result = run_import(
                    db.session, kinds.kind(kind), data, f"{kind}.xlsx", actor=self.clerk, scope=COUNTRY
                )
                assert not result.errors, (kind, [str(error) for error in result.errors])
                db.session.commit()

    def _first_round(self) -> None:
        for taught in self.story.taught:
            if taught.fate == "left":
                continue
            session = session_by_code(COUNTRY, taught.code)
            assert session is not None
            if not taught.is_whole:
                sessions.submit(self.clerk, session, accept_missing=True)
            if taught.fate == "validated":
                sessions.validate(self.judge, session)
            elif taught.fate in {"returned", "again"}:
                sessions.return_(self.judge, session, "ناقص")
                if taught.fate == "again":
                    sessions.submit(self.clerk, session)
            db.session.commit()
        for given in self._early():
            activity = by_code(given.code)
            assert activity is not None
            if given.fate in {"validated", "reopened"}:
                transfers.validate(self.judge, activity)
            elif given.fate in {"returned", "again"}:
                transfers.return_(self.judge, activity, "ناقص")
                if given.fate == "again":
                    transfers.submit(self.clerk, activity)
            db.session.commit()

    def _early(self) -> list[Given]:
        return [given for given in self.story.given if not given.is_late]

    def _second_round(self) -> None:
        for taught in self._waiting():
            session = session_by_code(COUNTRY, taught.code)
            assert session is not None
            sessions.validate(self.judge, session)
            db.session.commit()
        for given in self.story.given:
            activity = by_code(given.code)
            assert activity is not None
            if given.fate in {"later", "again"}:
                transfers.validate(self.judge, activity)
            elif given.fate == "reopened":
                transfers.reopen(self.judge, activity, "خطأ")
                transfers.remove_participant(self.clerk, activity, activity.participations[0])
            elif given.fate == "returned" and given.is_late:
                transfers.return_(self.judge, activity, "ناقص")
            db.session.commit()

    def _waiting(self) -> list[Taught]:
        return [taught for taught in self.story.taught if taught.fate in {"later", "again"}]


def report(as_at: dt.date, known_on: dt.date) -> dict[str, Any]:
    """The report `progress` as the command prints it in JSON."""
    asked = {"as_at": as_at.isoformat(), "known_on": known_on.isoformat()}
    progress = REPORTS["progress"]
    made = render_json(progress.build(COUNTRY, query_of(COUNTRY, progress, asked)))
    found: dict[str, Any] = json.loads(made)
    return found
