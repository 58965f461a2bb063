"""Associations for tests, entered through the rules."""

from __future__ import annotations

import itertools
from typing import Any

import sqlalchemy as sa

from programme.base.access import Actor
from programme.base.extensions import db
from regions.associations.models import Association
from regions.associations.rules import register_association
from regions.geography.models import Commune, Province, Region

_numbers = itertools.count(1)


def region(code: str = "03") -> Region:
    """The region with this HCP code."""
    return db.session.scalars(sa.select(Region).where(Region.code == code)).one()


def province(code: str = "03.231") -> Province:
    """The province with this HCP code."""
    return db.session.scalars(sa.select(Province).where(Province.code == code)).one()


def commune(province_code: str = "03.231") -> Commune:
    """The first commune of a province."""
    return db.session.scalars(
        sa.select(Commune).join(Province).where(Province.code == province_code).order_by(Commune.code)
    ).first() or _missing(province_code)


def _missing(code: str) -> Commune:
    raise LookupError(f"no commune in {code}")


def association(name_ar: str = "", *, province_code: str | None = "03.231", **fields: Any) -> Association:
    """An association of a province, with a name and a receipt of its own unless they are given."""
    number = next(_numbers)
    place = province(province_code or "03.231")
    fields.setdefault("receipt_no", f"{number}/2020")
    return register_association(
        fields.pop("actor", Actor.system()),
        name_ar=name_ar or f"جمعية المستقبل {number} للتنمية",
        region_id=place.region_id,
        province_id=place.id if province_code else None,
        **fields,
    )
