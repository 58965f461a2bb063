"""The registry's list: filters over the words of the projection, keyset pages, counts that stop early."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from programme.base import folding
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.remembering import lately
from regions.associations import words
from regions.associations.models import Association, AssociationWord
from regions.associations.queries.records import unmerged, visible

COUNTED = 1000
"""Beyond it a list says "more than 1,000": nothing counts 236,000 records to show 25."""
COUNTED_HOT = 100
"""The same where frequent words are looked for along the order: each hit is found among many records."""
RARE = 20_000
"""Up to here the records behind a word are fetched and sorted; above, the order's index is walked."""
LASTS = 600.0
"""Seconds for which it is believed how frequent a word is."""
LAST = "\U0010ffff"

Term = frozenset[str]
_HERE = AssociationWord.association_id == Association.id


@dataclass(frozen=True, slots=True)
class Filters:
    """What the registry's address says. `q` is searched by the beginnings of its words."""

    q: str = ""
    region_id: int | None = None
    province_id: int | None = None
    coverage: str = ""
    domain: str = ""
    receipt_kind: str = ""
    incomplete: bool = False
    to_check: bool = False

    def terms(self) -> list[tuple[Term, bool]]:
        """(forms, whether their beginnings do) of every word that a record must have."""
        found = [(term, True) for term in folding.search_terms(self.q)[:8]]
        for term in folding.search_terms(self.domain)[:8]:
            found.append((frozenset(words.DOMAIN + form for form in term), True))
        exact = (
            (self.coverage, words.COVERAGE + self.coverage),
            (self.receipt_kind, words.RECEIPT + self.receipt_kind),
            (self.incomplete, words.INCOMPLETE),
            (self.to_check, words.CHECK),
        )
        return found + [(frozenset({word}), False) for asked, word in exact if asked]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page: its rows, the ids to go on from either way, and the count up to `COUNTED` (None: more)."""

    rows: Sequence[Association] = ()
    before: int | None = None
    after: int | None = None
    count: int | None = 0
    beyond: int = COUNTED
    """What the count is known to exceed where it is None."""


@dataclass(slots=True)
class _Plan:
    """How the records that fit are reached: through the rare words, else along the order's index."""

    conditions: list[sa.ColumnElement[bool]] = field(default_factory=list)
    rare: list[sa.ColumnElement[bool]] = field(default_factory=list)
    is_plenty: bool = False
    """Whether more than `COUNTED` records are sure to fit."""
    beyond: int = COUNTED


def _fits(term: Term, by_beginning: bool) -> sa.ColumnElement[bool]:
    word = AssociationWord.word
    if not by_beginning:
        return word.in_(sorted(term))
    return sa.or_(*(sa.and_(word >= form, word < form + LAST) for form in sorted(term)))


def named(ident: Any, q: str) -> list[sa.ColumnElement[bool]]:
    """Clauses on an association's id, one for each word typed: it begins a name, a number or a place of the record.

    For lists of few records that belong to an association: each is looked up among its own words.
    """
    mine = AssociationWord.association_id == ident
    return [
        sa.exists(sa.select(sa.literal(1)).select_from(AssociationWord).where(mine, _fits(term, True)))
        for term in folding.search_terms(q)[:8]
    ]


def _frequency(term: tuple[Term, bool]) -> int:
    """How many words fit, counted up to RARE + 1, some minutes ago.

    How records are sought depends on it, and whether those that fill more than a page are counted.
    """
    fits = _fits(*term)
    some = sa.select(sa.literal(1)).select_from(AssociationWord).where(fits).limit(RARE + 1).subquery()
    count = sa.select(sa.func.count()).select_from(some)
    since = time.time() - LASTS
    return lately(("frequency", term), lambda: db.session.scalar(count) or 0, since)


def _has(fits: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal(1)).select_from(AssociationWord).where(_HERE, fits))


def _plan(scope: Scope, filters: Filters) -> _Plan:
    """Conditions in an order that both engines answer from an index (asserted on SQLite)."""
    plan = _Plan([unmerged(Association.merged_into_id), visible(scope)])
    if filters.province_id is not None:
        plan.conditions.append(Association.province_id == filters.province_id)
    if filters.region_id is not None:
        plan.conditions.append(Association.region_id == filters.region_id)
    counted = [(_frequency(term), _fits(*term)) for term in filters.terms()]
    plan.rare = [fits for number, fits in counted if number <= RARE]
    plan.conditions += [_has(fits) for number, fits in counted if number > RARE]
    is_narrowed = filters.province_id is not None or filters.region_id is not None or not scope.is_country
    plan.beyond = COUNTED_HOT if counted and not plan.rare else COUNTED
    plan.is_plenty = len(counted) == 1 and not plan.rare and not is_narrowed
    return plan


def _chosen(plan: _Plan) -> list[sa.ColumnElement[bool]]:
    if not plan.rare:
        return plan.conditions
    behind = [sa.select(AssociationWord.association_id).where(fits) for fits in plan.rare]
    together = behind[0] if len(behind) == 1 else sa.intersect(*behind)
    return [Association.id.in_(together), *plan.conditions]


def fitting(scope: Scope, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Conditions on `Association` of everything that the list shows, for those who read or count it whole."""
    return _chosen(_plan(scope, filters))


def _count(plan: _Plan) -> int | None:
    if plan.is_plenty:
        return None
    some = sa.select(Association.id).where(*_chosen(plan)).limit(plan.beyond + 1).subquery()
    found = db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return _up_to(plan.beyond, found)


def _up_to(beyond: int, found: int) -> int | None:
    return found if found <= beyond else None


def associations(
    scope: Scope,
    filters: Filters = Filters(),
    *,
    after: int | None = None,
    before: int | None = None,
    size: int = 25,
    descending: bool = False,
) -> Listing:
    """One page of the registry in its order (Arabic name), from the record `after` on or back from `before`."""
    plan = _plan(scope, filters)
    backward = before is not None
    start = _position(before if backward else after)
    is_whole = start is None and not plan.is_plenty
    found = _ids(plan, start, descending != backward, plan.beyond if is_whole else size)
    more, ids = len(found) > size, found[:size]
    if backward:
        ids.reverse()
    has_newer, has_older = (more, True) if backward else (start is not None, more)
    is_counted = is_whole or (start is None and not more)
    return Listing(
        _in_order(scope, ids),
        ids[0] if ids and has_newer else None,
        ids[-1] if ids and has_older else None,
        _up_to(plan.beyond, len(found)) if is_counted else _count(plan),
        COUNTED if plan.is_plenty else plan.beyond,
    )


def _ids(plan: _Plan, start: sa.Tuple | None, goes_down: bool, most: int) -> list[int]:
    """In the list's order, and one more than `most` where there are more.

    Records are read apart: sorting them whole takes longer than finding them. The first page asks for as many as
    are counted, which spares counting them.
    """
    return list(db.session.scalars(_ordered(plan, start, goes_down).limit(most + 1)))


def _ordered(plan: _Plan, start: sa.Tuple | None, goes_down: bool) -> sa.Select[int]:
    """What fits in the registry's order, from `start` on."""
    chosen = sa.select(Association.id).where(*_chosen(plan))
    if start is not None:
        key = sa.tuple_(Association.sort_key, Association.id)
        chosen = chosen.where(key < start if goes_down else key > start)
    columns = (Association.sort_key, Association.id)
    return chosen.order_by(*(column.desc() if goes_down else column.asc() for column in columns))


def _rows() -> sa.Select[Association]:
    return sa.select(Association).options(
        joinedload(Association.region), joinedload(Association.province), joinedload(Association.commune)
    )


def _position(association_id: int | None) -> sa.Tuple | None:
    if association_id is None:
        return None
    found = db.session.scalar(sa.select(Association.sort_key).where(Association.id == association_id))
    return None if found is None else sa.tuple_(sa.literal(found), sa.literal(association_id))


def some(scope: Scope, filters: Filters, limit: int = 8) -> Sequence[Association]:
    """The first records that fit, for search over everything; nothing where nothing telling is asked."""
    if not filters.terms():
        return []
    return _in_order(scope, _ids(_plan(scope, filters), None, False, limit - 1))


def _in_order(scope: Scope, ids: Sequence[int]) -> list[Association]:
    """The records of a page, but for one that somebody has just taken away."""
    rows = by_id(scope, ids)
    return [rows[one] for one in ids if one in rows]


def ids_among(scope: Scope, ids: Collection[int]) -> list[int]:
    """Those of `ids` that are in scope, in order."""
    wanted = sorted(set(ids))[:1000]
    return list(
        db.session.scalars(
            sa.select(Association.id)
            .where(Association.id.in_(wanted), visible(scope))
            .order_by(Association.id)
        )
    )


def by_id(scope: Scope, ids: Collection[int]) -> dict[int, Association]:
    """Those of `ids` that are in scope, with their places, by id."""
    chosen = (
        _rows().where(Association.id.in_(sorted(set(ids))[:1000]), visible(scope)).order_by(Association.id)
    )
    return {record.id: record for record in db.session.scalars(chosen)}
