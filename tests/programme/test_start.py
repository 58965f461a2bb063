"""What every database begins with, loaded once more."""

from __future__ import annotations

from typing import Any

from programme.base.language import speaking
from programme.reference.start import fill
from regions.programmes.queries import national_programme


def test_the_words_of_the_programme_follow_what_is_shipped(session: Any) -> None:
    known = national_programme()
    assert known is not None
    known.strategy_ar, known.is_demonstration = "استراتيجية «نسيج» 2022-2026، المحور 1", True
    session.commit()
    fill()
    again = national_programme()
    assert again is not None
    assert (again.id, again.is_demonstration) == (known.id, True)
    with speaking("ar"):
        assert "\u20662022-2026\u2069" in str(again.strategy)  # else drawn from right to left: 2026-2022
