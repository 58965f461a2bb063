"""The persons of a cohort seat by seat: filtered by state, ten seats a page, all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from cohorts.enrolment.models import Cohort, Enrolment, EnrolmentState, Seat
from cohorts.enrolment.pages import Link
from programme.base.asked import asked_number
from programme.base.language import gettext as _
from programme.base.language import ngettext

SEATS = 10
"""Seats a page: none is cut in two."""


def roster_of(cohort: Cohort, every: Sequence[Enrolment], asked: Mapping[str, str]) -> dict[str, Any]:
    """One page of the enrolments `every`, which come by seat, as the address asks."""
    state = next((one for one in EnrolmentState if one == asked.get("state")), None)
    rows = [one for one in every if state in (None, one.state)]
    groups: list[tuple[Seat, list[Enrolment]]] = [
        (members[0].seat, members)
        for _key, one_seat in groupby(rows, lambda one: one.seat_id)
        if (members := list(one_seat))
    ]
    last = max(-(-len(groups) // SEATS), 1)
    number = min(asked_number(asked, "page") or 1, last)

    def at(page: int) -> str:
        kept: dict[str, Any] = {"state": state.value if state else None, "page": page if page > 1 else None}
        return url_for("cohorts.enrolment.roster", cohort_id=cohort.id, **kept)

    return {
        "groups": groups[(number - 1) * SEATS : number * SEATS],
        "sentence": _sentence(rows, state),
        "chips": _chips(cohort, every, state),
        "clear": url_for("cohorts.enrolment.roster", cohort_id=cohort.id) if state else None,
        "newer": at(number - 1) if number > 1 else None,
        "older": at(number + 1) if number < last else None,
        "where": _("page %(number)s sur %(last)s", number=number, last=last),
    }


def _sentence(rows: Sequence[Enrolment], state: EnrolmentState | None) -> str:
    said = ngettext("%(num)s inscription", "%(num)s inscriptions", len(rows))
    withdrawn = sum(one.state is EnrolmentState.WITHDRAWN for one in rows)
    if state is not None or not withdrawn:
        return said
    return ngettext("%(all)s, dont %(num)s retirée", "%(all)s, dont %(num)s retirées", withdrawn, all=said)


def _chips(cohort: Cohort, every: Sequence[Enrolment], state: EnrolmentState | None) -> list[Link]:
    """The states that somebody is in, with their counts."""
    found = []
    for one in EnrolmentState:
        count = sum(enrolment.state is one for enrolment in every)
        if count or one is state:
            asked = None if one is state else one.value
            href = url_for("cohorts.enrolment.roster", cohort_id=cohort.id, state=asked)
            found.append(Link(str(one.label), href, one is state, count))
    return found
