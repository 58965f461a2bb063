"""The half-days of a session: added, changed and removed while it is open (RULES C3, C5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cohorts.sessions.models import HalfDay, Session, Sitting
from cohorts.sessions.queries.sheet import sittings_marked
from cohorts.sessions.rules.holding import hold_open, moved_on
from cohorts.sessions.rules.place import Ground, SittingPlan, booking, check_cohort, check_sitting
from programme.base import journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

journal.declare(
    {
        "sessions:sitting:add": _l("Séance ajoutée"),
        "sessions:sitting:edit": _l("Séance modifiée"),
        "sessions:sitting:remove": _l("Séance retirée"),
    },
    {
        "on_date": _l("Date"),
        "half_day": _l("Demi-journée"),
        "minutes": _l("Durée (minutes)"),
        "module": _l("Module"),
        "venue": _l("Lieu"),
        "trainer": _l("Formateur n°"),
        "commune_id": _l("Commune"),
    },
)


def ground_of(plans: Sequence[SittingPlan]) -> Ground:
    """What these plans are checked against: two statements for any number of them."""
    return Ground.of(
        [plan.on_date for plan in plans], [plan.commune_id for plan in plans if plan.commune_id is not None]
    )


def place(actor: Actor, session: Session, plan: SittingPlan, ground: Ground) -> Sitting:
    """Add one checked half-day to a session. Flushes."""
    if any((one.on_date, one.half_day) == plan.slot for one in session.sittings):
        raise Refused(_twice(plan), "half_day", code="unique")
    check_sitting(actor, session.cohort, session.id, session.code, plan, ground, session.override_reason)
    sitting = Sitting()
    _fill(sitting, plan)
    session.sittings.append(sitting)
    db.session.flush()
    ground.agenda.add(booking(session.cohort, session.id, session.code, plan))
    return sitting


@acting(Permission.SESSION_WRITE)
def add_sitting(actor: Actor, session: Session, plan: SittingPlan, ground: Ground | None = None) -> Sitting:
    """Add a half-day to an open session (RULES C3). Flushes."""
    hold_open(session)
    sitting = add_half_day(actor, session, plan, ground)
    moved_on(session)
    return sitting


def add_half_day(actor: Actor, session: Session, plan: SittingPlan, ground: Ground | None) -> Sitting:
    """A step of `add_sitting` and of a form that says all half-days: the session is held open already."""
    check_cohort(session.cohort)
    sitting = place(actor, session, plan, ground or ground_of([plan]))
    journal.record(db.session, actor, "sessions:sitting:add", session, after=_told(plan))
    return sitting


@acting(Permission.SESSION_WRITE)
def edit_sitting(
    actor: Actor, sitting: Sitting, plan: SittingPlan, ground: Ground | None = None
) -> dict[str, tuple[Any, Any]]:
    """Change a half-day of an open session; answers {field: (before, after)}.

    Its day and half can be changed only while nobody is marked at it.
    """
    hold_open(sitting.session)
    changed = change_half_day(actor, sitting, plan, ground)
    if changed:
        moved_on(sitting.session)
    return changed


def change_half_day(
    actor: Actor, sitting: Sitting, plan: SittingPlan, ground: Ground | None
) -> dict[str, tuple[Any, Any]]:
    """A step of `edit_sitting` and of a form that says all half-days."""
    session = sitting.session
    former = plan_of(sitting)
    before, after = _shown(former), _shown(plan)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changed:
        return {}
    check_cohort(session.cohort)
    if former.slot != plan.slot:
        if sittings_marked(session).get(sitting.id):
            raise Refused(_marked(former), "date", code="C5")
        if any(one is not sitting and (one.on_date, one.half_day) == plan.slot for one in session.sittings):
            raise Refused(_twice(plan), "half_day", code="unique")
    ground = ground or ground_of([plan])
    check_sitting(actor, session.cohort, session.id, session.code, plan, ground, session.override_reason)
    _fill(sitting, plan)
    db.session.flush()
    ground.agenda.remove(session.id, former.slot)
    ground.agenda.add(booking(session.cohort, session.id, session.code, plan))
    old, new = _told(former), _told(plan)
    journal.record(
        db.session,
        actor,
        "sessions:sitting:edit",
        session,
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
    )
    return changed


@acting(Permission.SESSION_WRITE)
def remove_sitting(actor: Actor, sitting: Sitting) -> None:
    """Take a half-day out of an open session; refused for the last one, and once somebody is marked."""
    session = sitting.session
    hold_open(session)
    remove_half_day(actor, sitting)
    moved_on(session)


def remove_half_day(actor: Actor, sitting: Sitting) -> None:
    """A step of `remove_sitting` and of a form that says all half-days."""
    session, former = sitting.session, plan_of(sitting)
    if sittings_marked(session).get(sitting.id):
        raise Refused(_marked(former), "sittings", code="C5")
    if len(session.sittings) == 1:
        raise Refused(_("Prévoyez au moins une demi-journée."), "sittings", code="sittings")
    session.sittings.remove(sitting)
    db.session.flush()
    journal.record(db.session, actor, "sessions:sitting:remove", session, before=_told(former))


def plan_of(sitting: Sitting) -> SittingPlan:
    """A sitting as a plan, to change one part of it."""
    return SittingPlan(
        sitting.on_date,
        HalfDay(sitting.half_day),
        sitting.minutes,
        sitting.module,
        sitting.venue,
        sitting.commune_id,
        sitting.trainer,
    )


def _fill(sitting: Sitting, plan: SittingPlan) -> None:
    sitting.on_date, sitting.half_day, sitting.minutes = plan.on_date, plan.half_day, plan.minutes
    sitting.module, sitting.trainer = plan.module, plan.trainer
    sitting.venue, sitting.venue_key = plan.venue or None, plan.venue_key
    sitting.commune_id = plan.commune_id


def _shown(plan: SittingPlan) -> dict[str, Any]:
    return {
        "on_date": plan.on_date,
        "half_day": plan.half_day,
        "minutes": plan.minutes,
        "module": plan.module.code if plan.module else None,
        "venue": plan.venue or None,
        "commune_id": plan.commune_id,
        "trainer": plan.trainer.name if plan.trainer else None,
    }


def _told(plan: SittingPlan) -> dict[str, Any]:
    """As `_shown`, for the journal, which keeps no names of persons (RULES D3): the trainer's number."""
    return {**_shown(plan), "trainer": plan.trainer.id if plan.trainer else None}


def _twice(plan: SittingPlan) -> str:
    day, half = format_date(plan.on_date), plan.half_day.label
    return _("Le %(day)s (%(half)s) figure deux fois.", day=day, half=half)


def _marked(plan: SittingPlan) -> str:
    return _("Des présences sont saisies le %(day)s : effacez-les d'abord.", day=format_date(plan.on_date))
