"""Lists and searches are answered from indexes, whatever the size of the registry."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from programme.base.access import Scope
from programme.base.database import Base
from regions.associations.queries import listing
from regions.associations.queries.listing import Filters

SOME = frozenset({1})
WAYS = {
    "country": (Scope.country(), Filters()),
    "one region": (Scope(regions=SOME), Filters()),
    "several regions": (Scope(regions=frozenset({1, 2}), territory=frozenset({3})), Filters()),
    "a region": (Scope.country(), Filters(region_id=1)),
    "a province": (Scope.country(), Filters(region_id=1, province_id=2)),
    "a search": (Scope.country(), Filters(q="الامل فاس")),
    "a search in a region": (Scope(regions=SOME), Filters(q="الامل", region_id=1)),
    "facets": (Scope.country(), Filters(coverage="local", incomplete=True, domain="بيئة")),
    "own": (Scope(associations=SOME), Filters()),
}
SORTED = {"country", "one region", "several regions", "a region", "a province"}


def plan_of(statement: sa.Select[Any]) -> list[str]:
    """What SQLite does for this statement, in an empty database with our schema."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as link:
        Base.metadata.create_all(link)
        text = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))
        steps = [row[3] for row in link.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    engine.dispose()
    return steps


@pytest.mark.parametrize("rare", [True, False], ids=["rare words", "frequent words"])
@pytest.mark.parametrize("way", WAYS)
def test_no_page_reads_the_whole_table(
    session: Any, way: str, rare: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_frequency", lambda _fits: 1 if rare else listing.RARE + 1)
    plan = listing._plan(*WAYS[way])
    start = sa.tuple_(sa.literal("ا"), sa.literal(1))
    for goes_down, begin in ((False, None), (False, start), (True, start)):
        steps = plan_of(listing._ordered(plan, begin, goes_down).limit(26))
        assert not [step for step in steps if step.startswith("SCAN association") and "INDEX" not in step], (
            steps
        )
        assert not [step for step in steps if step.startswith("SCAN association_word")], steps
        if way in SORTED:
            assert not [step for step in steps if "TEMP B-TREE" in step], steps


def test_the_count_stops_early(session: Any) -> None:
    found = listing.associations(Scope.country(), Filters(q="zzz"))
    assert (found.count, list(found.rows)) == (0, [])
    assert listing.COUNTED_HOT < listing.COUNTED
