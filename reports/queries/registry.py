"""The registry of associations, read whole for its report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from programme.base.access import Scope
from programme.base.extensions import db
from regions.associations.models import Association
from regions.associations.queries import Filters, fitting
from regions.geography.models import Commune, Province, Region

CHUNK = 2000
_ORDER = (Association.sort_key, Association.id)


def association_rows(scope: Scope, filters: Filters) -> Iterator[Any]:
    """Every association that the filters keep, in the registry's order: names, receipt, places, domain, founding.

    A chunk at a time, and no transaction stays open between two: on SQLite one that reads keeps others from
    writing for as long as the renderer takes.
    """
    chosen = _registry().where(*fitting(scope, filters)).order_by(*_ORDER).limit(CHUNK)
    after: tuple[str, int] | None = None
    while True:
        page = (
            chosen if after is None else chosen.where(sa.tuple_(*_ORDER) > sa.tuple_(*map(sa.literal, after)))
        )
        rows = db.session.execute(page).all()
        yield from rows
        if len(rows) < CHUNK:
            return
        db.session.rollback()
        after = (rows[-1].sort_key, rows[-1].id)


def _registry() -> Any:
    return (
        sa.select(
            Association.sort_key,
            Association.id,
            Association.name_ar,
            Association.name_fr,
            Association.receipt_no,
            Region.name_ar.label("region_ar"),
            Region.name_fr.label("region_fr"),
            Province.name_ar.label("province_ar"),
            Province.name_fr.label("province_fr"),
            Commune.name_ar.label("commune_ar"),
            Commune.name_fr.label("commune_fr"),
            Association.domain,
            Association.founded_on,
        )
        .join(Region, Region.id == Association.region_id)
        .outerjoin(Province, Province.id == Association.province_id)
        .outerjoin(Commune, Commune.id == Association.commune_id)
    )


def association_count(scope: Scope, filters: Filters) -> int:
    """How many associations the filters keep."""
    found = sa.select(sa.func.count(Association.id)).where(*fitting(scope, filters))
    return db.session.scalar(found) or 0
