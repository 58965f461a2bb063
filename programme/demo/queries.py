"""What the demonstration asks before and after it loads."""

from __future__ import annotations

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort
from partnerships.agreements.models import Agreement
from programme.base.accounts import Account
from programme.base.extensions import db
from regions.associations.models import Association
from regions.geography.models import Commune, Province, Region
from regions.programmes.models import RegionalProgramme

FILLED: tuple[type[Account | Association | RegionalProgramme | Cohort | Agreement], ...] = (
    Account,
    Association,
    RegionalProgramme,
    Cohort,
    Agreement,
)


def has_data() -> bool:
    """Whether anything but reference data was recorded."""
    return any(db.session.scalar(sa.select(sa.exists().select_from(table))) for table in FILLED)


def region_ids() -> dict[str, int]:
    """Id of each region by HCP code."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Region.code, Region.id))}


def provinces_in(region: str) -> dict[str, tuple[int, int]]:
    """(id, population) of each province of a region by HCP code."""
    rows = db.session.execute(
        sa.select(Province.code, Province.id, Province.population_2024)
        .join(Region)
        .where(Region.code == region)
        .order_by(Province.code)
    )
    return {row[0]: (row[1], row[2] or 0) for row in rows}


def region_names() -> dict[str, tuple[str, str]]:
    """(Arabic, French) name of each region by HCP code."""
    rows = db.session.execute(sa.select(Region.code, Region.name_ar, Region.name_fr))
    return {row[0]: (row[1], row[2]) for row in rows}


def province_names() -> dict[str, tuple[str, str]]:
    """(Arabic, French) name of each province by HCP code."""
    rows = db.session.execute(sa.select(Province.code, Province.name_ar, Province.name_fr))
    return {row[0]: (row[1], row[2]) for row in rows}


def places_in(region: str) -> dict[str, list[tuple[str, str, int]]]:
    """(Arabic, French, id) of the communes of a region, by HCP code of the province."""
    rows = db.session.execute(
        sa.select(Province.code, Commune.name_ar, Commune.name_fr, Commune.id)
        .join(Province, Province.id == Commune.province_id)
        .join(Region, Region.id == Province.region_id)
        .where(Region.code == region)
        .order_by(Commune.code)
    )
    found: dict[str, list[tuple[str, str, int]]] = {}
    for province, name_ar, name_fr, ident in rows:
        found.setdefault(province, []).append((name_ar, name_fr, ident))
    return found
