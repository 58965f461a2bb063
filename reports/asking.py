"""From what a reader asked (address or command line) to a checked `Query`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from programme.base import clock
from programme.base.access import Scope
from programme.base.cleaning import Unclean, parse_day
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from regions.geography import queries as geography
from reports.definition import Choice, Query, Report


def _day(text: str | None, field: str) -> dt.date:
    if not text:
        return clock.today()
    try:
        return parse_day(text) or clock.today()
    except Unclean as unclean:
        message = _("« %(value)s » n'est pas une date : écrivez-la 2025-07-31.", value=text)
        raise Refused(message, field, status=422) from unclean


def _own_region(scope: Scope) -> str | None:
    """The region of a scope that is one region and nothing else: its reports are that region's, reference too."""
    beside = scope.territory or scope.agreements or scope.organisations or scope.associations
    if scope.regions is None or len(scope.regions) != 1 or beside:
        return None
    return next((one.code for one in geography.regions(scope)), None)


def query_of(scope: Scope, report: Report, asked: Mapping[str, str | None]) -> Query:
    """The query, or `Refused` (422) naming the filter that is wrong; a region outside the scope is 404."""
    given = {key: (value or "").strip() or None for key, value in asked.items()}
    region = given.get("region") if Choice.REGION in report.filters else None
    if region is not None and geography.get_region(scope, region) is None:
        raise Refused(_("Région inconnue : %(code)s.", code=region), "region", status=404)
    if region is None and Choice.REGION in report.filters:
        region = _own_region(scope)
    for choice, label in ((Choice.COHORT, _("Cohorte")), (Choice.SESSION, _("Session"))):
        only = len(report.filters) and report.filters[0] is choice
        if only and not given.get(choice.value):
            raise Refused(_("Ce rapport demande un code : %(what)s.", what=label), choice.value, status=422)
    return Query(
        as_at=_day(given.get("as_at"), "as_at"),
        known_on=_day(given.get("known_on"), "known_on"),
        region=region,
        cohort=given.get("cohort"),
        session=given.get("session"),
        values={key: value for key, value in given.items() if value},
    )
