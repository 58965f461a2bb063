import datetime as dt
import itertools

import pytest

from programme.base.calendar import RAMADANS, holiday, is_ramadan, warnings_for


def said(day: dt.date, half_day: str | None = None) -> str:
    return " ".join(str(text) for text in warnings_for(day, half_day))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2024-01-11", "Manifeste"),
        ("2024-01-14", "amazigh"),
        ("2026-10-31", "unité"),
        ("2023-11-06", "Marche verte"),
        ("2023-04-23", "Fitr"),
        ("2024-06-17", "Adha"),
        ("2025-06-27", "hégire"),
        ("2024-09-17", "Mawlid"),
    ],
)
def test_public_holidays(day: str, name: str) -> None:
    on = dt.date.fromisoformat(day)
    assert name in str(holiday(on))
    assert name in said(on)


def test_a_holiday_counts_from_the_year_it_was_made_one() -> None:
    assert holiday(dt.date(2023, 1, 14)) is None
    assert holiday(dt.date(2025, 10, 31)) is None


def test_computed_days_say_that_they_may_move() -> None:
    assert "à un jour près" in said(dt.date(2027, 3, 10))
    assert "à un jour près" not in said(dt.date(2023, 4, 22))
    assert "à un jour près" not in said(dt.date(2027, 5, 1))


def test_ramadan() -> None:
    assert is_ramadan(dt.date(2024, 3, 12))
    assert is_ramadan(dt.date(2024, 4, 9))
    assert not is_ramadan(dt.date(2024, 4, 10))
    assert is_ramadan(dt.date(2030, 12, 30))
    assert "ramadan" in said(dt.date(2025, 3, 3))


def test_every_ramadan_has_29_or_30_days_and_a_lunar_year_between() -> None:
    assert all((last - first).days + 1 in {29, 30} for first, last in RAMADANS)
    starts = [first for first, _last in RAMADANS]
    gaps = [(later - sooner).days for sooner, later in itertools.pairwise(starts)]
    assert all(353 <= gap <= 356 for gap in gaps)


def test_friday_noon() -> None:
    friday = dt.date(2023, 9, 8)
    assert "finir avant" in said(friday, "am")
    assert "commencer après" in said(friday, "pm")
    assert "Vendredi" in said(friday)


def test_an_ordinary_day_warns_of_nothing() -> None:
    assert warnings_for(dt.date(2023, 9, 9), "am") == []


def test_several_reasons_are_all_told() -> None:
    assert len(warnings_for(dt.date(2026, 3, 20), "pm")) == 2
    assert len(warnings_for(dt.date(2026, 2, 20), "am")) == 2
