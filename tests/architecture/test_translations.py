"""Both languages are complete: every French text has its Arabic one (DESIGN.md section 4)."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tools.translations import ARABIC_FORMS, catalogue, collected, problems


def test_every_text_is_translated() -> None:
    """Missing, fuzzy, mismatched placeholders, wrong number of plural forms: all listed at once."""
    listed = list(problems(collected(), catalogue()))
    if listed:
        advice = f"{len(listed)} text(s): run `make translations`, then translate these in messages.po:"
        pytest.fail("\n".join([advice, *listed]), pytrace=False)


def test_the_catalogue_declares_arabic_plurals() -> None:
    assert catalogue().num_plurals == ARABIC_FORMS


def test_texts_are_collected_from_code_and_templates() -> None:
    files = {
        location[0].split("/")[0] for message in collected() if message.id for location in message.locations
    }
    assert {"programme", "templates"} <= files


ONE = ("%(num)s séance", "%(num)s séances")
SIX = ("لا حصص", "حصة", "حصتان", "%(num)s حصص", "%(num)s حصة", "%(num)s حصة")


@pytest.mark.parametrize(
    ("message", "translation", "fuzzy", "problem"),
    [
        ("Le %(day)s", "يوم %(day)s", False, ""),
        ("Le %(day)s", None, False, "missing"),
        ("Le %(day)s", "", False, "missing"),
        ("Le %(day)s", "يوم", False, "placeholders"),
        ("Le %(day)s", "يوم %(date)s", False, "placeholders"),
        ("Le %(day)s", "يوم %(day)s", True, "fuzzy"),
        (ONE, SIX, False, ""),
        (ONE, SIX[:2], False, "form(s)"),
        (ONE, (*SIX[:5], ""), False, "missing"),
        (ONE, (*SIX[:5], "%(n)s حصة"), False, "placeholders"),
    ],
)
def test_what_counts_as_complete(
    message: str | tuple[str, str], translation: str | tuple[str, ...] | None, fuzzy: bool, problem: str
) -> None:
    source, arabic = Catalog(), Catalog(locale="ar")
    source.add(message)
    if translation is not None:
        arabic.add(message, translation, flags={"fuzzy"} if fuzzy else set())
    listed = list(problems(source, arabic))
    assert len(listed) == bool(problem)
    assert all(problem in line for line in listed)
