"""Rows of the workbook `attendance`: found among those enrolled, checked, written session by session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cohorts.sessions.models import AttendanceStatus, HalfDay, Session, Sitting
from cohorts.sessions.queries.agenda import busy_by_half_day
from cohorts.sessions.queries.lookup import sessions_by_code
from cohorts.sessions.queries.sheet import Expected, attendances_of, concerns, roster_of
from cohorts.sessions.rules import submit
from cohorts.sessions.rules.attendance import Cell, Sheet, write
from cohorts.sessions.rules.holding import OPEN, hold_all, hold_open, refuse_unless_open
from cohorts.sessions.rules.place import ATTENDANCE_LOCK, hold_days
from programme.base import clock
from programme.base.access import Permission
from programme.base.cleaning import clean_national_id
from programme.base.folding import match_key, person_key
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.vault import vault
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.associations.fields import receipt_number


def known_as(sheet: Sheet, cell: Cell) -> AttendanceStatus | None:
    """The mark that the sheet has in this cell already."""
    known = sheet.marks.get(cell)
    return known.status if known is not None else None


class Marks:
    """The rows of `attendance`; nothing is written before every row is read."""

    def __init__(self, context: ImportContext, rows: Sequence[ParsedRow]) -> None:
        self.context = context
        self.sessions = sessions_by_code(context.scope, (row["session"] for row in rows))
        hold_all(self.sessions.values())
        roster = roster_of({one.cohort_id for one in self.sessions.values()})
        self.by_hash: dict[tuple[int, str], list[Expected]] = defaultdict(list)
        self.by_name: dict[tuple[int, str], list[Expected]] = defaultdict(list)
        self.hashes: dict[str, tuple[str, ...]] = {}
        self.names: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        for one in roster:
            self._remember(one)
        self.sheets = self._sheets(roster)
        self.wanted: dict[int, dict[Cell, AttendanceStatus]] = defaultdict(dict)

    def _remember(self, one: Expected) -> None:
        if one.national_id_hash:
            self.by_hash[one.cohort_id, one.national_id_hash].append(one)
        for key in {one.name_key, person_key(one.name.fr) if one.name.fr else one.name_key}:
            self.by_name[one.cohort_id, key].append(one)

    def _sheets(self, roster: Sequence[Expected]) -> dict[int, Sheet]:
        sittings = [sitting for one in self.sessions.values() for sitting in one.sittings]
        hold_days((sitting.on_date for sitting in sittings), ATTENDANCE_LOCK)
        marks = attendances_of(sitting.id for sitting in sittings)
        slots = {(sitting.on_date, sitting.half_day) for sitting in sittings}
        busy = busy_by_half_day({one.person_id for one in roster}, slots)
        cohorts: dict[int, dict[int, Expected]] = defaultdict(dict)
        for one in roster:
            cohorts[one.cohort_id][one.enrolment_id] = one
        today = clock.today()
        return {
            session.id: Sheet(
                session,
                {sitting.id: sitting for sitting in session.sittings},
                cohorts[session.cohort_id],
                marks,
                busy,
                today,
            )
            for session in self.sessions.values()
        }

    def apply(self, row: ParsedRow) -> None:
        session = self.sessions.get(row["session"].strip().lower())
        if session is None:
            raise Refused(_("session inconnue"), "session")
        sitting = self._sitting(row, session)
        one = self._expected(row, session, sitting)
        status = AttendanceStatus(row["status"])
        cell = (sitting.id, one.enrolment_id)
        if self.wanted[session.id].setdefault(cell, status) is not status:
            raise Refused(_("une autre ligne dit le contraire pour cette personne"), "status")
        sheet = self.sheets[session.id]
        known = sheet.marks.get(cell)
        if known is not None and known.status is status:
            return
        refuse_unless_open(session)
        sheet.check(cell, status)
        sheet.take(cell, status)
        if known is None:
            self.context.created(session)
        else:
            self.context.updated(session, "status", known.status, status)

    def finish(self) -> None:
        """Write the sheets and submit those that are whole now (WORKBOOKS.md); nothing where a row was refused."""
        if self.context.errors:
            return
        for session_id, marks in self.wanted.items():
            sheet = self.sheets[session_id]
            if all(known_as(sheet, cell) is status for cell, status in marks.items()):
                continue
            hold_open(sheet.session)
            changed = write(self.context.actor, sheet, marks, singly=True)
            if changed and self._is_whole(sheet):
                submit(self.context.actor, sheet.session)

    def _is_whole(self, sheet: Sheet) -> bool:
        session = sheet.session
        if session.state not in OPEN or not self.context.actor.may(Permission.SESSION_SUBMIT):
            return False
        return all(
            sitting.on_date <= sheet.today and (sitting.id, one.enrolment_id) in sheet.marks
            for sitting in session.sittings
            for one in sheet.expected.values()
            if concerns(session, one) and one.must_be_marked(sitting.on_date)
        ) and all(sitting.on_date <= sheet.today for sitting in session.sittings)

    def _sitting(self, row: ParsedRow, session: Session) -> Sitting:
        half = HalfDay(row["half_day"])
        for sitting in session.sittings:
            if sitting.on_date == row["date"] and sitting.half_day is half:
                return sitting
        raise Refused(_("la session n'a pas de séance à cette date et demi-journée"), "date")

    def _expected(self, row: ParsedRow, session: Session, sitting: Sitting) -> Expected:
        found, column = self._candidates(row, session)
        persons = {one.person_id for one in found}
        if not found:
            raise Refused(_("personne inscrite introuvable dans la cohorte"), column)
        if len(persons) > 1:
            raise Refused(_("plusieurs personnes portent ce nom : indiquez la CNIE"), column)
        there = [one for one in found if one.may_attend(sitting.on_date)]
        return (there or found)[-1]

    def _candidates(self, row: ParsedRow, session: Session) -> tuple[list[Expected], str]:
        """By national id; else by name within the association, never against another national id."""
        cohort, card = session.cohort_id, row["national_id"]
        if card:
            for keyed in self._hashes(card):
                if found := self.by_hash.get((cohort, keyed)):
                    return found, "national_id"
        if not row["name"] or not row["association"]:
            if card:
                return [], "national_id"
            raise Refused(_("sans CNIE, le nom et l'association sont nécessaires"), "association")
        named = self.by_name.get((cohort, self._name(row["name"])), [])
        here = [one for one in named if self._is_of(one, row["association"])]
        if card:
            here = [one for one in here if one.national_id_hash is None]
        return here, "national_id" if card else "name"

    def _hashes(self, card: str) -> tuple[str, ...]:
        if card not in self.hashes:
            value = clean_national_id(card).value
            self.hashes[card] = vault().keyed_hashes(value) if value else ()
        return self.hashes[card]

    def _name(self, name: str) -> str:
        if name not in self.names:
            self.names[name] = person_key(name)
        return self.names[name]

    def _key(self, text: str) -> str:
        if text not in self.keys:
            self.keys[text] = match_key(text)
        return self.keys[text]

    def _is_of(self, one: Expected, text: str) -> bool:
        names = [name for name in (one.association.ar, one.association.fr) if name]
        if self._key(text) in {self._key(name) for name in names}:
            return True
        return one.receipt_no is not None and receipt_number(text) == one.receipt_no
