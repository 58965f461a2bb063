"""The count itself, on plain values: no database, no clock (RULES, Counting; docs/decisions/counting.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, TypeVar

Kind = Literal["N", "T"]
Key = TypeVar("Key", bound=Hashable)
Day = tuple[dt.date, int]
"""A day and the minutes given on it."""

EXACT = 12
"""Up to so many open pairs that hang together every resolution is tried; beyond it a sound bound is given."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a region asks of a transfer: distinct persons, and minutes of each."""

    min_persons: int = 2
    min_minutes: int = 360


@dataclass(frozen=True, slots=True)
class Event:
    """One qualifying event: N in cohorts, T through activities given by hosts."""

    kind: Kind
    on_date: dt.date
    via: tuple[int, ...]
    """Cohort ids for N, activity ids for T."""
    host_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """Time of one person on a transfer sheet."""

    person_id: int
    on_date: dt.date
    minutes: int
    activity_id: int
    host_id: int


def needed_minutes(curriculum: int, min_attendance: int) -> int:
    """The least whole number of minutes that is `min_attendance` per cent of the curriculum (RULES C4)."""
    return -(-curriculum * min_attendance // 100)


def day_reached(days: Iterable[Day], needed: int) -> dt.date | None:
    """The day on which the minutes, added up in order of days, come to `needed`; None where they never do.

    With nothing needed, the first day.
    """
    total = 0
    for day, minutes in sorted(days):
        total += minutes
        if total >= needed:
            return day
    return None


class Groups:
    """Sets of ids that are joined one by one; `root` names the set of an id (its lowest id)."""

    def __init__(self, pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._above: dict[int, int] = {}
        for first, second in pairs:
            self.join(first, second)

    def root(self, one: int) -> int:
        """The id that stands for the set of `one`."""
        while (above := self._above.get(one, one)) != one:
            one = above
        return one

    def join(self, first: int, second: int) -> None:
        """Make the sets of two ids one."""
        low, high = sorted((self.root(first), self.root(second)))
        self._above[high] = low


def first_of_each(dates: Mapping[int, dt.date], chains: Groups) -> dict[int, dt.date]:
    """Of each chain of replacements the enrolment that completed first; the older one on the same day (C2)."""
    winners: dict[int, int] = {}
    for one in sorted(dates, key=lambda key: (dates[key], key)):
        winners.setdefault(chains.root(one), one)
    return {one: dates[one] for one in winners.values()}


def qualified(sheets: Iterable[Hours], min_minutes: int, same: Groups) -> dict[int, dt.date]:
    """By person (records decided to be the same are one) the day on which their minutes sufficed."""
    days: dict[int, list[Day]] = {}
    for hours in sheets:
        days.setdefault(same.root(hours.person_id), []).append((hours.on_date, hours.minutes))
    found = {person: day_reached(some, min_minutes) for person, some in days.items()}
    return {person: day for person, day in found.items() if day is not None}


def transfer_event(sheets: Iterable[Hours], asked: Thresholds, same: Groups) -> Event | None:
    """T of one association: the day on which the last person that was still needed qualified."""
    kept = list(sheets)
    days = qualified(kept, asked.min_minutes, same)
    if len(days) < asked.min_persons:
        return None
    on_date = sorted(days.values())[asked.min_persons - 1]
    behind = [
        hours
        for hours in kept
        if hours.on_date <= on_date and days.get(same.root(hours.person_id), dt.date.max) <= on_date
    ]
    return Event(
        "T",
        on_date,
        tuple(sorted({hours.activity_id for hours in behind})),
        tuple(sorted({hours.host_id for hours in behind})),
        tuple(sorted({same.root(hours.person_id) for hours in behind})),
    )


def attribute(nucleus: Event | None, transfer: Event | None) -> tuple[Event, Event | None] | None:
    """The one event by which an association counts, and the other: the earlier, N before T on one day."""
    if nucleus is None or transfer is None:
        only = nucleus or transfer
        return (only, None) if only is not None else None
    if nucleus.on_date <= transfer.on_date:
        return nucleus, transfer
    return transfer, nucleus


@dataclass(slots=True)
class Doubts:
    """Pairs of records that nobody decided on, in terms of the persons that `same` makes of records."""

    same: Groups
    open_pairs: Iterable[tuple[int, int]] = ()
    _bundles: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _bundle_of: Groups = field(default_factory=Groups)

    def __post_init__(self) -> None:
        pairs = {tuple(sorted((self.same.root(a), self.same.root(b)))) for a, b in self.open_pairs}
        kept = sorted((pair[0], pair[1]) for pair in pairs if pair[0] != pair[1])
        self._bundle_of = Groups(kept)
        for pair in kept:
            self._bundles.setdefault(self._bundle_of.root(pair[0]), []).append(pair)

    def persons_between(self, minutes: Mapping[int, int], min_minutes: int) -> tuple[int, int]:
        """The fewest and the most persons who qualify over every way of deciding the open pairs.

        `minutes` by person. Bundles of pairs that hang together are independent: their extremes add up.
        """
        bundles: dict[int, dict[int, int]] = {}
        for person, total in minutes.items():
            bundles.setdefault(self._bundle_of.root(person), {})[person] = total
        least = most = 0
        for bundle, persons in bundles.items():
            low, high = self._between(self._bundles.get(bundle, []), persons, min_minutes)
            least, most = least + low, most + high
        return least, most

    @staticmethod
    def _between(
        pairs: list[tuple[int, int]], persons: Mapping[int, int], min_minutes: int
    ) -> tuple[int, int]:
        alone = sum(total >= min_minutes for total in persons.values())
        if len(persons) == 1 or not pairs:
            return alone, alone
        if len(pairs) > EXACT:
            total = sum(persons.values())
            some = total // min_minutes if min_minutes else len(persons)
            return min(alone, 1), min(len(persons), some)
        counts = []
        for decided in product((False, True), repeat=len(pairs)):
            joined = Groups(pair for pair, is_same in zip(pairs, decided, strict=True) if is_same)
            sums: dict[int, int] = {}
            for person, total in persons.items():
                root = joined.root(person)
                sums[root] = sums.get(root, 0) + total
            counts.append(sum(total >= min_minutes for total in sums.values()))
        return min(counts), max(counts)


def grouped(rows: Iterable[tuple[Key, Hours]]) -> dict[Key, list[Hours]]:
    """Time on sheets by whatever it is grouped by."""
    found: dict[Key, list[Hours]] = {}
    for key, hours in rows:
        found.setdefault(key, []).append(hours)
    return found
