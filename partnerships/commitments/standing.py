"""Where a commitment stands: computed from what is logged or archived, typed by nobody (RULES P3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from partnerships.agreements.models import Agreement, AgreementState, Commitment, CommitmentState
from partnerships.agreements.period import effective_period
from partnerships.commitments.queries import carried_references
from programme.base import clock
from programme.base.access import Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.measures import Measure, Moment, measures
from programme.base.remembering import together
from regions.geography.queries import region_ids

OWN = ("agreements_", "commitments_")
"""Figures of this room: a commitment measured by commitments would measure itself."""
NEAR = dt.timedelta(days=60)
"""From so long before its due day a commitment that is not kept yet is marked."""
UNDER_WAY = frozenset({CommitmentState.RUNNING, CommitmentState.ON_COURSE})
"""States before the due day of what is not kept yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """State and figures of one commitment.

    `used` and `remaining` are None where no measure reads it, and while its agreement has no effect.
    """

    state: CommitmentState
    total: int | None = None
    used: int | None = None
    note: str = ""
    is_near: bool = False
    """The note warns that the due day is close."""

    @property
    def remaining(self) -> int | None:
        """What is still owed of the quantity, never below 0."""
        if self.total is None or self.used is None:
            return None
        return max(self.total - self.used, 0)


def measurable() -> dict[str, Measure]:
    """The measures that a commitment may be read by, by code: those that count a list."""
    return {one.code: one for one in measures() if one.ids is not None and not one.code.startswith(OWN)}


def reading(measure: Measure, scope: Scope, moment: Moment) -> int:
    """The figure of a measure, found anew when a fact changed where it counts (programme.base.remembering)."""
    key = ("reading", measure.code, scope, moment)
    regions = scope.regions if scope.regions and not scope.agreements else region_ids()
    return together(key, regions, lambda: measure.value(scope, moment))


@dataclass(slots=True)
class Readings:
    """Values of measures by what is read and day, each read once."""

    known_on: dt.date
    carried: Mapping[int, frozenset[str]]
    """By agreement the references that its cohorts name."""
    _known: dict[tuple[str, Scope, dt.date], int | None] = field(default_factory=dict)

    def value(self, code: str, agreement: Agreement, day: dt.date) -> int | None:
        """The figure as at `day`; None where no room registers it any more.

        Of the cohorts that the agreement and those below it carry, where it carries any and the measure can
        tell them apart; else of its region, or of the country.
        """
        measure = measurable().get(code)
        if measure is None:
            return None
        place = (code, self._scope(measure, agreement), day)
        if place not in self._known:
            self._known[place] = reading(measure, place[1], Moment(day, self.known_on))
        return self._known[place]

    def _scope(self, measure: Measure, agreement: Agreement) -> Scope:
        own = self.carried.get(agreement.id) if measure.by_agreement else None
        if own:
            return Scope(agreements=own)
        if agreement.region_id is None:
            return Scope.country()
        return Scope(regions=frozenset({agreement.region_id}))


def standings(commitments: Iterable[Commitment], moment: Moment | None = None) -> dict[int, Standing]:
    """Each commitment's standing by id, at a moment (now by default).

    Kept: the measure reaches the quantity, or evidence is archived. Otherwise, until the due day, on course
    where the measure shows at least what the straight path to the quantity asks, else running; late while
    the agreement still runs, breached after; to come while the agreement has no effect.
    Parties and agreement must be loaded: one reading per measure, agreement or region, and day.
    """
    at = moment or Moment(clock.today(), clock.today())
    found = list(commitments)
    is_measured = any(one.measure is not None for one in found)
    readings = Readings(at.known_on, carried_references() if is_measured else {})
    return {one.id: _standing(one, at, readings) for one in found}


def _standing(one: Commitment, at: Moment, readings: Readings) -> Standing:
    agreement = one.agreement
    period = effective_period(agreement)
    if period is None or at.as_at < period[0]:
        return Standing(CommitmentState.PENDING, one.quantity)
    last = min(at.as_at, max(period[1], one.due_on))
    if one.measure is None:
        total, used, is_kept, was_late = None, None, *_by_evidence(one, at)
    else:
        total, used = one.quantity, readings.value(one.measure, agreement, last)
        is_kept = _reached(total, used)
        was_late = (
            is_kept
            and one.due_on < last
            and not _reached(total, readings.value(one.measure, agreement, one.due_on))
        )
    if is_kept:
        return Standing(CommitmentState.KEPT, total, used, _("après l'échéance") if was_late else "")
    state = _unkept(agreement, one.due_on, period[1], at.as_at)
    if state is CommitmentState.RUNNING and _is_on_path(total, used, period[0], one.due_on, at.as_at):
        state = CommitmentState.ON_COURSE
    is_near = state in UNDER_WAY and one.due_on - at.as_at <= NEAR
    return Standing(state, total, used, _near((one.due_on - at.as_at).days) if is_near else "", is_near)


def _near(days: int) -> str:
    if days == 0:
        return _("échéance aujourd'hui")
    return ngettext("échéance dans %(num)s jour", "échéance dans %(num)s jours", days)


def _by_evidence(one: Commitment, at: Moment) -> tuple[bool, bool]:
    """(kept, kept after the due day) by the archived evidence."""
    if one.kept_on is None or one.evidence is None or one.kept_on > at.as_at:
        return False, False
    return one.evidence.added_at <= clock.end_of_day(at.known_on), one.kept_on > one.due_on


def _reached(total: int | None, used: int | None) -> bool:
    return total is not None and used is not None and used >= total


def _is_on_path(total: int | None, used: int | None, start: dt.date, due_on: dt.date, day: dt.date) -> bool:
    """Whether as much is done as a straight path from the first day of effect to the due day asks by `day`."""
    if total is None or used is None or day >= due_on:
        return False
    return used * (due_on - start).days >= total * (day - start).days


def _unkept(agreement: Agreement, due_on: dt.date, end: dt.date, today: dt.date) -> CommitmentState:
    if today <= due_on and agreement.state is not AgreementState.TERMINATED:
        return CommitmentState.RUNNING
    runs = today <= end or agreement.state is AgreementState.SUSPENDED
    return CommitmentState.LATE if runs else CommitmentState.BREACHED
