"""The straight path to the target, where a region stands on it, and the forecast band."""

from __future__ import annotations

import datetime as dt

import pytest

from programme.base.refusals import Refused
from programme.home.asked import asked
from programme.home.path import OPEN_DAYS, path_of
from tests.client import HouseClient

START, END = dt.date(2023, 6, 14), dt.date(2026, 6, 13)


def _day(days: int) -> dt.date:
    return START + dt.timedelta(days=days)


def test_the_path_is_straight_and_kept_between_its_ends() -> None:
    halfway = path_of(START, END, 600, [(_day(500), 250)], _day(548))
    assert (halfway.expected, halfway.actual, halfway.gap) == (300, 250, -50)
    assert path_of(START, END, 600, [], _day(-10)).expected == 0
    after = path_of(START, END, 600, [(_day(500), 610)], _day(5000))
    assert (after.expected, after.gap, after.has_ended, after.forecast) == (600, 10, True, None)


def test_the_forecast_lies_between_the_two_paces() -> None:
    points = [(_day(100), 100), (_day(300), 110), (_day(390), 119)]
    path = path_of(START, END, 600, points, _day(400))
    left = (END - _day(400)).days
    whole, recent = 119 / 400, 19 / 180
    assert path.forecast is not None
    assert path.forecast.low == pytest.approx(119 + recent * left)
    assert path.forecast.high == pytest.approx(119 + whole * left)
    assert path.points[-1] == (_day(400), 119), "the line goes on to the day asked for"


def test_too_young_or_empty_says_nothing() -> None:
    assert path_of(START, END, 600, [(_day(10), 5)], _day(30)).forecast is None
    empty = path_of(START, END, 600, [], _day(400))
    assert (empty.forecast, empty.actual) == (None, 0)


def test_without_an_end_the_path_is_two_years_long() -> None:
    assert path_of(START, None, 600, [], _day(1)).end == START + dt.timedelta(days=OPEN_DAYS)


def test_what_happened_after_the_day_is_left_out() -> None:
    assert path_of(START, END, 600, [(_day(5), 1), (_day(50), 9)], _day(20)).actual == 1


def test_dates_are_kept_in_addresses(client: HouseClient) -> None:
    now = asked({})
    assert now.page("/regions/03") == "/regions/03"
    assert "as_at=" in now.list("/reached", region="03")
    past = asked({"as_at": "31/07/2025", "known_on": "2025-08-02"})
    assert past.page("/regions/03") == "/regions/03?as_at=2025-07-31&known_on=2025-08-02"
    assert past.before.as_at == dt.date(2025, 7, 1)
    for wrong in ("hier", "0001-01-05", "2025-02-30"):
        with pytest.raises(Refused):
            asked({"as_at": wrong})
