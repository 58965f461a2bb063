"""What is said in both languages: plurals and the numbers inside them."""

from __future__ import annotations

import pytest
from flask import Flask

from programme.base.language import NO_BREAK, ngettext, speaking


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
