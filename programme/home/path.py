"""Whether a region will reach its target: the straight path, where it should stand, and the forecast band."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures import Forecast

Point = tuple[dt.date, int]
RECENT_DAYS = 180
LEAST_DAYS = 60
"""A forecast from a shorter life would say nothing."""
OPEN_DAYS = 730
"""How long a path is drawn where nobody fixed an end."""


@dataclass(frozen=True, slots=True)
class Path:
    """The straight path from 0 on `start` to `target` on `end`, and where the region stands on it."""

    start: dt.date
    end: dt.date
    target: int
    points: tuple[Point, ...]
    as_at: dt.date
    forecast: Forecast | None

    @property
    def actual(self) -> int:
        return self.points[-1][1] if self.points else 0

    @property
    def expected(self) -> int:
        """What the straight path asks for on the day, in whole associations."""
        whole = max((self.end - self.start).days, 1)
        done = min(max((self.as_at - self.start).days, 0), whole)
        return round(self.target * done / whole)

    @property
    def gap(self) -> int:
        """How many more (or, negative, fewer) than the path asks for."""
        return self.actual - self.expected

    @property
    def has_ended(self) -> bool:
        return self.as_at >= self.end


def path_of(
    start: dt.date, end: dt.date | None, target: int, points: Sequence[Point], as_at: dt.date
) -> Path:
    """The path of one region; the line goes on to `as_at`, because nothing counted since is told too."""
    end = max(end or start + dt.timedelta(days=OPEN_DAYS), start + dt.timedelta(days=1))
    known = [point for point in points if point[0] <= as_at]
    if known and as_at > known[-1][0]:
        known.append((as_at, known[-1][1]))
    return Path(start, end, target, tuple(known), as_at, _forecast(start, end, known, as_at))


def _forecast(start: dt.date, end: dt.date, known: Sequence[Point], as_at: dt.date) -> Forecast | None:
    """Between the pace since the start and the pace of the last six months, whichever is slower first."""
    age = (as_at - start).days
    if not known or age < LEAST_DAYS or as_at >= end:
        return None
    last = known[-1][1]
    since = as_at - dt.timedelta(days=min(RECENT_DAYS, age))
    then = max((value for day, value in known if day <= since), default=0)
    paces = last / age, (last - then) / min(RECENT_DAYS, age)
    left = (end - as_at).days
    return Forecast(last + min(paces) * left, last + max(paces) * left)
