"""Reads of the programme, regional programmes and targets; `scope` first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from programme.base import clock, journal
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.remembering import remembered
from regions.geography.models import Region
from regions.programmes.models import Programme, ProgrammeState, RegionalProgramme, TargetVersion


def is_demonstration() -> bool:
    """Whether the database holds the demonstration."""
    asked = sa.select(Programme.is_demonstration).order_by(Programme.id).limit(1)
    return remembered("is demonstration", lambda: bool(db.session.scalar(asked)))


def national_programme() -> Programme | None:
    """The national programme, made by `programme init`."""
    return db.session.scalar(sa.select(Programme).order_by(Programme.id).limit(1))


def region_named(scope: Scope, text: str) -> Region | None:
    """The region of a sheet, by HCP code (`03`, also typed 3) or name in either language; None out of scope.

    Only regions whose files may be written: those read as totals alone are left out.
    """
    wanted = fold(text)
    for region in db.session.scalars(sa.select(Region).order_by(Region.code)):
        if scope.regions is not None and region.id not in scope.regions:
            continue
        names = {fold(region.name_ar), fold(region.name_fr), region.code, region.code.lstrip("0")}
        if wanted in names:
            return region
    return None


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on RegionalProgramme: totals of the regions that the scope may read."""
    if scope.regions is None:
        return sa.true()
    return RegionalProgramme.region_id.in_(scope.regions | scope.territory)


def regional_programmes(scope: Scope, *, state: ProgrammeState | None = None) -> Sequence[RegionalProgramme]:
    """All in scope by region code, the latest first inside a region; region loaded."""
    chosen = (
        sa.select(RegionalProgramme)
        .join(Region, Region.id == RegionalProgramme.region_id)
        .options(joinedload(RegionalProgramme.region))
        .where(visible(scope))
        .order_by(Region.code, RegionalProgramme.starts_on.desc(), RegionalProgramme.id)
    )
    if state is not None:
        chosen = chosen.where(RegionalProgramme.state == state)
    return db.session.scalars(chosen).all()


def get_regional_programme(scope: Scope, regional_programme_id: int) -> RegionalProgramme | None:
    """One in scope, with its region and programme; else None."""
    return db.session.scalar(
        sa.select(RegionalProgramme)
        .options(joinedload(RegionalProgramme.region), joinedload(RegionalProgramme.programme))
        .where(RegionalProgramme.id == regional_programme_id, visible(scope))
    )


def regional_programme_of(region_id: int, on: dt.date | None = None) -> RegionalProgramme | None:
    """The one that runs in a region on a day (default today): else the last begun before it, else the first.

    Programmes of one region never overlap (see `rules.open_regional_programme`).
    """
    day = on or clock.today()
    found = db.session.scalars(
        sa.select(RegionalProgramme)
        .where(RegionalProgramme.region_id == region_id)
        .order_by(RegionalProgramme.starts_on.desc())
    ).all()
    return next((one for one in found if one.starts_on <= day), found[-1] if found else None)


def same_start(region_id: int, starts_on: dt.date) -> RegionalProgramme | None:
    """The regional programme that begins in this region on this very day."""
    return db.session.scalar(
        sa.select(RegionalProgramme).where(
            RegionalProgramme.region_id == region_id, RegionalProgramme.starts_on == starts_on
        )
    )


def overlapping(
    region_id: int, starts_on: dt.date, ends_on: dt.date | None, *, besides: int | None = None
) -> RegionalProgramme | None:
    """A regional programme of this region that shares a day with the period, `besides` left out."""
    chosen = sa.select(RegionalProgramme).where(
        RegionalProgramme.region_id == region_id,
        sa.or_(RegionalProgramme.ends_on.is_(None), RegionalProgramme.ends_on >= starts_on),
        RegionalProgramme.starts_on <= ends_on if ends_on is not None else sa.true(),
        RegionalProgramme.id != besides if besides is not None else sa.true(),
    )
    return db.session.scalars(chosen.order_by(RegionalProgramme.starts_on).limit(1)).first()


def target_versions(regional_programme_id: int) -> Sequence[TargetVersion]:
    """Every version of the targets, the newest first."""
    return db.session.scalars(
        sa.select(TargetVersion)
        .where(TargetVersion.regional_programme_id == regional_programme_id)
        .order_by(TargetVersion.effective_on.desc(), TargetVersion.number.desc())
    ).all()


def _in_force(
    versions: Iterable[TargetVersion], on: dt.date, known_on: dt.date | None
) -> TargetVersion | None:
    """Of versions with the newest first: the one in force on `on`, else the oldest."""
    latest = clock.end_of_day(known_on) if known_on else None
    known = [one for one in versions if latest is None or one.recorded_at <= latest]
    return next((one for one in known if one.effective_on <= on), known[-1] if known else None)


def targets_of(regional_programme_id: int, on: dt.date, known_on: dt.date | None = None) -> TargetVersion:
    """The targets in force on a day, as they were recorded by `known_on` (RULES D4).

    A day before the first version gets that one, so that nothing is ever without targets.
    """
    versions = target_versions(regional_programme_id)
    return _in_force(versions, on, known_on) or versions[-1]


def targets_of_many(
    regional_programme_ids: Iterable[int], on: dt.date, known_on: dt.date | None = None
) -> dict[int, TargetVersion]:
    """The targets in force on a day by regional programme id, in one statement."""
    chosen = (
        sa.select(TargetVersion)
        .where(TargetVersion.regional_programme_id.in_(sorted(set(regional_programme_ids))))
        .order_by(TargetVersion.effective_on.desc(), TargetVersion.number.desc())
    )
    versions: dict[int, list[TargetVersion]] = {}
    for one in db.session.scalars(chosen):
        versions.setdefault(one.regional_programme_id, []).append(one)
    found = {key: _in_force(some, on, known_on) for key, some in versions.items()}
    return {key: one for key, one in found.items() if one is not None}


def targets_by_region(scope: Scope, on: dt.date, known_on: dt.date | None = None) -> dict[int, TargetVersion]:
    """The targets in force on a day by region id, of each region's programme of that day; two statements."""
    current: dict[int, RegionalProgramme] = {}
    for one in db.session.scalars(
        sa.select(RegionalProgramme)
        .where(visible(scope))
        .order_by(RegionalProgramme.region_id, RegionalProgramme.starts_on)
    ):
        if one.region_id not in current or one.starts_on <= on:
            current[one.region_id] = one
    targets = targets_of_many((one.id for one in current.values()), on, known_on)
    return {region_id: targets[one.id] for region_id, one in current.items() if one.id in targets}


def history(regional_programme: RegionalProgramme) -> list[journal.JournalEntry]:
    """What happened to one regional programme, newest first."""
    return journal.history(db.session, "regional_programme", regional_programme.id)
