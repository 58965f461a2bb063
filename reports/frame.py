"""What every report carries: reference, facts under the title, the demonstration's label, the address of itself."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from programme.base import clock, measures
from programme.base.access import Scope
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.measures import Moment
from regions.geography import queries as geography
from regions.programmes.queries import is_demonstration
from reports import queries
from reports.definition import Choice, Document, Query, Report, Section

NARROWING = (Choice.SEARCH, Choice.PROVINCE, Choice.SEX, Choice.HELD, Choice.COMPLETED)
"""Filters that a list takes as they stand in the address."""


def moment_of(query: Query) -> Moment:
    """The query's two dates as a moment."""
    return Moment(query.as_at, query.known_on)


def narrowed(scope: Scope, query: Query) -> Scope:
    """The scope of the region asked for; the whole of it where none was."""
    region = geography.get_region(scope, query.region) if query.region else None
    return scope.narrowed(region.id) if region else scope


TOTALS = frozenset({"progress"})
"""Reports of totals, which partners and implementers read for their whole territory (MISSION, who uses it)."""


def parameters(report: Report, query: Query) -> dict[str, str]:
    """The filters that make this report again, as address parameters."""
    asked = {
        Choice.REGION: query.region,
        Choice.COHORT: query.cohort,
        Choice.SESSION: query.session,
        Choice.AS_AT: query.as_at.isoformat(),
        Choice.KNOWN_ON: query.known_on.isoformat(),
        **{one: query.values.get(one.value) for one in NARROWING},
    }
    return {choice.value: value for choice, value in asked.items() if value and choice in report.filters}


def reference_of(report: Report, query: Query) -> str:
    """A short reference that the same report with the same filters always has."""
    text = report.name + "?" + urlencode(parameters(report, query))
    seal = hashlib.sha256(text.encode()).hexdigest()[:6].upper()
    place = query.region or query.cohort or query.session or "MA"
    return f"{report.name[:3].upper()}-{place}-{query.as_at:%Y%m%d}-{seal}"


def facts_of(scope: Scope, report: Report, query: Query) -> tuple[tuple[str, str], ...]:
    """Region, as-at and known-on dates, as label and value."""
    facts: list[tuple[str, str]] = []
    if Choice.REGION in report.filters:
        facts.append((_("Région"), _place(scope, report, query)))
    facts += dated(report, query)
    if Choice.KNOWN_ON in report.filters and query.known_on != clock.today():
        facts.append((_("Connue le"), format_date(query.known_on)))
    return tuple(facts)


def _place(scope: Scope, report: Report, query: Query) -> str:
    """The region asked for, the only one whose totals the reader meets, or the words for all of them.

    A list of who serves no whole region holds their own part of it: it is not headed by the region's name.
    """
    if query.region and (region := geography.get_region(scope, query.region)):
        return str(region.name)
    regions = geography.regions(scope)
    if len(regions) == 1 and report.name in TOTALS:
        return str(regions[0].name)
    return _("Toutes les régions du périmètre")


def silent(query: Query) -> frozenset[str]:
    """The columns that say one thing in every row of a list: its region, where the list is of one."""
    return frozenset({"region"}) if query.region else frozenset()


def dated(report: Report, query: Query) -> list[tuple[str, str]]:
    """The day whose situation a report shows; a report that cannot look back shows today's."""
    day = query.as_at if Choice.AS_AT in report.filters else clock.today()
    return [(_("Situation au"), format_date(day))]


def defined(code: str) -> str:
    """What the measure `code` counts, in the reader's language."""
    return str(measures.measure(code).definition)


def document(
    scope: Scope, report: Report, query: Query, sections: tuple[Section, ...], **more: Any
) -> Document:
    """A document with the frame filled in; `more` overrides or adds fields."""
    fields: dict[str, Any] = {
        "name": report.name,
        "title": str(report.title),
        "reference": reference_of(report, query),
        "as_at": query.as_at,
        "made_at": clock.now(),
        "sections": sections,
        "facts": facts_of(scope, report, query),
        "demonstration": is_demonstration(),
        "head": queries.head(),
        "verify_url": f"/reports/{report.name}?{urlencode(parameters(report, query))}",
    }
    return Document(**{**fields, **more})
