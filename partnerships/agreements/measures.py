"""Figures of agreements, and which of them carries an activity on a day (RULES C3, P1)."""

from __future__ import annotations

from collections.abc import Iterable

from partnerships.agreements import queries
from partnerships.agreements.period import EFFECTIVE, effective_period
from programme.base import carriage, clock
from programme.base.access import Scope
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Measure, Moment, register


def carried(references: Iterable[str]) -> dict[str, carriage.Carriage]:
    """The agreements recorded under these references, with their effective period."""
    found = {}
    for agreement in queries.by_reference(references):
        start, end = effective_period(agreement) or (None, None)
        found[agreement.reference] = carriage.Carriage(
            agreement.reference, agreement.title_ar, agreement.title_fr, start, end
        )
    return found


def offered(scope: Scope) -> list[carriage.Carriage]:
    """The agreements in scope that are not over, by reference, with their effective period."""
    found = carried(queries.references_running(scope))
    return [found[reference] for reference in sorted(found)]


def signed(scope: Scope, moment: Moment) -> list[int]:
    """Ids of the agreements that every party had signed by `as_at`."""
    return [
        row.id
        for row in queries.facts(scope, clock.end_of_day(moment.known_on))
        if row.parties and row.signed == row.parties and row.last <= moment.as_at
    ]


def in_force(scope: Scope, moment: Moment) -> list[int]:
    """Ids of the agreements in effect on `as_at`."""
    return [
        row.id
        for row in queries.facts(scope, clock.end_of_day(moment.known_on))
        if row.state in EFFECTIVE
        and row.parties
        and row.signed == row.parties
        and max(row.last, row.starts_on) <= moment.as_at <= min(row.ends_on, row.ended_on or row.ends_on)
    ]


carriage.provide(carried, offered)
register(
    Measure(
        "agreements_signed",
        _l("Conventions signées"),
        _l("conventions"),
        _l("Conventions que toutes les parties avaient signées à la date."),
        ids=signed,
    )
)
register(
    Measure(
        "agreements_in_force",
        _l("Conventions en vigueur"),
        _l("conventions"),
        _l(
            "Conventions dont la période d'effet, de la dernière signature à l'échéance, contient la date ; "
            "les suspendues n'en sont pas."
        ),
        ids=in_force,
    )
)
