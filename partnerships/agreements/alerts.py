"""What calls for action on an agreement: unsigned, ready for force, ending within 60 days, past its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from partnerships.agreements import queries
from partnerships.agreements.models import Agreement, AgreementState, Party
from programme.base import clock
from programme.base.access import Scope
from programme.base.language import format_date, ngettext
from programme.base.language import gettext as _
from programme.base.states import Tone

WINDOW = dt.timedelta(days=60)
UNSIGNED, READY, ENDING, PAST = "unsigned", "ready", "ending", "past"
RUNNING = (AgreementState.IN_FORCE, AgreementState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to do about one agreement; `missing` are the parties that have not signed."""

    kind: str
    agreement: Agreement
    text: str
    tone: Tone
    missing: tuple[Party, ...] = ()
    due_on: dt.date | None = None

    @property
    def in_sentence(self) -> str:
        """The text as it follows a colon."""
        return self.text[:1].lower() + self.text[1:]


def alert_of(agreement: Agreement, today: dt.date) -> Alert | None:
    """The alert of an agreement on a day, None where all is well; its parties must be loaded."""
    if agreement.state in RUNNING:
        return _end_of(agreement, today)
    if agreement.state not in {AgreementState.APPROVED, AgreementState.SIGNED}:
        return None
    missing = tuple(party for party in agreement.parties if party.signed_on is None)
    if missing or not agreement.parties:
        text = ngettext("%(num)s signature manque", "%(num)s signatures manquent", len(missing))
        return Alert(UNSIGNED, agreement, text, Tone.AMBER, missing)
    return Alert(READY, agreement, _("Signée par tous : à mettre en vigueur"), Tone.BLUE)


def _end_of(agreement: Agreement, today: dt.date) -> Alert | None:
    day = agreement.ends_on
    if day < today:
        text = _("Échue depuis le %(date)s", date=format_date(day))
        return Alert(PAST, agreement, text, Tone.RED, due_on=day)
    if day - today <= WINDOW:
        days = (day - today).days
        text = ngettext("Se termine dans %(num)s jour", "Se termine dans %(num)s jours", days)
        return Alert(ENDING, agreement, text, Tone.AMBER, due_on=day)
    return None


def alerts(scope: Scope, today: dt.date | None = None) -> list[Alert]:
    """All alerts in scope, soonest end first, in a fixed number of statements."""
    day = today or clock.today()
    return [
        alert
        for agreement in queries.watched(scope, day + WINDOW)
        if (alert := alert_of(agreement, day)) is not None
    ]
