"""The moment that a page was asked for, kept in the addresses that lead on (RULES D4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from programme.base import clock
from programme.base.cleaning import Unclean, parse_day
from programme.base.language import gettext as _
from programme.base.measures import Moment
from programme.base.refusals import Refused

CHANGE_DAYS = 30
"""Days over which a tile tells its change."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A moment, and how it stands in an address. `is_past` when it is not today's."""

    moment: Moment
    given: Mapping[str, str]

    @property
    def as_at(self) -> dt.date:
        return self.moment.as_at

    @property
    def known_on(self) -> dt.date:
        return self.moment.known_on

    @property
    def is_past(self) -> bool:
        return bool(self.given)

    @property
    def before(self) -> Moment:
        """The same knowledge, `CHANGE_DAYS` earlier."""
        return replace(self.moment, as_at=self.as_at - dt.timedelta(days=CHANGE_DAYS))

    def page(self, path: str, **more: str | None) -> str:
        """A page that takes the dates of this one where they are not today's."""
        return _address(path, {**more, **self.given})

    def list(self, path: str, **more: str | None) -> str:
        """The list behind a figure: its moment is always spelled out, so that it shows that very figure."""
        days = {"as_at": self.as_at.isoformat(), "known_on": self.known_on.isoformat()}
        return _address(path, {**more, **days})


def _address(path: str, parameters: Mapping[str, str | None]) -> str:
    kept = {key: value for key, value in parameters.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def asked(arguments: Mapping[str, str]) -> Asked:
    """The moment in an address, today where none is named; `Refused` (422) for what is no date."""
    today = clock.today()
    days = {name: _day(arguments.get(name, ""), name) for name in ("as_at", "known_on")}
    given = {name: day.isoformat() for name, day in days.items() if day is not None and day != today}
    return Asked(Moment(days["as_at"] or today, days["known_on"] or today), given)


def _day(text: str, field: str) -> dt.date | None:
    try:
        return parse_day(text)
    except Unclean:
        raise Refused(
            _("« %(value)s » n'est pas une date : écrivez-la 2025-07-31.", value=text[:40]), field, status=422
        ) from None
