"""The journal's lines as its page shows them, each with the door to its record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app, g, url_for

from programme.base.access import Permission as P
from programme.base.journal import JournalEntry
from programme.base.told import Told
from programme.journal import names

DOORS = {
    "account": ("programme.accounts.edit", "account_id", P.ACCOUNT_WRITE),
    "agreement": ("partnerships.agreements.show", "agreement_id", P.AGREEMENT_READ),
    "association": ("regions.associations.show", "association_id", P.ASSOCIATION_READ),
    "cohort": ("cohorts.enrolment.show", "cohort_id", P.COHORT_READ),
    "organisation": ("partnerships.organisations.show", "organisation_id", P.AGREEMENT_READ),
    "person": ("cohorts.people.show", "person_id", P.TRAINEE_READ),
    "personal_request": ("programme.privacy.show", "request_id", P.REQUEST_READ),
    "regional_programme": ("regions.programmes.show", "regional_programme_id", P.PROGRAMME_READ),
    "session": ("cohorts.sessions.show", "session_id", P.SESSION_READ),
    "transfer_activity": ("cohorts.transfer.show", "activity_id", P.TRANSFER_READ),
}
"""By subject: the page of its record, that page's parameter, and the right that opens it."""


names.fill()


def lines(entries: Iterable[JournalEntry]) -> list[Told]:
    """The entries, in the same order."""
    return [Told(one.sentence, one.who, one.at, one.changes, _door(one), one.subject_id) for one in entries]


def _door(entry: JournalEntry) -> str | None:
    endpoint, parameter, permission = DOORS.get(entry.subject_type, ("", "", None))
    if permission is None or entry.subject_id is None or not g.actor.may(permission):
        return None
    values: dict[str, Any] = {parameter: entry.subject_id}
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
