"""The progress figures against a count by hand, on random histories brought in through the workbooks."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from programme.base.language import speaking
from tests.conftest import empty_tables
from tests.proofs.by_hand import NUMBERS, Count
from tests.proofs.stories import BEFORE, ENTERED, FIRST_DAY, SECOND, THIRD, Story
from tests.proofs.teller import Teller
from tests.proofs.telling import Telling, report
from tests.scale import scaled

KNOWN = (
    BEFORE,
    ENTERED,
    SECOND - dt.timedelta(days=1),
    SECOND,
    THIRD - dt.timedelta(days=1),
    THIRD,
    THIRD + dt.timedelta(days=400),
)


def moments(story: Story, rng: Random, number: int) -> list[tuple[dt.date, dt.date]]:
    """Days as at which, and as known on which, something may differ."""
    days = [day for taught in story.taught for day, *_ in taught.sittings]
    days += [line[0] for given_ in story.given for line in given_.lines]
    some = sorted(
        {FIRST_DAY - dt.timedelta(days=30), *days, max(days, default=FIRST_DAY) + dt.timedelta(days=1)}
    )
    found = [(some[-1], THIRD), (some[-1], SECOND), (rng.choice(some), THIRD)]
    found += [(rng.choice(some), rng.choice(KNOWN)) for _ in range(number)]
    return found


def shaped(told: dict[str, Any]) -> dict[str, Any]:
    """The report's regions by code, in the shape of the count by hand."""
    regions = {}
    for row in told["regions"]:
        mine = {name: row[name] for name in (*NUMBERS, "range", "trainees_by_sex")}
        mine["provinces"] = {one["province"]: one["reached"] for one in row["by_province"] if one["reached"]}
        mine["hours"] = row["hours_attended"]
        regions[row["region"]] = mine
    return regions


def in_hours(minutes: int) -> float:
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 2)


def check(story: Story, as_at: dt.date, known_on: dt.date) -> dict[str, Any]:
    """Every figure of every region and of the total."""
    told = report(as_at, known_on)
    count = Count(story, as_at, known_on)
    expected, once = count.figures(), count.together()
    minutes = {code: row.pop("minutes") for code, row in expected.items()}
    for code, row in expected.items():
        row["hours"] = in_hours(minutes[code])
    assert shaped(told) == expected, f"as at {as_at}, known on {known_on}"
    total = told["total"]
    for name in NUMBERS:
        assert total[name] == once.get(name, sum(row[name] for row in expected.values())), name
    assert total["range"] == [sum(row["range"][end] for row in expected.values()) for end in (0, 1)]
    assert total["hours_attended"] == in_hours(sum(minutes.values()))
    assert (told["as_at"], told["known_on"]) == (as_at.isoformat(), known_on.isoformat())
    return total


def tell_and_check(app: Flask, rng: Random, size: int, number: int) -> list[dict[str, Any]]:
    """One story told and compared at several moments; the tables are empty afterwards."""
    story = Teller(rng, size).tell()
    with app.app_context(), speaking("fr"):
        try:
            Telling(story, rng).tell()
            return [check(story, *moment) for moment in moments(story, rng, number)]
        finally:
            empty_tables()


@settings(
    max_examples=scaled(10, 25),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(rng=st.randoms(use_true_random=False))
def test_random_histories(app: Flask, rng: Random) -> None:
    """Small histories of every kind of row and every kind of decision."""
    tell_and_check(app, rng, 0, 4)


# 4: another region is reached too; 69: N and T on one day; 129, 154: ranges wider up and down.
@pytest.mark.parametrize("seed", [4, 69, 129, 154])
def test_larger_histories(app: Flask, seed: int) -> None:
    """Larger ones, in which the figures are not zero: else equality would prove nothing."""
    totals = tell_and_check(app, Random(seed), 3, 12)
    best = {name: max(total[name] for total in totals) for name in totals[0] if name in NUMBERS}
    assert all(best[name] > 0 for name in NUMBERS), best
    assert best["trainees_enrolled"] > best["trainees_completed"]
