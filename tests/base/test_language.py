"""What is said in both languages: plurals and the numbers inside them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from programme.base.language import (
    NO_BREAK,
    format_date,
    format_instant,
    format_period,
    ngettext,
    speaking,
)
from regions.associations.models import BureauRole


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("fr", 0, "0 association"),
        ("fr", 1, "1 association"),
        ("fr", 2, "2 associations"),
        ("fr", 4627, f"4{NO_BREAK}627 associations"),
        ("ar", 3, "3 جمعيات"),
        ("ar", 4627, "4.627 جمعية"),
    ],
)
def test_numbers_in_sentences_are_written_as_the_language_writes_them(
    app: Flask, language: str, number: int, said: str
) -> None:
    with app.app_context(), speaking(language):
        assert ngettext("%(num)s association", "%(num)s associations", number) == said


@pytest.mark.parametrize(
    ("language", "start", "end", "said"),
    [
        ("fr", (2023, 9, 8), (2023, 9, 10), "du 8 au 10 septembre 2023"),
        ("fr", (2023, 9, 1), (2023, 9, 11), "du 1er au 11 septembre 2023"),
        ("fr", (2023, 9, 30), (2023, 10, 1), "du 30 septembre au 1er octobre 2023"),
        ("fr", (2023, 1, 1), (2024, 12, 31), "du 1er janvier 2023 au 31 décembre 2024"),
        ("fr", (2023, 9, 1), (2023, 9, 1), "1er septembre 2023"),
        ("ar", (2023, 9, 1), (2023, 9, 10), "من 1 شتنبر 2023 إلى 10 شتنبر 2023"),
    ],
)
def test_a_period_says_once_what_both_its_days_share_in_french(
    app: Flask, language: str, start: tuple[int, int, int], end: tuple[int, int, int], said: str
) -> None:
    with app.app_context(), speaking(language):
        assert format_period(dt.date(*start), dt.date(*end)) == said


@pytest.mark.parametrize(
    ("day", "style", "said"),
    [
        ((2023, 9, 1), "long", "1er septembre 2023"),
        ((2023, 9, 1), "EEE d MMM", "ven. 1er sept."),
        ((2023, 9, 11), "long", "11 septembre 2023"),
        ((2023, 9, 21), "d MMMM", "21 septembre"),
        ((2023, 9, 1), "MMMM y", "septembre 2023"),
        ((2023, 9, 1), "short", "01/09/2023"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(
    app: Flask, day: tuple[int, int, int], style: str, said: str
) -> None:
    with app.app_context(), speaking("fr"):
        assert format_date(dt.date(*day), style) == said
    with app.app_context(), speaking("ar"):
        assert "1er" not in format_date(dt.date(*day), style)


def test_an_instant_on_the_first_of_a_month_too(app: Flask) -> None:
    with app.app_context(), speaking("fr"):
        assert format_instant(dt.datetime(2023, 9, 1, 11, 1, tzinfo=dt.UTC)) == "1er sept. 2023 12:01"


def test_offices_of_a_bureau_name_women_and_men_alike(app: Flask) -> None:
    held = ("president", "vice_president", "secretary", "treasurer", "advisor")
    for language, mark in (("fr", "("), ("ar", "(ة)")):
        with app.app_context(), speaking(language):
            assert all(mark in str(BureauRole(one).label) for one in held)
