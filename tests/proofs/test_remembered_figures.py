"""What is remembered of the count is what a fresh count answers, after every commit of random histories."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cohorts.reached.queries import census
from partnerships.commitments.standing import measurable, reading
from programme.base import remembering
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.measures import Moment
from regions.geography.queries import region_ids
from reports.progress import progress, totals
from tests import conftest
from tests.conftest import empty_tables
from tests.proofs.stories import SECOND, THIRD
from tests.proofs.teller import Teller
from tests.proofs.telling import Telling

COUNTRY = Scope.country()
MOMENTS = (Moment(THIRD, THIRD), Moment(THIRD, SECOND))


def figures() -> list[Any]:
    """The country's count, each region's alone, and the figures made of them."""
    found: list[Any] = []
    for moment in MOMENTS:
        found += [census(COUNTRY, moment), progress(COUNTRY, moment), totals(COUNTRY, moment)]
        found += [reading(one, COUNTRY, moment) for one in measurable().values()]
        for one in region_ids():
            alone = Scope(regions=frozenset({one}))
            found += [census(alone, moment), progress(alone, moment)]
            found += [reading(one, alone, moment) for one in measurable().values()]
    return found


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Compares after each commit; answers how many regions' counts were then still remembered."""
    monkeypatch.setattr(conftest, "FORGETS", False)
    commit, kept = Session.commit, list[int]()

    def committed(session: Session) -> None:
        commit(session)
        if session is not db.session():
            return
        asked = count_asked(monkeypatch)
        remembered = figures()
        kept.append(len(region_ids()) - len(asked))
        remembering.forget()
        assert remembered == figures()
        session.rollback()

    monkeypatch.setattr(Session, "commit", committed)
    yield kept
    monkeypatch.undo()


def count_asked(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Fills up with the regions that are counted anew at the first moment."""
    asked = set[int]()
    by_region = census_module()._by_region

    def noted(regions: list[int], moment: Moment, among: Any) -> Any:
        if moment == MOMENTS[0]:
            asked.update(regions)
        return by_region(regions, moment, among)

    monkeypatch.setattr(census_module(), "_by_region", noted)
    return asked


def census_module() -> Any:
    import sys

    from cohorts.reached.queries import census as _function  # noqa: F401 - the package exports the function

    return sys.modules["cohorts.reached.queries.census"]


@pytest.mark.parametrize("seed", [4, 69, 129])
def test_after_every_commit(app: Flask, compared: list[int], seed: int) -> None:
    rng = Random(seed)
    story = Teller(rng, 2).tell()
    with app.app_context(), speaking("fr"):
        try:
            Telling(story, rng).tell()
        finally:
            empty_tables()
    assert len(compared) > 10
    assert max(compared) > 0, "no region's count was ever remembered: the comparison proves nothing"
