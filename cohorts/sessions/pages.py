"""What the pages of sessions are made of: chips, tabs, next moves, the grid."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, url_for

from cohorts.sessions import queries
from cohorts.sessions.models import MOVES, AttendanceStatus, Session, SessionKind, SessionState
from cohorts.sessions.queries import Expected, Mark
from cohorts.sessions.rules.holding import OPEN
from cohorts.sessions.rules.life import is_over
from programme.base import clock
from programme.base.access import Permission
from programme.base.language import Bilingual, format_date
from programme.base.language import gettext as _
from programme.base.states import moves_from

LETTERS = {
    AttendanceStatus.PRESENT: "P",
    AttendanceStatus.ABSENT: "A",
    AttendanceStatus.EXCUSED: "E",
    AttendanceStatus.LATE: "R",
}
STATUSES = {letter: status for status, letter in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the macros take it."""

    label: str
    href: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A next step."""

    label: str
    href: str
    main: bool = False
    method: str = "post"
    confirm: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One half-day of the grid."""

    id: int
    label: str
    detail: str
    minutes: int
    is_open: bool = True
    """Whether the day has come: marks of a day to come are refused (RULES C5)."""


@dataclass(slots=True)
class Line:
    """One person of the grid; a sitting missing from `cells` does not concern them. `group` begins one."""

    id: int
    name: str
    sex: Any
    cells: dict[int, str] = field(default_factory=dict)
    group: str = ""
    detail: str = ""
    href: str = ""


def columns(session: Session) -> list[Column]:
    """The half-days, named by day and half."""
    return [
        Column(
            sitting.id,
            format_date(sitting.on_date, "EEE d MMM"),
            f"{sitting.half_day.label}{' · ' + sitting.module.code if sitting.module else ''}",
            sitting.minutes,
            sitting.on_date <= clock.today(),
        )
        for sitting in session.sittings
    ]


def lines(session: Session, expected: Sequence[Expected], marks: Iterable[Mark]) -> list[Line]:
    """One line a person, grouped by association."""
    letters = {(one.sitting_id, one.enrolment_id): LETTERS[one.status] for one in marks}
    today, found, last = clock.today(), [], None
    for one in expected:
        line = Line(one.enrolment_id, str(one.name), one.sex)
        for sitting in session.sittings:
            key = (sitting.id, one.enrolment_id)
            if key in letters or (one.may_attend(sitting.on_date) and sitting.on_date <= today):
                line.cells[sitting.id] = letters.get(key, "")
        if one.association_id != last:
            line.group, last = str(one.association), one.association_id
        if one.withdrawn_on is not None:
            line.detail = _("retiré(e) le %(day)s", day=format_date(one.withdrawn_on, "short"))
        found.append(line)
    return found


def owed(session: Session, expected: Sequence[Expected], marks: Iterable[Mark]) -> list[tuple[str, str]]:
    """(half-day, person) of every mark that is missing."""
    marked, today = {(one.sitting_id, one.enrolment_id) for one in marks}, clock.today()
    return [
        (f"{format_date(sitting.on_date, 'EEE d MMM')} · {sitting.half_day.label}", str(one.name))
        for sitting in session.sittings
        if sitting.on_date <= today
        for one in expected
        if one.must_be_marked(sitting.on_date) and (sitting.id, one.enrolment_id) not in marked
    ]


def is_to_come(session: Session) -> bool:
    """Whether none of its sittings has taken place: there is nothing to mark yet."""
    return session.sittings[0].on_date > clock.today()


def sheet(session: Session) -> dict[str, Any]:
    """The grid with what stands around it."""
    expected = queries.expected_of(session)
    marks = queries.marks_of(one.id for one in session.sittings)
    rows = lines(session, expected, marks)
    return {
        "columns": columns(session),
        "lines": rows,
        "totals": Counter(letter for row in rows for letter in row.cells.values()),
        "modules": list({one.module.id: one.module for one in session.sittings if one.module}.values()),
        "missing": owed(session, expected, marks),
        "is_to_come": is_to_come(session),
        "is_readonly": is_to_come(session) or not may_mark(session),
        "people": {one.enrolment_id: one for one in expected},
        "sittings": {one.id: one for one in session.sittings},
    }


def may_mark(session: Session) -> bool:
    """Whether the reader may write in the grid."""
    return session.state in OPEN and bool(g.actor.may(Permission.ATTENDANCE_WRITE))


def name_of(session: Session) -> Any:
    """The title in both languages, the code where it has none."""
    title = session.title
    return title if title is not None and (title.ar or title.fr) else session.code


def tabs(session: Session, chosen: str) -> list[Link]:
    """Attendance, plan, evidence, history."""
    own = (
        ("show", _("Présences"), None),
        ("details", _("Séances"), len(session.sittings)),
        ("evidence", _("Pièces et notes"), None),
        ("history", _("Historique"), None),
    )
    return [
        Link(label, url_for(f"cohorts.sessions.{name}", session_id=session.id), name == chosen, count)
        for name, label, count in own
    ]


def moves(session: Session) -> list[Button]:
    """The next steps of this reader; submitting, once all is over, opens a page where marks may be missing."""
    found = []
    for name, step in moves_from(MOVES, session.state, g.actor).items():
        if name == "submit" and not is_over(session):
            continue
        is_page = step.needs_reason or name == "submit"
        found.append(
            Button(
                str(step.label),
                url_for(f"cohorts.sessions.{ENDPOINTS.get(name, name)}", session_id=session.id),
                main=name in {"submit", "validate"},
                method="get" if is_page else "post",
                confirm="" if is_page else str(step.confirm),
                tone="red" if name == "cancel" else "",
            )
        )
    if session.state is SessionState.VALIDATED and g.actor.may(Permission.ATTENDANCE_CORRECT):
        href = url_for("cohorts.sessions.correct", session_id=session.id)
        found.append(Button(_("Corriger une présence"), href, method="get"))
    return found


ENDPOINTS = {"return": "return_"}


def sheet_href(session: Session) -> str | None:
    """The printable attendance sheet, where the reports are there and the reader may open them."""
    if "reports.download" not in current_app.view_functions or not g.actor.may(Permission.REPORT_PERSONAL):
        return None
    return f"/reports/attendance.pdf?session={session.code}"


def chips(counts: Mapping[SessionState, int], asked: Mapping[str, str]) -> list[Link]:
    """States with their counts, then what is late."""
    found = [_chip(asked, "state", one.value, str(one.label), counts.get(one, 0)) for one in SessionState]
    found.append(_chip(asked, "late", "1", _("Sans présences"), None))
    return found


def _chip(asked: Mapping[str, str], key: str, value: str, label: str, count: int | None) -> Link:
    is_on = asked.get(key) == value
    kept: dict[str, Any] = {**asked, key: None if is_on else value}
    return Link(label, url_for("cohorts.sessions.index", **kept), is_on, count)


def selects(
    regions: Sequence[Any], cohorts: Sequence[Any], months: Sequence[dt.date]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(name, label, options) of the list's filters; a region is asked only where there are several."""
    found = [
        ("cohort", _("Toutes les cohortes"), [(str(row[1]), _cohort(*row[1:])) for row in cohorts]),
        ("kind", _("Toutes les natures"), SessionKind.options()),
        (
            "month",
            _("Tous les mois"),
            [(month.strftime("%Y-%m"), format_date(month, "MMMM y")) for month in months],
        ),
    ]
    if len(regions) > 1:
        found.insert(0, ("region", _("Toutes les régions"), [(one.code, str(one.name)) for one in regions]))
    return found


def _cohort(code: str, name_ar: str, name_fr: str | None) -> str:
    """A cohort among the options: its name with its code, kept apart from Arabic."""
    return f"{Bilingual(name_ar, name_fr)} (\u2066{code}\u2069)"
