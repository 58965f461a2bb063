"""Regional programmes for tests, opened through the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from programme.base.access import Actor
from programme.base.extensions import db
from regions.geography.models import Region
from regions.programmes import rules
from regions.programmes.models import ProgrammeState, RegionalProgramme

SYSTEM = Actor.system()


def region(code: str = "03") -> Region:
    """A region of the reference data."""
    return db.session.scalars(sa.select(Region).where(Region.code == code)).one()


def regional_programme(
    code: str = "03", *, starts_on: dt.date = dt.date(2023, 6, 14), **more: Any
) -> RegionalProgramme:
    """The running programme of a region, opened where it is not yet."""
    known = db.session.scalar(
        sa.select(RegionalProgramme)
        .join(Region, Region.id == RegionalProgramme.region_id)
        .where(Region.code == code, RegionalProgramme.starts_on == starts_on)
    )
    if known is not None:
        return known
    more.setdefault("state", ProgrammeState.RUNNING)
    return rules.open_regional_programme(SYSTEM, region_id=region(code).id, starts_on=starts_on, **more)
