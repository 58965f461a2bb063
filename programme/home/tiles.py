"""The tiles of home and region pages: a figure, its target, its change, its definition and its list."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, url_for

from partnerships.agreements import queries as agreements
from partnerships.agreements.measures import in_force
from partnerships.agreements.models import AgreementState
from programme.base.access import Actor, Permission, Scope
from programme.base.language import format_number
from programme.base.language import gettext as _
from programme.base.measures import Moment, measures
from programme.base.remembering import remembered, within
from programme.home.asked import Asked
from reports.progress import Totals

OVER = frozenset({AgreementState.CANCELLED, AgreementState.TERMINATED, AgreementState.CLOSED})
"""States after which nothing is expected of an agreement."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure as the macro takes it; `href` None where the reader may not open the list."""

    label: str
    value: int
    target: int | None = None
    change: int | None = None
    href: str | None = None
    definition: str | None = None
    unit: str | None = None
    whole: str | None = None
    """What `target` is called where it is no target: « du total »."""


def definition_of(code: str) -> str | None:
    """What a measure counts, in words; None where no room registered it."""
    return next((str(one.definition) for one in measures() if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Doors:
    """The list behind each figure at a moment, for whoever may open it; `region` is an HCP code."""

    actor: Actor
    asked: Asked
    region: str | None = None

    def associations(self) -> str | None:
        return self._open(Permission.REPORT_PERSONAL, "/reports/enrolled-associations")

    def trainees(self, *, completed: bool = False) -> str | None:
        return self._open(
            Permission.REPORT_PERSONAL, "/reports/trainees", completed="1" if completed else None
        )

    def reached(self, province: str | None = None, kind: str | None = None) -> str | None:
        return self._open(Permission.REACHED_READ, "/reached", province=province, kind=kind)

    def pending(self) -> str | None:
        return self._open(Permission.REACHED_READ, "/reports/pending-associations")

    def sessions(self) -> str | None:
        return self._open(Permission.SESSION_READ, "/reports/sessions", held="1")

    def agreements(self) -> str | None:
        """The register tells states of today only: no door where another day is asked for."""
        if self.asked.is_past or not self.actor.may(Permission.AGREEMENT_READ):
            return None
        return self.asked.page("/agreements", state="in_force", region=self.region)

    def _open(self, permission: Permission, path: str, **more: str | None) -> str | None:
        return self.asked.list(path, region=self.region, **more) if self.actor.may(permission) else None


def door(endpoint: str, permission: Permission, **values: object) -> str | None:
    """The address of a record's page for whoever may open it; None for others, or where no room has the page."""
    if not g.actor.may(permission) or endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def figures(now: Totals, before: Totals, doors: Doors) -> list[Tile]:
    """Associations in cohorts, trainees and reached associations against their targets."""
    return [
        Tile(
            _("Associations inscrites"),
            now.associations_enrolled,
            now.associations_target or None,
            now.associations_enrolled - before.associations_enrolled,
            doors.associations(),
            definition_of("associations_enrolled"),
        ),
        Tile(
            _("Bénéficiaires inscrits"),
            now.trainees_enrolled,
            now.trainees_target or None,
            now.trainees_enrolled - before.trainees_enrolled,
            doors.trainees(),
            definition_of("trainees_enrolled"),
        ),
        Tile(
            _("Associations atteintes"),
            now.reached,
            now.reach_target or None,
            now.reached - before.reached,
            doors.reached(),
            definition_of("reached"),
            _range(now),
        ),
    ]


def _range(now: Totals) -> str | None:
    if now.reached_min == now.reached_max:
        return None
    low, high = format_number(now.reached_min), format_number(now.reached_max)
    return _("fourchette : de %(low)s à %(high)s", low=low, high=high)


def _in_force(
    scope: Scope, region_id: int | None, moments: tuple[Moment, Moment]
) -> tuple[dict[AgreementState, int], int, int]:
    """Agreements by state, and how many are in force at each of two moments; four statements."""
    filters = agreements.Filters(region_id=region_id)
    by_state = agreements.count_by_state(scope, filters)
    here = None if region_id is None else {one.id for one in agreements.agreements(scope, filters)}
    now, before = (
        len([one for one in in_force(scope, moment) if here is None or one in here]) for moment in moments
    )
    return by_state, now, before


def agreements_tile(scope: Scope, doors: Doors, region_id: int | None = None) -> Tile:
    """Agreements in force, of all that are neither abandoned, terminated nor closed; found once until the next fact."""
    moments = (doors.asked.moment, doors.asked.before)
    key = ("agreements in force", scope, region_id, moments)
    by_state, now, before = remembered(key, lambda: _in_force(scope, region_id, moments), within(scope))
    return Tile(
        _("Conventions en vigueur"),
        now,
        sum(number for state, number in by_state.items() if state not in OVER) or None,
        now - before,
        # The register lists states: only where that is as many rows does it stand behind the figure.
        doors.agreements() if by_state.get(AgreementState.IN_FORCE, 0) == now else None,
        definition_of("agreements_in_force"),
        whole=_("du total"),
    )
