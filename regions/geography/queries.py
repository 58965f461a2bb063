"""Reads of the territory. Every list is ordered by HCP code, communes by name."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import Bilingual
from programme.base.remembering import settled
from regions.geography.models import Commune, CommuneKind, Province, Region


def _region_in(scope: Scope) -> sa.ColumnElement[bool]:
    if scope.regions is None:
        return sa.true()
    return Region.id.in_(scope.regions | scope.territory)


def regions(scope: Scope) -> Sequence[Region]:
    """The regions in scope (registry and totals), by code."""
    return db.session.scalars(sa.select(Region).where(_region_in(scope)).order_by(Region.code)).all()


def get_region(scope: Scope, code: str) -> Region | None:
    """The region with this HCP code (`03`), None where it does not exist or lies outside the scope."""
    return db.session.scalar(sa.select(Region).where(Region.code == code, _region_in(scope)))


def inside(scope: Scope, code: str | None) -> Scope:
    """The scope narrowed to the region with this code; the whole of it where none is asked for, or unknown."""
    region = get_region(scope, code) if code else None
    return scope.narrowed(region.id) if region else scope


def code_within(scope: Scope) -> str | None:
    """The code of the region to which the scope was narrowed: what a link to its list carries."""
    if scope.within is None:
        return None
    return db.session.scalar(sa.select(Region.code).where(Region.id == scope.within))


def provinces_of(scope: Scope, region: Region) -> Sequence[Province]:
    """Prefectures and provinces of one region, by code; none where the region is out of scope."""
    return db.session.scalars(
        sa.select(Province)
        .join(Region)
        .where(Province.region_id == region.id, _region_in(scope))
        .order_by(Province.code)
    ).all()


def provinces(scope: Scope) -> Sequence[Province]:
    """All prefectures and provinces in scope, by code (choices of forms and imports)."""
    return db.session.scalars(
        sa.select(Province).join(Region).where(_region_in(scope)).order_by(Province.code)
    ).all()


def get_province(scope: Scope, code: str) -> Province | None:
    """The province with this HCP code (`03.231`), None where it is unknown or out of scope."""
    return db.session.scalar(sa.select(Province).join(Region).where(Province.code == code, _region_in(scope)))


def communes_of(scope: Scope, province: Province, *, arrondissements: bool = False) -> Sequence[Commune]:
    """Communes of one province by French name, which is unique inside it (RULES A1).

    With `arrondissements` also the parts of its large city, for addresses: do not count or sum those.
    """
    chosen = (
        sa.select(Commune)
        .join(Province)
        .join(Region)
        .where(Commune.province_id == province.id, _region_in(scope))
        .order_by(Commune.name_fr, Commune.code)
    )
    if not arrondissements:
        chosen = chosen.where(Commune.kind != CommuneKind.ARRONDISSEMENT)
    return db.session.scalars(chosen).all()


def get_commune(scope: Scope, code: str) -> Commune | None:
    """The commune or arrondissement with this HCP code, None where it is unknown or out of scope."""
    return db.session.scalar(
        sa.select(Commune).join(Province).join(Region).where(Commune.code == code, _region_in(scope))
    )


def count_communes(scope: Scope) -> dict[int, int]:
    """Number of communes by province id, arrondissements left out."""
    counted = (
        sa.select(Commune.province_id, sa.func.count(Commune.id))
        .join(Province, Province.id == Commune.province_id)
        .join(Region)
        .where(Commune.kind != CommuneKind.ARRONDISSEMENT, _region_in(scope))
        .group_by(Commune.province_id)
        .order_by(Commune.province_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def region_ids() -> tuple[int, ...]:
    """Ids of all regions, whatever the scope."""
    return settled("region ids", lambda: tuple(db.session.scalars(sa.select(Region.id).order_by(Region.id))))


def names(table: type[Region] | type[Province] | type[Commune]) -> dict[str, Bilingual]:
    """Names of all places of one sort by HCP code, whatever the scope: the journal keeps them by code."""
    return settled(("names", table.__tablename__), lambda: _names(table))


def _names(table: type[Region] | type[Province] | type[Commune]) -> dict[str, Bilingual]:
    chosen = sa.select(table.code, table.name_ar, table.name_fr).order_by(table.code)
    return {code: Bilingual(ar, fr) for code, ar, fr in db.session.execute(chosen)}
