"""Where and when a sitting may be: agreement, programme, region, trainer and room (RULES C3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, CohortState
from cohorts.sessions.models import HalfDay, Trainer
from cohorts.sessions.queries.agenda import Agenda, Booking, agenda_of, room_of
from cohorts.sessions.queries.places import regions_of_communes
from programme.base import calendar
from programme.base.access import Actor, Role
from programme.base.carriage import Carriage, carriage_of
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.language import format_date, format_period
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from regions.programmes.models import ProgrammeState

OVERRIDING = frozenset({Role.MINISTRY_OFFICER, Role.REGIONAL_OFFICER, None})
"""Who may place a sitting outside the agreement's period; None is the operator at the command line."""
AGENDA_LOCK = 0x5E55
"""First key of the advisory locks on days of the agenda; the second is the day's ordinal."""
ATTENDANCE_LOCK = 0x5E56
"""The same for marks: nobody else says who was where on these days."""
STOPPED = frozenset({ProgrammeState.CLOSED, ProgrammeState.POSTPONED})


@dataclass(frozen=True, slots=True)
class SittingPlan:
    """One half-day as it is planned. `minutes` is its length; the rest may be open."""

    on_date: dt.date
    half_day: HalfDay
    minutes: int
    module: Module | None = None
    venue: str | None = None
    commune_id: int | None = None
    trainer: Trainer | None = None

    @property
    def slot(self) -> tuple[dt.date, HalfDay]:
        return self.on_date, self.half_day

    @property
    def venue_key(self) -> str | None:
        return fold(self.venue)[:200] or None if self.venue else None


def hold_days(days: Iterable[dt.date], key: int = AGENDA_LOCK) -> None:
    """Let nobody else plan, or with `ATTENDANCE_LOCK` mark, on these days before this transaction ends.

    Taken in order, against deadlock; the rows of sessions are locked before them.
    """
    numbers = sorted({one.toordinal() for one in days})
    if numbers and db.engine.dialect.name == "postgresql":
        held = sa.select(sa.func.unnest(sa.cast(numbers, ARRAY(sa.Integer))).label("day")).subquery()
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key, held.c.day)))


@dataclass(slots=True)
class Ground:
    """What a plan is checked against, read once for many sittings (an import has thousands)."""

    agenda: Agenda
    carried: dict[str, Carriage | None] = field(default_factory=dict)
    communes: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, days: Sequence[dt.date], commune_ids: Sequence[int] = ()) -> Ground:
        """Read the agenda of these days and the regions of these communes: two statements.

        On PostgreSQL the days are held until the transaction ends: of two who plan at once the second reads
        what the first booked. SQLite lets one writing request in at a time.
        """
        hold_days(days)
        return cls(agenda_of(days), communes=regions_of_communes(commune_ids))

    def carriage(self, reference: str) -> Carriage | None:
        if reference not in self.carried:
            self.carried[reference] = carriage_of(reference)
        return self.carried[reference]


def check_cohort(cohort: Cohort) -> None:
    """Refuse a closed cohort, and a regional programme that is closed or postponed."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("Cette cohorte est close."), "cohort", code="closed")
    state = cohort.regional_programme.state
    if state in STOPPED:
        message = _("La déclinaison régionale est dans l'état « %(state)s ».", state=state.label)
        raise Refused(message, "cohort", code="closed")


def check_sitting(
    actor: Actor,
    cohort: Cohort,
    session_id: int,
    code: str,
    plan: SittingPlan,
    ground: Ground,
    override_reason: str | None,
) -> None:
    """Refuse a sitting that RULES C3 does not allow, naming the field that is wrong."""
    if not 0 < plan.minutes <= 720:
        raise Refused(_("La durée d'une séance va de quelques minutes à 12 heures."), "hours", code="minutes")
    _check_period(actor, cohort, plan.on_date, ground, override_reason)
    if plan.commune_id is not None and ground.communes.get(plan.commune_id) != cohort.region_id:
        raise Refused(_("Cette commune n'est pas dans la région de la cohorte."), "commune_code", code="C3")
    clash = ground.agenda.clash(booking(cohort, session_id, code, plan))
    if clash is None:
        return
    what, other = clash
    day, half = f"{format_date(plan.on_date)}", plan.half_day.label
    if what == "trainer":
        assert plan.trainer is not None
        message = _(
            "%(name)s donne déjà la session %(code)s le %(day)s (%(half)s).",
            name=plan.trainer.name, code=other.code, day=day, half=half,
        )  # fmt: skip
    else:
        message = _(
            "Le lieu est déjà pris par la session %(code)s le %(day)s (%(half)s).",
            code=other.code, day=day, half=half,
        )  # fmt: skip
    raise Refused(message, what, code="C3")


def booking(cohort: Cohort, session_id: int, code: str, plan: SittingPlan) -> Booking:
    """The plan as the agenda keeps it."""
    room = room_of(plan.venue_key, plan.commune_id, cohort.region_id)
    return Booking(session_id, code, plan.slot, plan.trainer.id if plan.trainer else None, room)


def _check_period(
    actor: Actor, cohort: Cohort, day: dt.date, ground: Ground, override_reason: str | None
) -> None:
    carried = ground.carriage(cohort.agreement)
    if carried is None or carried.covers(day):
        return
    if (override_reason or "").strip():
        if actor.role in OVERRIDING:
            return
        raise Refused(
            _("Seul un responsable du ministère ou de la région peut passer outre."),
            "override_reason",
            code="C3",
        )
    raise Refused(_outside(carried, day), "date", code="C3")


def _outside(carried: Carriage, day: dt.date) -> str:
    if carried.starts_on is None:
        return _(
            "La convention %(reference)s n'est pas en vigueur : le %(day)s n'est pas couvert.",
            reference=carried.reference, day=format_date(day),
        )  # fmt: skip
    return _(
        "Le %(day)s est hors de la période de la convention %(reference)s (%(period)s).",
        day=format_date(day),
        reference=carried.reference,
        period=format_period(carried.starts_on, carried.ends_on),
    )


def warnings_of(cohort: Cohort, plans: Sequence[SittingPlan]) -> list[str]:
    """What to tell whoever plans these sittings, each once; nothing here refuses them (RULES C3)."""
    found = []
    if carriage_of(cohort.agreement) is None:
        found.append(not_recorded(cohort.agreement))
    for plan in plans:
        found += day_warnings(plan)
    return list(dict.fromkeys(found))


def not_recorded(reference: str) -> str:
    """The warning on an agreement that may be recorded later (WORKBOOKS.md)."""
    return _(
        "La convention %(reference)s n'est pas encore enregistrée : sa période n'a pas été vérifiée.",
        reference=reference,
    )


def day_warnings(plan: SittingPlan) -> list[str]:
    """Holidays, Ramadan and Friday noon for one sitting."""
    day = format_date(plan.on_date)
    told = calendar.warnings_for(plan.on_date, plan.half_day.value)
    return [_("%(day)s : %(text)s", day=day, text=text) for text in told]
