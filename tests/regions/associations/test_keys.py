"""What names are compared by: written with them, rebuilt, found out of step, never kept by an import."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from programme.base import folding
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.workbook import tracking
from regions.associations import rules
from regions.associations.models import Association
from regions.associations.queries import Filters, listing
from regions.associations.rules import suspicions
from regions.associations.rules.suspicions import Blocks
from tests.factories.associations import association

COUNTRY = Scope.country()


def blank(*records: Association) -> None:
    """As a migration leaves them."""
    ids = [one.id for one in records]
    db.session.execute(sa.update(Association).where(Association.id.in_(ids)).values(compare_key=""))
    db.session.expire_all()


def test_empty_keys_are_completed_and_wrong_ones_found(session: Any) -> None:
    first, second = association("جمعية الأمل للتنمية"), association("جمعية النور")
    assert first.compare_key == folding.compare_key(first.name_ar) != ""
    assert rules.stale_keys() == 0
    blank(first)
    assert rules.stale_keys() == 1
    assert rules.complete_keys() == 1
    second.compare_key = "خطا"
    assert rules.complete_keys() == 0, "only what is empty"
    assert rules.stale_keys() == 1
    version = second.version
    assert rules.rebuild_keys() == 2
    assert rules.stale_keys() == 0
    session.expire_all()
    assert second.version == version, "what follows from a name is no new version of the record"


def test_no_image_of_an_import_holds_the_key() -> None:
    """A name that is erased would stay in it, as its words are cut and sorted."""
    kept = tracking.facts(Association.__table__)  # type: ignore[arg-type]
    assert "compare_key" not in kept
    assert {"name_ar", "match_key"} <= set(kept)


def test_alone_or_among_many_the_same_names_are_suspected(session: Any) -> None:
    others = [
        association(f"جمعية {first} {second}")
        for first in ("الأمل", "النور", "الوفاء", "أمال")
        for second in ("للتنمية", "للتنميه القروية", "للثقافة والفن والتراث بالعالم القروي")
    ]
    for record in others:
        alone = suspicions._resembling(record, None)
        assert alone == suspicions._resembling(record, Blocks())
    assert any(suspicions._resembling(one, None) for one in others)


@pytest.mark.parametrize(("number", "told"), [(3, 3), (4, None)])
def test_a_list_counts_up_to_its_bound_on_every_page(
    session: Any, monkeypatch: pytest.MonkeyPatch, number: int, told: int | None
) -> None:
    monkeypatch.setattr(listing, "COUNTED", 3)
    for which in range(number):
        association(f"جمعية الأمل {which}")
    first = listing.associations(COUNTRY, Filters(region_id=3), size=2)
    assert (len(first.rows), first.count) == (2, told)
    second = listing.associations(COUNTRY, Filters(region_id=3), size=2, after=first.after)
    assert (len(second.rows), second.count) == (number - 2, told)


def test_a_page_that_is_not_full_says_how_many_there_are(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the word was frequent some minutes ago."""
    association("جمعية الأمل")
    monkeypatch.setattr(listing, "_frequency", lambda _term: listing.RARE + 1)
    found = listing.associations(COUNTRY, Filters(q="الأمل"))
    assert (len(found.rows), found.count) == (1, 1)
