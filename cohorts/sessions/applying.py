"""Rows of the workbooks `sessions` and `attendance`, applied through the rules with everything looked up once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cohorts.curriculum.queries import modules_by_code
from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import HalfDay, Session, SessionKind, Sitting, Trainer
from cohorts.sessions.queries.lookup import cohorts_by_code, communes_by_code, sessions_by_code
from cohorts.sessions.rules import find_or_add_trainer
from cohorts.sessions.rules.place import Ground, SittingPlan, day_warnings, not_recorded
from cohorts.sessions.rules.planning import edit, note_scheduled, open_session
from cohorts.sessions.rules.sittings import add_sitting, edit_sitting, place, plan_of
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow

Slot = tuple[dt.date, HalfDay]
SHOWN = {"minutes": "hours", "on_date": "date", "commune_id": "commune_code"}
"""The column of a field, where their names differ."""


class Sessions:
    """The rows of `sessions`: one a half-day; a code that is known adds or changes its half-days."""

    def __init__(self, context: ImportContext, rows: Sequence[ParsedRow]) -> None:
        self.context = context
        scope = context.scope
        self.cohorts = cohorts_by_code(scope, (row["cohort"] for row in rows))
        self.sessions = sessions_by_code(scope, (row["session"] for row in rows))
        self.modules = modules_by_code({row["module"] for row in rows if row["module"]})
        self.communes = communes_by_code(row["commune_code"] for row in rows if row["commune_code"])
        self.ground = Ground.of([row["date"] for row in rows], list(self.communes.values()))
        self.trainers: dict[str, Trainer] = {}
        self.sittings = {
            code: {(one.on_date, one.half_day): one for one in session.sittings}
            for code, session in self.sessions.items()
        }
        self.new: dict[str, Session] = {}
        self.said: dict[tuple[str, str], Any] = {}
        self.warned: set[str] = set()

    def apply(self, row: ParsedRow) -> None:
        cohort = self._cohort(row)
        plan = self._plan(row)
        session = self._session(row, cohort)
        self._details(row, session)
        key = session.code.lower()
        sitting = self.sittings.setdefault(key, {}).get(plan.slot)
        if sitting is None:
            self._add(row, session, plan)
        else:
            self._change(row, sitting, plan)

    def finish(self) -> None:
        """One journal entry for each session that was made, with its number of half-days."""
        for session in self.new.values():
            note_scheduled(self.context.actor, session)

    def _cohort(self, row: ParsedRow) -> Cohort:
        found = self.cohorts.get(row["cohort"].strip().lower())
        if found is None:
            raise Refused(_("cohorte inconnue"), "cohort")
        return found

    def _session(self, row: ParsedRow, cohort: Cohort) -> Session:
        code = row["session"].strip()
        session = self.sessions.get(code.lower())
        if session is None:
            session = open_session(
                self.context.actor,
                cohort,
                code=code,
                kind=SessionKind(row["kind"] or "session"),
                title_ar=row["title_ar"],
                title_fr=row["title_fr"],
            )
            self.sessions[code.lower()] = self.new[code.lower()] = session
        if session.cohort_id != cohort.id:
            message = _("cette session est celle de la cohorte %(code)s", code=session.cohort.code)
            raise Refused(message, "cohort")
        return session

    def _details(self, row: ParsedRow, session: Session) -> None:
        """Kind and titles: the rows of one session must agree; a known session takes what differs."""
        changed = {}
        for name in ("kind", "title_ar", "title_fr"):
            value = SessionKind(row[name]) if name == "kind" and row[name] else row[name]
            if value is None:
                continue
            said = self.said.setdefault((session.code.lower(), name), value)
            if said != value:
                raise Refused(_("une autre ligne de cette session dit « %(value)s »", value=said), name)
            if getattr(session, name) != value:
                changed[name] = value
        if not changed:
            return
        edited = edit(self.context.actor, session, **changed)
        if session.code.lower() not in self.new:
            for name, (before, after) in edited.items():
                self.context.updated(session, name, before, after)

    def _plan(self, row: ParsedRow) -> SittingPlan:
        module, commune = row["module"], row["commune_code"]
        if module and module not in self.modules:
            raise Refused(_("module inconnu"), "module")
        if commune and commune not in self.communes:
            raise Refused(_("commune inconnue"), "commune_code")
        return SittingPlan(
            row["date"],
            HalfDay(row["half_day"]),
            row["hours"],
            self.modules.get(module),
            row["venue"],
            self.communes.get(commune),
            self._trainer(row["trainer"]),
        )

    def _trainer(self, text: str | None) -> Trainer | None:
        if not text:
            return None
        if text not in self.trainers:
            self.trainers[text] = find_or_add_trainer(self.context.actor, text)
        return self.trainers[text]

    def _add(self, row: ParsedRow, session: Session, plan: SittingPlan) -> None:
        actor, key = self.context.actor, session.code.lower()
        if key in self.new:
            sitting = place(actor, session, plan, self.ground)
        else:
            sitting = add_sitting(actor, session, plan, self.ground)
        self.sittings[key][plan.slot] = sitting
        self.context.created(sitting)
        self._warn(row, session, plan)

    def _change(self, row: ParsedRow, sitting: Sitting, plan: SittingPlan) -> None:
        former = plan_of(sitting)
        merged = SittingPlan(
            plan.on_date,
            plan.half_day,
            plan.minutes,
            plan.module or former.module,
            plan.venue or former.venue,
            plan.commune_id or former.commune_id,
            plan.trainer or former.trainer,
        )
        if merged == former:
            return
        for name, pair in edit_sitting(self.context.actor, sitting, merged, self.ground).items():
            before, after = (value / 60 for value in pair) if name == "minutes" else pair
            self.context.updated(sitting, SHOWN.get(name, name), before, after)
        self._warn(row, sitting.session, merged)

    def _warn(self, row: ParsedRow, session: Session, plan: SittingPlan) -> None:
        reference = session.cohort.agreement
        if self.ground.carriage(reference) is None and reference not in self.warned:
            self.warned.add(reference)
            self.context.warn(row, "cohort", not_recorded(reference))
        for text in day_warnings(plan):
            self.context.warn(row, "date", text)
