"""Write the territory: reference data, loaded once and again whenever the shipped files change (RULES A1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from regions.geography.models import Commune, CommuneKind, Province, ProvinceKind, Region
from regions.geography.territory import Territory

AnySession = Session | scoped_session[Any]
Place = TypeVar("Place", Region, Province, Commune)


class _Row(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name_ar(self) -> str: ...
    @property
    def name_fr(self) -> str: ...
    @property
    def population_2024(self) -> int: ...


def load_territory(session: AnySession, territory: Territory) -> int:
    """Insert or update regions, provinces, communes and arrondissements by code; number of rows that changed.

    Loading twice changes nothing. A code that left the files is kept: records may point at it. Flushes,
    never commits. Not journalled: it is the operator's installation, and carries no decision.
    """
    regions = _upsert(session, Region, territory.regions)
    changed = regions.changed
    provinces = _upsert(
        session,
        Province,
        territory.provinces,
        {
            row.code: {"region_id": regions.ids[row.region_code], "kind": ProvinceKind(row.kind)}
            for row in territory.provinces
        },
    )
    communes = (*territory.communes, *territory.arrondissements)
    changed += provinces.changed
    changed += _upsert(
        session,
        Commune,
        communes,
        {
            row.code: {"province_id": provinces.ids[row.province_code], "kind": CommuneKind(row.kind)}
            for row in communes
        },
    ).changed
    return changed


class _Loaded:
    """Ids by code after one level was written, and how many rows had to be."""

    def __init__(self, ids: dict[str, int], changed: int) -> None:
        self.ids = ids
        self.changed = changed


def _upsert(
    session: AnySession,
    table: type[Place],
    rows: Sequence[_Row],
    more: dict[str, dict[str, object]] | None = None,
) -> _Loaded:
    stored: dict[str, Place] = {place.code: place for place in session.scalars(sa.select(table))}
    changed = 0
    for row in rows:
        facts: dict[str, object] = {
            "name_ar": row.name_ar,
            "name_fr": row.name_fr,
            "population_2024": row.population_2024,
            **(more or {}).get(row.code, {}),
        }
        place = stored.get(row.code)
        if place is None:
            place = stored[row.code] = table(code=row.code, **facts)
            session.add(place)
            changed += 1
        elif any(getattr(place, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(place, name, value)
            changed += 1
    session.flush()
    return _Loaded({code: place.id for code, place in stored.items()}, changed)
