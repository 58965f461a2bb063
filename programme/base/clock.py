"""Now and today: UTC instants and Rabat's calendar day, the only place that reads the clock."""

from __future__ import annotations

import datetime as dt
import zoneinfo

# Morocco left daylight saving for good on 2026-09-20. A machine's own time zone files are often older than
# that and an hour wrong since; with an empty path zoneinfo reads the installed `tzdata` package instead.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

RABAT = zoneinfo.ZoneInfo("Africa/Casablanca")


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The calendar day in Morocco."""
    return day_of(now())


def day_of(instant: dt.datetime) -> dt.date:
    """The day in Morocco on which an aware instant falls."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(RABAT).date()


def start_of_day(day: dt.date) -> dt.datetime:
    """The first instant of a day in Morocco, in UTC."""
    return dt.datetime.combine(day, dt.time.min, RABAT).astimezone(dt.UTC)


def end_of_day(day: dt.date) -> dt.datetime:
    """The last instant of a day in Morocco, in UTC: what happened on or before `day` is <= it."""
    # From the next midnight, as the last hour of a day in which the clock went back came twice.
    return start_of_day(day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)
