"""How much of everything there is: MISSION.md's scale, and multiples of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DAY = dt.date(2026, 11, 20)
"""The day on which the invented country stands; fixed, so that every loading gives the same facts."""
FIRST_COHORT = dt.date(2023, 9, 4)
LAST_START = dt.date(2026, 3, 23)
"""The first session of the last finished cohort: sessions are a week apart, all are held by `DAY`."""
RUNNING_START = dt.date(2026, 10, 19)
"""The first session of the one cohort of each region that still runs."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Records a region, but for `registry`, which is the whole country's."""

    registry: int = 236_000
    cohorts: int = 20
    seats: int = 30
    places: int = 4
    sessions: int = 15
    transfers: int = 100
    suspicions: int = 5
    pairs: int = 4

    @classmethod
    def of(cls, times: int = 1) -> Scale:
        """The programme `times` as large in the same country: its registry grows only as far as it must."""
        plain = cls()
        associations = 12 * plain.cohorts * times * plain.seats * 2
        return cls(
            registry=max(plain.registry, associations),
            cohorts=plain.cohorts * times,
            transfers=plain.transfers * times,
            suspicions=plain.suspicions * times,
            pairs=plain.pairs * times,
        )

    @property
    def associations(self) -> int:
        """Associations of a region that its finished cohorts train."""
        return self.cohorts * self.seats

    @property
    def seated(self) -> int:
        """Associations of a region that have a seat, those of the running cohort too."""
        return (self.cohorts + 1) * self.seats

    def starts_on(self, number: int) -> dt.date:
        """The first session of the cohort `number` (from 0); the one after the last finished cohort still runs."""
        if number >= self.cohorts:
            return RUNNING_START
        days = (LAST_START - FIRST_COHORT).days
        weeks = days * number // max(self.cohorts - 1, 1) // 7
        return FIRST_COHORT + dt.timedelta(weeks=weeks)
