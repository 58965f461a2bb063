"""Attendance: marked while the session is open, corrected with a reason once it is validated (RULES C3, C5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Enrolment
from cohorts.sessions.models import (
    EARNING,
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    HalfDay,
    Session,
    SessionState,
    Sitting,
)
from cohorts.sessions.queries.agenda import Slot, busy_by_half_day
from cohorts.sessions.queries.records import mark_of
from cohorts.sessions.queries.sheet import Expected, attendances_of, concerns, roster_of
from cohorts.sessions.rules.holding import hold, hold_open
from cohorts.sessions.rules.place import ATTENDANCE_LOCK, hold_days
from programme.base import clock, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.telling import label_of, word_by

Cell = tuple[int, int]
"""(sitting id, enrolment id)."""

journal.declare(
    {
        "sessions:attendance:mark": _l("Présences saisies"),
        "sessions:attendance:correct": _l("Présence corrigée"),
    },
    {
        "present": _l("Présents"),
        "late": _l("En retard"),
        "excused": _l("Excusés"),
        "absent": _l("Absents"),
        "erased": _l("Effacés"),
    },
    quiet=("cells",),
)
word_by("session", {"status": label_of(AttendanceStatus), "half_day": label_of(HalfDay)})


@dataclass(slots=True)
class Sheet:
    """What marks of one session are checked against; read once for all its cells."""

    session: Session
    sittings: dict[int, Sitting]
    expected: dict[int, Expected]
    marks: dict[Cell, Attendance]
    busy: dict[tuple[int, Slot], set[str]]
    today: dt.date

    @classmethod
    def of(cls, session: Session) -> Sheet:
        """Read the roster, the marks and who is busy elsewhere: three statements.

        On PostgreSQL the days are held until the transaction ends: of two sheets saved at once the second
        sees where the first put its people. SQLite lets one writing request in at a time.
        """
        hold_days((one.on_date for one in session.sittings), ATTENDANCE_LOCK)
        expected = [one for one in roster_of([session.cohort_id]) if concerns(session, one)]
        slots = {(one.on_date, one.half_day) for one in session.sittings}
        busy = busy_by_half_day({one.person_id for one in expected}, slots)
        return cls(
            session,
            {one.id: one for one in session.sittings},
            {one.enrolment_id: one for one in expected},
            attendances_of(one.id for one in session.sittings),
            busy,
            clock.today(),
        )

    def check(self, cell: Cell, status: AttendanceStatus | None) -> tuple[Sitting, Expected]:
        """The sitting and the enrolment of a cell; refused by RULES C5 and C3."""
        sitting, one = self.sittings.get(cell[0]), self.expected.get(cell[1])
        if sitting is None:
            raise Refused(_("Cette demi-journée n'est pas de cette session."), "date", code="C5")
        if one is None or not concerns(self.session, one):
            raise Refused(_("Cette personne n'est pas inscrite dans la cohorte."), "national_id", code="C5")
        if status is not None:
            refuse_nominated(one)
            check_day(sitting, one, self.today)
            self._check_free(sitting, one, status)
        return sitting, one

    def take(self, cell: Cell, status: AttendanceStatus) -> None:
        """Note that a person is, or is no longer, at this session on the half-day: later cells see it."""
        sitting, one = self.sittings[cell[0]], self.expected[cell[1]]
        codes = self.busy.setdefault((one.person_id, (sitting.on_date, sitting.half_day)), set())
        (codes.add if status in EARNING else codes.discard)(self.session.code)

    def _check_free(self, sitting: Sitting, one: Expected, status: AttendanceStatus) -> None:
        """Refuse a presence on a half-day on which the person attended another session (RULES C3)."""
        codes = self.busy.get((one.person_id, (sitting.on_date, sitting.half_day)), set())
        others = codes - {self.session.code}
        if others and status in EARNING:
            message = _(
                "%(name)s est déjà présent(e) à la session %(code)s le %(day)s (%(half)s).",
                name=one.name,
                code=min(others),
                day=format_date(sitting.on_date),
                half=sitting.half_day.label,
            )
            raise Refused(message, "status", code="C3")


def refuse_nominated(one: Expected) -> None:
    """Refuse a mark of somebody whose enrolment is not confirmed yet: a nominee earns no hours."""
    if one.is_nominated:
        message = _("%(name)s est encore pressenti(e) : confirmez d'abord l'inscription.", name=one.name)
        raise Refused(message, "national_id", code="C5")


def check_day(sitting: Sitting, one: Expected, today: dt.date) -> None:
    """Refuse a mark of a day to come, or of a day on which the person was not enrolled (RULES C5)."""
    day = format_date(sitting.on_date)
    if sitting.on_date > today:
        raise Refused(_("La séance du %(day)s n'a pas encore eu lieu.", day=day), "date", code="C5")
    if not one.may_attend(sitting.on_date):
        message = _("%(name)s n'est pas inscrit(e) à la date du %(day)s.", name=one.name, day=day)
        raise Refused(message, "date", code="C5")


@acting(Permission.ATTENDANCE_WRITE)
def mark(actor: Actor, session: Session, marks: Mapping[Cell, AttendanceStatus | None]) -> int:
    """Write marks of an open session, None erases; answers how many changed. All or nothing. Flushes.

    Refused (RULES C5): another session's sitting, a person not enrolled that day, a day to come, a session
    that is no longer open; (C3) a person present elsewhere on the half-day.
    """
    hold_open(session)
    sheet = Sheet.of(session)
    for cell, status in marks.items():
        sheet.check(cell, status)
    return write(actor, sheet, marks)


@acting(Permission.ATTENDANCE_WRITE)
def mark_what_fits(
    actor: Actor, session: Session, marks: Mapping[Cell, AttendanceStatus | None]
) -> dict[Cell, str]:
    """As `mark`, but cell by cell: writes those that hold and answers why the others do not (a grid's saving)."""
    hold_open(session)
    sheet = Sheet.of(session)
    refused: dict[Cell, str] = {}
    for cell, status in marks.items():
        try:
            sheet.check(cell, status)
        except Refused as refusal:
            refused[cell] = refusal.message
    write(actor, sheet, {cell: status for cell, status in marks.items() if cell not in refused})
    return refused


def write(
    actor: Actor, sheet: Sheet, marks: Mapping[Cell, AttendanceStatus | None], *, singly: bool = False
) -> int:
    """Write cells that `Sheet.check` accepted; one journal entry.

    New marks go in one statement, or `singly` as records, which an import needs to be taken back.
    """
    changed: dict[Cell, tuple[AttendanceStatus | None, AttendanceStatus | None]] = {}
    new: list[dict[str, Any]] = []
    now = clock.now()
    by = {"recorded_at": now, "recorded_by_id": actor.account_id}
    for cell, status in marks.items():
        known = sheet.marks.get(cell)
        before = known.status if known is not None else None
        if before is status:
            continue
        changed[cell] = (before, status)
        if known is None:
            new.append({"sitting_id": cell[0], "enrolment_id": cell[1], "status": status, **by})
        elif status is None:
            db.session.delete(sheet.marks.pop(cell))
        else:
            known.status, known.recorded_at = status, now
            known.recorded_by_id = actor.account_id
    if singly:
        for values in new:
            made = sheet.marks[values["sitting_id"], values["enrolment_id"]] = Attendance(**values)
            db.session.add(made)
    elif new:
        db.session.execute(sa.insert(Attendance), new)
    if changed:
        db.session.flush()
        _note(actor, sheet.session, changed)
    return len(changed)


def _note(
    actor: Actor,
    session: Session,
    changed: Mapping[Cell, tuple[AttendanceStatus | None, AttendanceStatus | None]],
) -> None:
    counts = Counter(str(after.value) if after else "erased" for _before, after in changed.values())
    journal.record(
        db.session,
        actor,
        "sessions:attendance:mark",
        session,
        before={"cells": _cells((cell, pair[0]) for cell, pair in changed.items())},
        after={**counts, "cells": _cells((cell, pair[1]) for cell, pair in changed.items())},
    )


def _cells(cells: Iterable[tuple[Cell, AttendanceStatus | None]]) -> str:
    """`sitting:enrolment=status`, which the journal must be able to prove later."""
    return " ".join(f"{s}:{e}={status.value if status else '-'}" for (s, e), status in cells)


def correct(
    actor: Actor, target: Attendance | tuple[Sitting, Enrolment], after: AttendanceStatus, reason: str
) -> AttendanceCorrection:
    """As `correct_cell`, of a mark or of (sitting, enrolment)."""
    sitting, enrolment_id = _meant(target)
    return correct_cell(actor, sitting.session, (sitting.id, enrolment_id), after, reason)


@acting(Permission.ATTENDANCE_CORRECT)
def correct_cell(
    actor: Actor, session: Session, cell: Cell, after: AttendanceStatus, reason: str
) -> AttendanceCorrection:
    """Change a mark of a validated session, or add one that was missing, with its reason (RULES C5). Flushes.

    What is counted uses the corrected status; figures "as known on" an earlier day keep the former one.
    """
    hold(session)
    if session.state is not SessionState.VALIDATED:
        message = _("Une correction concerne une session validée : modifiez la feuille.")
        raise Refused(message, "session", code="C5")
    reason = (reason or "").strip()
    if not reason:
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    sitting, one = Sheet.of(session).check(cell, after)
    known = mark_of(*cell)
    before = known.status if known is not None else None
    if before is after:
        raise Refused(_("Cette présence est déjà celle-ci."), "after", code="C5")
    made = _corrected(actor, sitting, one.enrolment_id, known, after, reason)
    journal.record(
        db.session,
        actor,
        "sessions:attendance:correct",
        session,
        before={"status": before, "on_date": sitting.on_date},
        after={"status": after, "on_date": sitting.on_date, "cells": f"{cell[0]}:{cell[1]}"},
        reason=reason,
    )
    return made


def _meant(target: Attendance | tuple[Sitting, Enrolment]) -> tuple[Sitting, int]:
    if isinstance(target, Attendance):
        return target.sitting, target.enrolment_id
    return target[0], target[1].id


def _corrected(
    actor: Actor,
    sitting: Sitting,
    enrolment_id: int,
    known: Attendance | None,
    after: AttendanceStatus,
    reason: str,
) -> AttendanceCorrection:
    before = known.status if known is not None else None
    if known is None:
        known = Attendance(
            sitting_id=sitting.id, enrolment_id=enrolment_id, status=after, recorded_by_id=actor.account_id
        )
        db.session.add(known)
        db.session.flush()
    known.status = after
    made = AttendanceCorrection(
        attendance_id=known.id, before=before, after=after, reason=reason, made_by_id=actor.account_id
    )
    db.session.add(made)
    db.session.flush()
    return made
