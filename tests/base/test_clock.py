import datetime as dt
import subprocess
import sys
import zoneinfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from programme.base import clock


def test_the_zone_comes_from_the_package_not_from_the_machine() -> None:
    """Morocco stayed on UTC from 2026-09-20; files of a machine made before say UTC+1."""
    assert zoneinfo.TZPATH == ()
    before = dt.datetime(2026, 9, 19, 12, tzinfo=clock.RABAT)
    after = dt.datetime(2026, 9, 21, 12, tzinfo=clock.RABAT)
    assert before.utcoffset() == dt.timedelta(hours=1)
    assert after.utcoffset() == dt.timedelta(0)
    assert zoneinfo.ZoneInfo("Africa/Casablanca") is clock.RABAT


def test_a_zone_read_before_from_the_machine_is_forgotten() -> None:
    code = (
        "import datetime as d, zoneinfo; zoneinfo.ZoneInfo('Africa/Casablanca')\n"
        "from programme.base import clock\n"
        "print(d.datetime(2027, 6, 1, tzinfo=zoneinfo.ZoneInfo('Africa/Casablanca')).utcoffset())"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "0:00:00"


def test_now_is_utc_and_can_be_moved() -> None:
    at = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    with time_machine.travel(at, tick=False):
        assert clock.now() == at
        assert clock.now().tzinfo is dt.UTC
        assert clock.today() == dt.date(2026, 11, 21)


def test_today_is_the_day_in_morocco() -> None:
    with time_machine.travel(dt.datetime(2024, 7, 1, 23, 30, tzinfo=dt.UTC), tick=False):
        assert clock.today() == dt.date(2024, 7, 2)  # UTC+1 then
    with time_machine.travel(dt.datetime(2024, 3, 20, 23, 30, tzinfo=dt.UTC), tick=False):
        assert clock.today() == dt.date(2024, 3, 20)  # UTC in Ramadan


def test_the_ends_of_a_day() -> None:
    day = dt.date(2024, 7, 1)
    assert clock.start_of_day(day) == dt.datetime(2024, 6, 30, 23, tzinfo=dt.UTC)
    assert clock.end_of_day(day) == dt.datetime(2024, 7, 1, 22, 59, 59, 999999, tzinfo=dt.UTC)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_days_follow_each_other_without_gap(day: dt.date) -> None:
    first, last = clock.start_of_day(day), clock.end_of_day(day)
    assert clock.day_of(first) == clock.day_of(last) == day
    assert clock.start_of_day(day + dt.timedelta(days=1)) - last == dt.timedelta(microseconds=1)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.day_of(dt.datetime(2024, 7, 1))
