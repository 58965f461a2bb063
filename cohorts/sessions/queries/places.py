"""Communes and the region in which each lies."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from programme.base.extensions import db
from regions.geography.models import Commune, Province


def regions_of_communes(commune_ids: Iterable[int]) -> dict[int, int]:
    """Region id by commune id; no statement where none is asked."""
    wanted = sorted(set(commune_ids))
    if not wanted:
        return {}
    chosen = (
        sa.select(Commune.id, Province.region_id)
        .join(Province, Province.id == Commune.province_id)
        .where(Commune.id.in_(wanted))
        .order_by(Commune.id)
    )
    return {row[0]: row[1] for row in db.session.execute(chosen)}
