"""Planning: scheduling a session, changing it while it is open (RULES C3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Session, SessionKind, SessionState
from cohorts.sessions.queries.sheet import has_seat
from cohorts.sessions.rules.holding import hold_open, moved_on
from cohorts.sessions.rules.place import OVERRIDING, Ground, SittingPlan, check_cohort
from cohorts.sessions.rules.sittings import (
    add_half_day,
    change_half_day,
    ground_of,
    place,
    plan_of,
    remove_half_day,
)
from programme.base import journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

EDITABLE = ("title_ar", "title_fr", "kind", "association_id", "override_reason", "notes")

journal.declare(
    {
        "sessions:session:schedule": _l("Session planifiée"),
        "sessions:session:edit": _l("Session modifiée"),
        "sessions:session:override": _l("Période de la convention outrepassée"),
    },
    {
        "title_ar": _l("Intitulé en arabe"),
        "title_fr": _l("Intitulé en français"),
        "kind": _l("Nature"),
        "notes": _l("Notes"),
        "override_reason": _l("Motif de dérogation"),
        "sittings": _l("Demi-journées"),
        "association_id": _l("Association"),
        "code": _l("Code"),
    },
)


@acting(Permission.SESSION_WRITE)
def schedule(
    actor: Actor,
    cohort: Cohort,
    *,
    code: str,
    kind: SessionKind = SessionKind.SESSION,
    title_ar: str | None = None,
    title_fr: str | None = None,
    sittings: Sequence[SittingPlan],
    association_id: int | None = None,
    override_reason: str | None = None,
    notes: str | None = None,
) -> Session:
    """Plan a session with its half-days. Flushes. Refused by RULES C3, naming what stands against it.

    `override_reason` allows days outside the agreement's period, to ministry and region only; the reason is
    kept where it was needed and journalled.
    """
    if not sittings:
        raise Refused(_("Prévoyez au moins une demi-journée."), "sittings", code="sittings")
    session = open_session(
        actor, cohort, code=code, kind=kind, title_ar=title_ar, title_fr=title_fr, association_id=association_id
    )  # fmt: skip
    session.notes, session.override_reason = notes or None, _trimmed(override_reason)
    ground = ground_of(sittings)
    for plan in sittings:
        place(actor, session, plan, ground)
    _settle_override(actor, session, ground)
    note_scheduled(actor, session)
    return session


def note_scheduled(actor: Actor, session: Session) -> None:
    """Journal a session with all its half-days."""
    after = {**_values(session), "code": session.code, "sittings": len(session.sittings)}
    journal.record(db.session, actor, "sessions:session:schedule", session, after=after)


def open_session(
    actor: Actor,
    cohort: Cohort,
    *,
    code: str,
    kind: SessionKind,
    title_ar: str | None,
    title_fr: str | None,
    association_id: int | None = None,
) -> Session:
    """The session's own record, without half-days yet: the first step of `schedule` and of an import."""
    check_cohort(cohort)
    code = (code or "").strip()
    if not code:
        raise Refused(_("Indiquez le code de la session."), "session", code="required")
    taken = sa.select(Session.id).where(sa.func.lower(Session.code) == code.lower())
    if db.session.scalar(taken) is not None:
        message = _("Le code « %(code)s » est déjà celui d'une autre session.", code=code)
        raise Refused(message, "session", code="unique")
    _check_accompanied(cohort, kind, association_id)
    session = Session(
        code=code,
        cohort_id=cohort.id,
        cohort=cohort,
        kind=kind,
        title_ar=title_ar or None,
        title_fr=title_fr or None,
        association_id=association_id if kind is SessionKind.ACCOMPANIMENT else None,
        entered_by_id=actor.account_id,
        state=SessionState.PLANNED,
    )
    db.session.add(session)
    db.session.flush()
    return session


@acting(Permission.SESSION_WRITE)
def edit(actor: Actor, session: Session, **fields: Any) -> dict[str, tuple[Any, Any]]:
    """Change fields of `EDITABLE` of an open session; answers {field: (before, after)}.

    The reason of an override is set and cleared by ministry and region only; a blank one from others changes
    nothing. Refused (RULES C3) where days outside the agreement's period would be left without it.
    """
    hold_open(session)
    changed = _edit(actor, session, fields)
    if "override_reason" in changed:
        _settle_override(actor, session, ground_of([plan_of(one) for one in session.sittings]))
    return changed


def _edit(actor: Actor, session: Session, fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    if unknown := set(fields) - set(EDITABLE):
        raise TypeError(f"not to be edited: {sorted(unknown)}")
    values = {name: (value if value != "" else None) for name, value in fields.items()}
    if "override_reason" in values:
        values["override_reason"] = _reason(actor, session, values["override_reason"])
    kind: SessionKind = values.get("kind") or session.kind
    if kind is not SessionKind.ACCOMPANIMENT:
        values["association_id"] = None
    _check_accompanied(session.cohort, kind, values.get("association_id"))
    changed = {n: (getattr(session, n), v) for n, v in values.items() if getattr(session, n) != v}
    for name, (_before, after) in changed.items():
        setattr(session, name, after)
    if changed:
        db.session.flush()
        before = {name: pair[0] for name, pair in changed.items()}
        after = {name: pair[1] for name, pair in changed.items()}
        journal.record(db.session, actor, "sessions:session:edit", session, before=before, after=after)
    return changed


@acting(Permission.SESSION_WRITE)
def arrange(
    actor: Actor,
    session: Session,
    rows: Sequence[tuple[int | None, SittingPlan]],
    *,
    version: int | None = None,
    **fields: Any,
) -> None:
    """Make a session what its form says: fields, and all its half-days as (sitting id or None, plan).

    Sittings left out are removed, those without an id are added. `version` is the one that the form read;
    raises `StaleDataError` where somebody else changed the session since.
    """
    if not rows:
        raise Refused(_("Prévoyez au moins une demi-journée."), "sittings", code="sittings")
    hold_open(session, version)
    _edit(actor, session, fields)
    kept = {ident for ident, _plan in rows if ident is not None}
    known = {one.id: one for one in session.sittings}
    ground = ground_of([plan for _ident, plan in rows])
    for ident, plan in rows:
        if ident in known:
            change_half_day(actor, known[ident], plan, ground)
        else:
            add_half_day(actor, session, plan, ground)
    for ident, sitting in known.items():
        if ident not in kept:
            remove_half_day(actor, sitting)
    _settle_override(actor, session, ground)
    moved_on(session)


def _check_accompanied(cohort: Cohort, kind: SessionKind, association_id: int | None) -> None:
    """Refuse an accompaniment visit to an association that has no seat in the cohort."""
    if kind is not SessionKind.ACCOMPANIMENT or association_id is None:
        return
    if not has_seat(cohort, association_id):
        message = _("Cette association n'a pas de siège dans la cohorte.")
        raise Refused(message, "association_id", code="seat")


def _settle_override(actor: Actor, session: Session, ground: Ground) -> None:
    """Journal an override that was needed; a reason that nothing needs is not kept, a missing one refused."""
    carried = ground.carriage(session.cohort.agreement)
    outside = [
        one.on_date for one in session.sittings if carried is not None and not carried.covers(one.on_date)
    ]
    if not outside:
        session.override_reason = None
        db.session.flush()
        return
    if not session.override_reason:
        message = _(
            "Le %(day)s est hors de la période de la convention : indiquez le motif de dérogation.",
            day=format_date(min(outside)),
        )
        raise Refused(message, "override_reason", code="C3")
    after = {"agreement": session.cohort.agreement, "on_date": min(outside), "sittings": len(outside)}
    journal.record(
        db.session, actor, "sessions:session:override", session, after=after, reason=session.override_reason
    )


def _values(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in EDITABLE}


def _reason(actor: Actor, session: Session, text: str | None) -> str | None:
    """The reason of an override as this actor may leave it (RULES C3)."""
    reason = _trimmed(text)
    if actor.role in OVERRIDING or reason is None or reason == session.override_reason:
        return reason if actor.role in OVERRIDING else session.override_reason
    message = _("Seul un responsable du ministère ou de la région peut passer outre.")
    raise Refused(message, "override_reason", code="C3")


def _trimmed(text: str | None) -> str | None:
    return (text or "").strip() or None
