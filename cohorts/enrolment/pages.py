"""What the pages of cohorts are made of: chips, tabs, next moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, g, url_for

from cohorts.enrolment import queries, rules
from cohorts.enrolment.models import COHORT_MOVES, OVER, Cohort, CohortState, Enrolment, Seat
from programme.base import clock, panels
from programme.base.access import Permission, Role
from programme.base.carriage import carriage_of
from programme.base.journal import FIELDS, JournalEntry
from programme.base.language import gettext as _
from programme.base.states import Tone, moves_from
from programme.base.told import Told
from regions.associations.models import Association
from regions.associations.queries import Filters, associations, some
from regions.geography.models import Region

OFFERED = 25
"""Associations to choose from at a time."""


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


def is_representative() -> bool:
    """Whether the reader speaks for an association: proposes, and others confirm."""
    return g.actor.role is Role.ASSOCIATION_REPRESENTATIVE


def may_seat(cohort: Cohort) -> bool:
    """Whether the reader may give seats in this cohort."""
    return (
        g.actor.may(Permission.TRAINEE_WRITE)
        and not is_representative()
        and cohort.state is not CohortState.CLOSED
        and queries.runs_whole_cohort(g.scope, cohort)
    )


def candidates(cohort: Cohort, text: str) -> Sequence[Association]:
    """The region's associations that fit a search; without one, the first by name that have no seat here yet."""
    filters = Filters(q=text, region_id=cohort.region_id)
    if filters.terms():
        return some(g.scope, filters, limit=OFFERED)
    seated = {one.association_id for one in queries.seats(g.scope, cohort)}
    rows = associations(g.scope, filters, size=OFFERED + len(seated)).rows
    return [one for one in rows if one.id not in seated][:OFFERED]


def may_enrol(cohort: Cohort) -> bool:
    """Whether the reader may name persons in the seats they see."""
    return g.actor.may(Permission.TRAINEE_WRITE) and cohort.state is not CohortState.CLOSED


def told(entries: Sequence[JournalEntry], seats: Sequence[Seat]) -> list[Told]:
    """The history of a cohort, where a seat is given to an association by its name."""
    names = {seat.association_id: seat.association.name for seat in seats}
    field = str(FIELDS.get("association_id"))
    return [
        Told(
            one.sentence,
            one.who,
            one.at,
            [
                (label, *(names.get(value, value) if label == field else value for value in (before, after)))
                for label, before, after in one.changes
            ],
        )
        for one in entries
    ]


def exports(cohort: Cohort) -> list[dict[str, str]]:
    """The cohort's list as a report, where the reports are there and the reader may open them."""
    if "reports.download" not in current_app.view_functions or not g.actor.may(Permission.REPORT_PERSONAL):
        return []
    asked: dict[str, Any] = {"name": "cohort", "cohort": cohort.code}
    screen = {"label": _("À l'écran"), "href": url_for("reports.show", **asked)}
    kinds = (("pdf", "PDF"), ("xlsx", "Excel"))
    files = [{"label": one, "href": url_for("reports.download", kind=kind, **asked)} for kind, one in kinds]
    return [screen, *files]


def chips(
    regions: Sequence[Region], counts: Mapping[CohortState, int], asked: Mapping[str, str]
) -> list[Link]:
    """States with their counts, then regions where there are several, or where one is asked for."""
    found = [_chip(asked, "state", s.value, str(s.label), counts.get(s, 0)) for s in CohortState]
    if asked.get("state") == OVER:
        found.append(_chip(asked, "state", OVER, _("Période échue : à clore"), None))
    if len(regions) > 1 or asked.get("region"):
        found += [_chip(asked, "region", one.code, str(one.name), None) for one in regions]
    return found


def _chip(asked: Mapping[str, str], key: str, value: str, label: str, count: int | None) -> Link:
    is_on = asked.get(key) == value
    kept: dict[str, Any] = {**asked, key: None if is_on else value}
    return Link(label, url_for("cohorts.enrolment.index", **kept), is_on, count)


def tabs(cohort: Cohort, chosen: str) -> list[Link]:
    """The tabs of a cohort: our own, then those that upper rooms registered."""
    own = [("show", _("Tableau")), ("roster", _("Bénéficiaires"))]
    if queries.runs_whole_cohort(g.scope, cohort):
        own.append(("history", _("Historique")))
    found = [
        Link(label, url_for(f"cohorts.enrolment.{name}", cohort_id=cohort.id), name == chosen)
        for name, label in own
    ]
    for panel in reversed(panels.panels("cohort", g.actor)):
        if panel.endpoint in current_app.view_functions:
            href = url_for(panel.endpoint, cohort_id=cohort.id)
            found.insert(2, Link(str(panel.label), href, panel.name == chosen))
    return found


def moves(cohort: Cohort) -> list[Button]:
    """What the reader may do next with a cohort; the main step first: to fill its seats, or to close it once over."""
    found, is_over = [], cohort.is_over(clock.today())
    if may_seat(cohort):
        is_open = not is_over and queries.seats_given(cohort.id)[0] < cohort.seats_target
        href = url_for("cohorts.enrolment.give_seat", cohort_id=cohort.id)
        found.append(Button(_("Attribuer un siège"), href, main=is_open, method="get"))
    for name, step in moves_from(COHORT_MOVES, cohort.state, g.actor).items():
        href = url_for("cohorts.enrolment.move", cohort_id=cohort.id, name=name)
        method = "get" if step.needs_reason else "post"
        is_main = name == "close" and is_over
        found.append(Button(str(step.label), href, main=is_main, method=method, confirm=str(step.confirm)))
    if g.actor.may(Permission.COHORT_WRITE):
        href = url_for("cohorts.enrolment.edit", cohort_id=cohort.id)
        found.append(Button(_("Modifier"), href, method="get"))
    return sorted(found, key=lambda one: not one.main)


def steps(enrolment: Enrolment, only: str | None = None) -> list[Button]:
    """What the reader may do next with an enrolment: confirm, substitute, withdraw; or the one named."""
    if enrolment.cohort.state is CohortState.CLOSED:
        return []
    moves_ = rules.moves_for(enrolment, g.actor)
    found = []
    if "confirm" in moves_:
        href = url_for("cohorts.enrolment.confirm", enrolment_id=enrolment.id)
        found.append(Button(str(moves_["confirm"].label), href, main=True))
    if "withdraw" in moves_ and only in {None, "withdraw"}:
        substitute = url_for("cohorts.enrolment.substitute", enrolment_id=enrolment.id)
        withdraw = url_for("cohorts.enrolment.withdraw", enrolment_id=enrolment.id)
        found.append(Button(_("Remplacer"), substitute, method="get"))
        found.append(Button(str(moves_["withdraw"].label), withdraw, method="get", tone=Tone.RED.value))
    return found


def tell_unknown_agreement(cohort: Cohort) -> None:
    """Say that the agreement a cohort names is not recorded yet: sessions would stand without a period (C3)."""
    if carriage_of(cohort.agreement) is None:
        message = _(
            "Aucune convention enregistrée ne porte la référence « %(reference)s » : enregistrez-la avant de "
            "planifier des sessions.",
            reference=cohort.agreement,
        )
        flash(message, "warning")
