"""The life of a session: submitted, validated by another person, sent back, cancelled (RULES C5, C6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cohorts.sessions.models import EARNING, MOVES, Session, Sitting
from cohorts.sessions.queries.records import entered_by, marked_by
from cohorts.sessions.queries.sheet import Expected, expected_of, marks_of
from cohorts.sessions.rules.attendance import Sheet
from cohorts.sessions.rules.holding import hold
from cohorts.sessions.rules.place import check_cohort, check_sitting
from cohorts.sessions.rules.sittings import ground_of, plan_of
from programme.base import clock, journal
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.language import format_date, ngettext
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import checked_move

ENTRY = (
    "sessions:session:schedule",
    "sessions:session:edit",
    "sessions:session:override",
    "sessions:session:submit",
    "sessions:sitting:add",
    "sessions:sitting:edit",
    "sessions:sitting:remove",
    "sessions:attendance:mark",
)
"""Events of whoever entered any part of a session: none of them may validate it (RULES C6)."""
NAMED = 5
"""A refusal names at most so many persons and counts the rest."""

journal.declare(
    {
        "sessions:session:submit": _l("Session soumise"),
        "sessions:session:validate": _l("Session validée"),
        "sessions:session:return": _l("Session renvoyée"),
        "sessions:session:cancel": _l("Session annulée"),
        "sessions:session:restore": _l("Session rétablie"),
    },
    {"missing": _l("Présences non saisies")},
)


@dataclass(frozen=True, slots=True)
class Missing:
    """A person whose presence at a sitting was not entered."""

    sitting: Sitting
    expected: Expected


def missing_marks(session: Session) -> list[Missing]:
    """Who was enrolled on the day of a past sitting and has no mark there, by sitting; two statements."""
    marked = {(one.sitting_id, one.enrolment_id) for one in marks_of(s.id for s in session.sittings)}
    today = clock.today()
    expected = expected_of(session)
    return [
        Missing(sitting, one)
        for sitting in session.sittings
        if sitting.on_date <= today
        for one in expected
        if one.must_be_marked(sitting.on_date) and (sitting.id, one.enrolment_id) not in marked
    ]


def last_day(session: Session) -> dt.date:
    """The day of its last sitting."""
    return max(sitting.on_date for sitting in session.sittings)


def is_over(session: Session) -> bool:
    """Whether the day of its last sitting has come: only then is a session handed in (RULES C5)."""
    return last_day(session) <= clock.today()


def submit(
    actor: Actor, session: Session, *, accept_missing: bool = False, version: int | None = None
) -> int:
    """Hand a session in for validation; answers how many marks are missing. Flushes.

    Refused before its last sitting, without any mark, and, unless `accept_missing`, while somebody who was
    enrolled on the day of a sitting has no mark there, naming who. A missing mark earns no hours.
    `version`, here and below, is the one that was read: `StaleDataError` where the session moved on.
    """
    hold(session, version)
    step = checked_move(MOVES, "submit", session.state, actor)
    if not is_over(session):
        day = format_date(last_day(session))
        raise Refused(_("La séance du %(day)s n'a pas encore eu lieu.", day=day), "state", code="C5")
    if not marks_of(sitting.id for sitting in session.sittings):
        message = _("Aucune présence n'est saisie pour la session %(code)s.", code=session.code)
        raise Refused(message, "state", code="C5")
    missing = missing_marks(session)
    if missing and not accept_missing:
        raise Refused(_naming(missing), "state", code="C5")
    _move(actor, session, "submit", missing=len(missing))
    session.state, session.state_reason = step.target, None
    session.submitted_by_id, session.submitted_at = actor.account_id, clock.now()
    db.session.flush()
    return len(missing)


def validate(actor: Actor, session: Session, *, version: int | None = None) -> None:
    """Validate a submitted session: its hours count from now on, its marks are locked. Flushes.

    RULES C6: refused to whoever planned or changed it, submitted it or recorded a mark of it, and to an actor
    without an account, who cannot be told from them.
    """
    hold(session, version)
    step = checked_move(MOVES, "validate", session.state, actor)
    if actor.account_id is None:
        raise Refused(_("La validation se fait au nom d'un compte."), "state", code="C6")
    mine = {session.entered_by_id, session.submitted_by_id} | marked_by(session)
    if actor.account_id in mine or entered_by(session, actor.account_id, ENTRY):
        raise Refused(
            _("Vous avez saisi ou soumis cette session : une autre personne doit la valider."),
            "state",
            code="C6",
        )
    _move(actor, session, "validate")
    session.state = step.target
    session.validated_by_id, session.validated_at = actor.account_id, clock.now()
    db.session.flush()


def return_(actor: Actor, session: Session, reason: str, *, version: int | None = None) -> None:
    """Send a submitted session back with a comment."""
    _change(actor, session, "return", reason, version)


def cancel(actor: Actor, session: Session, reason: str, *, version: int | None = None) -> None:
    """Cancel an open session: its days are free again, its marks stay and never count."""
    _change(actor, session, "cancel", reason, version)


def restore(actor: Actor, session: Session, *, version: int | None = None) -> None:
    """Plan a cancelled session again. Flushes.

    Refused where its days are booked by now, or where somebody present at it attended another session on the
    half-day (RULES C3) or is no longer enrolled on that day (RULES C5).
    """
    hold(session, version)
    step = checked_move(MOVES, "restore", session.state, actor)
    check_cohort(session.cohort)
    plans = [plan_of(sitting) for sitting in session.sittings]
    ground = ground_of(plans)
    for plan in plans:
        check_sitting(actor, session.cohort, session.id, session.code, plan, ground, session.override_reason)
    sheet = Sheet.of(session)
    for cell, mark in sheet.marks.items():
        if mark.status in EARNING:
            sheet.check(cell, mark.status)
    _move(actor, session, "restore")
    session.state, session.state_reason = step.target, None
    db.session.flush()


def _change(actor: Actor, session: Session, name: str, reason: str, version: int | None) -> None:
    hold(session, version)
    step = checked_move(MOVES, name, session.state, actor, reason)
    reason = reason.strip()[:1000]
    _move(actor, session, name, reason=reason)
    session.state, session.state_reason = step.target, reason
    db.session.flush()


def _move(actor: Actor, session: Session, name: str, *, reason: str | None = None, missing: int = 0) -> None:
    before = {"state": session.state}
    after = {"state": MOVES[name].target, **({"missing": missing} if missing else {})}
    journal.record(
        db.session, actor, f"sessions:session:{name}", session, before=before, after=after, reason=reason
    )


def _naming(missing: list[Missing]) -> str:
    first = " ; ".join(
        f"{one.expected.name} ({format_date(one.sitting.on_date, 'short')}, {one.sitting.half_day.label})"
        for one in missing[:NAMED]
    )
    rest = len(missing) - NAMED
    text = _("Présence non saisie : %(names)s", names=first)
    if rest > 0:
        text += " " + ngettext("et %(num)s autre case", "et %(num)s autres cases", rest)
    return f"{text}."
