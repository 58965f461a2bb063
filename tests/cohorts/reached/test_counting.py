"""The counting core against a brute force written without it (RULES, Counting, C2, C4)."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.reached.counting import (
    EXACT,
    Doubts,
    Event,
    Groups,
    Hours,
    Thresholds,
    attribute,
    day_reached,
    first_of_each,
    needed_minutes,
    transfer_event,
)

START = dt.date(2024, 1, 1)
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the count."""
days = st.integers(0, 6).map(lambda n: START + dt.timedelta(days=n))
sheet = st.builds(
    Hours,
    person_id=st.integers(1, 5),
    on_date=days,
    minutes=st.sampled_from([60, 120, 180, 240, 360]),
    activity_id=st.integers(1, 3),
    host_id=st.integers(1, 2),
)
pair = st.tuples(st.integers(1, 5), st.integers(1, 5)).filter(lambda two: two[0] < two[1])


def naive_day(sheets: list[Hours], asked: Thresholds, sets: list[set[int]]) -> dt.date | None:
    """Look at every day in turn: how many of these persons have enough by then?"""
    for offset in range(10):
        today = START + dt.timedelta(days=offset)
        enough = 0
        for persons in sets:
            own = [h.minutes for h in sheets if h.person_id in persons and h.on_date <= today]
            enough += bool(own) and sum(own) >= asked.min_minutes
        if enough >= asked.min_persons:
            return today
    return None


def sets_of(pairs: list[tuple[int, int]]) -> list[set[int]]:
    """Persons 1 to 5 in sets, joined until nothing moves."""
    sets = [{n} for n in range(1, 6)]
    for a, b in pairs:
        one, other = next(s for s in sets if a in s), next(s for s in sets if b in s)
        if one is not other:
            one |= other
            sets.remove(other)
    return sets


@pytest.mark.parametrize(
    ("curriculum", "percent", "minutes"), [(1200, 80, 960), (1000, 33, 330), (1001, 33, 331), (0, 80, 0)]
)
def test_the_share_is_rounded_up_to_a_whole_minute(curriculum: int, percent: int, minutes: int) -> None:
    assert needed_minutes(curriculum, percent) == minutes


def test_the_day_is_that_of_the_last_needed_hour() -> None:
    second = START + dt.timedelta(days=1)
    assert day_reached([(second, 60), (START, 300), (second, 60)], 360) == second
    assert day_reached([(START, 359)], 360) is None
    assert day_reached([], 0) is None


@calm
@given(
    st.lists(sheet, max_size=12),
    st.integers(1, 3),
    st.sampled_from([0, 180, 360]),
    st.lists(pair, max_size=3),
)
def test_transfer_agrees_with_brute_force(
    sheets: list[Hours], persons: int, minutes: int, same: list[tuple[int, int]]
) -> None:
    asked = Thresholds(persons, minutes)
    found = transfer_event(sheets, asked, Groups(same))
    expected = naive_day(sheets, asked, sets_of(same))
    assert (found.on_date if found else None) == expected
    if found is not None:
        assert len(found.person_ids) >= persons
        assert set(found.via) <= {h.activity_id for h in sheets if h.on_date <= found.on_date}


@calm
@given(st.lists(sheet, max_size=10), st.lists(pair, max_size=5, unique=True), st.lists(pair, max_size=2))
def test_the_range_is_the_extremes_over_every_decision(
    sheets: list[Hours], undecided: list[tuple[int, int]], same: list[tuple[int, int]]
) -> None:
    minutes: dict[int, int] = {}
    groups = Groups(same)
    for hours in sheets:
        root = groups.root(hours.person_id)
        minutes[root] = minutes.get(root, 0) + hours.minutes
    counts = []
    for decided in itertools.product((False, True), repeat=len(undecided)):
        sets = sets_of(same + [two for two, yes in zip(undecided, decided, strict=True) if yes])
        totals = [sum(h.minutes for h in sheets if h.person_id in persons) for persons in sets]
        counts.append(sum(total >= 360 for total in totals))
    assert Doubts(groups, undecided).persons_between(minutes, 360) == (min(counts), max(counts))


@calm
@given(st.dictionaries(st.integers(1, 9), st.integers(30, 500), min_size=1))
def test_beyond_the_exact_number_the_bound_is_sound(minutes: dict[int, int]) -> None:
    tangle = list(itertools.combinations(range(1, 10), 2))
    assert len(tangle) > EXACT
    least, most = Doubts(Groups(), tangle).persons_between(minutes, 360)
    alone = sum(total >= 360 for total in minutes.values())
    assert least <= alone <= most
    # Everyone one person, and the fullest pairing, lie inside as well.
    assert least <= int(sum(minutes.values()) >= 360) <= most or len(minutes) == 1


@calm
@given(
    st.dictionaries(st.integers(1, 8), days),
    st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=4),
)
def test_one_of_a_chain_of_replacements_completes(
    dates: dict[int, dt.date], links: list[tuple[int, int]]
) -> None:
    chains = Groups((a, b) for a, b in links if a != b)
    kept = first_of_each(dates, chains)
    for one, day in dates.items():
        mates = [key for key in dates if chains.root(key) == chains.root(one)]
        assert sum(mate in kept for mate in mates) == 1
        assert (one in kept) == (one == min(mates, key=lambda key: (dates[key], key)))
        assert kept.get(one, day) == day


def test_one_event_counts_and_the_nucleus_comes_first_on_one_day() -> None:
    n, t = Event("N", START, (1,)), Event("T", START, (2,))
    early = Event("T", START - dt.timedelta(days=1), (2,))
    assert attribute(n, t) == (n, t)
    assert attribute(n, early) == (early, n)
    assert attribute(None, t) == (t, None)
    assert attribute(n, None) == (n, None)
    assert attribute(None, None) is None
