"""The national programme, its regional programmes and their targets, each version with its source."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base import clock
from programme.base.access import Permission
from programme.base.database import Base, Instant, bilingual, choice
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone
from regions.geography.models import Region


class ProgrammeState(Labelled):
    """The life of a regional programme."""

    ANNOUNCED = "announced", _l("Annoncée"), Tone.GREY
    PREPARING = "preparing", _l("En préparation"), Tone.GREY
    RUNNING = "running", _l("En cours"), Tone.BLUE
    POSTPONED = "postponed", _l("Reportée"), Tone.AMBER
    CLOSING = "closing", _l("En clôture"), Tone.BLUE
    CLOSED = "closed", _l("Clôturée"), Tone.GREEN


_S = ProgrammeState
_W = Permission.PROGRAMME_WRITE
MOVES = {
    "prepare": Move(
        {_S.ANNOUNCED, _S.POSTPONED},
        _S.PREPARING,
        _W,
        _l("Préparer"),
        confirm=_l(
            "La déclinaison passe en préparation : convention, modules et cohorte se mettent en place."
            " Vous la démarrerez ensuite."
        ),
    ),
    "start": Move({_S.PREPARING}, _S.RUNNING, _W, _l("Démarrer")),
    "postpone": Move(
        {_S.ANNOUNCED, _S.PREPARING, _S.RUNNING},
        _S.POSTPONED,
        _W,
        _l("Reporter"),
        needs_reason=True,
        confirm=_l(
            "Une déclinaison reportée ne reçoit plus de séances tant qu'elle n'est pas remise en préparation."
            " Ce qui est enregistré reste."
        ),
    ),
    "wind_up": Move({_S.RUNNING}, _S.CLOSING, _W, _l("Ouvrir la clôture")),
    "close": Move(
        {_S.CLOSING},
        _S.CLOSED,
        _W,
        _l("Clore"),
        confirm=_l("Une déclinaison clôturée ne reçoit plus de séances."),
    ),
    "resume": Move({_S.CLOSING}, _S.RUNNING, _W, _l("Reprendre"), needs_reason=True),
}


class Programme(Base):
    """The national programme: axis 1 of the strategy Nassij 2022-2026."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_ar: Mapped[str] = mapped_column(sa.String(300))
    name_fr: Mapped[str] = mapped_column(sa.String(300))
    name: Mapped[Bilingual] = bilingual("name")
    strategy_ar: Mapped[str] = mapped_column(sa.String(200))
    strategy_fr: Mapped[str] = mapped_column(sa.String(200))
    strategy: Mapped[Bilingual] = bilingual("strategy")
    starts_on: Mapped[dt.date | None] = mapped_column()
    ends_on: Mapped[dt.date | None] = mapped_column()
    is_demonstration: Mapped[bool] = mapped_column(default=False)


class RegionalProgramme(Base):
    """The programme in one region between two days."""

    __tablename__ = "regional_programme"
    __table_args__ = (
        sa.UniqueConstraint("region_id", "starts_on"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    starts_on: Mapped[dt.date] = mapped_column()
    ends_on: Mapped[dt.date | None] = mapped_column()
    state: Mapped[ProgrammeState] = mapped_column(
        choice(ProgrammeState, "state"), default=ProgrammeState.ANNOUNCED
    )
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    programme: Mapped[Programme] = relationship()
    region: Mapped[Region] = relationship()
    __mapper_args__ = {"version_id_col": version}


class TargetVersion(Base):
    """One version of a regional programme's targets, in force from `effective_on` until the next one.

    `min_attendance` is a percentage; `transfer_min_minutes` minutes per person.
    """

    __tablename__ = "target_version"
    __table_args__ = (
        sa.UniqueConstraint("regional_programme_id", "number"),
        sa.CheckConstraint("min_attendance BETWEEN 1 AND 100", name="min_attendance"),
        sa.CheckConstraint(
            "associations_target >= 0 AND trainees_target >= 0 AND reach_target >= 0", name="targets"
        ),
        sa.CheckConstraint("places_per_association >= 1 AND transfer_min_persons >= 1", name="thresholds"),
        sa.CheckConstraint("transfer_min_minutes >= 0", name="transfer_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    regional_programme_id: Mapped[int] = mapped_column(sa.ForeignKey("regional_programme.id"))
    number: Mapped[int] = mapped_column()
    effective_on: Mapped[dt.date] = mapped_column()
    associations_target: Mapped[int] = mapped_column(default=30)
    trainees_target: Mapped[int] = mapped_column(default=120)
    places_per_association: Mapped[int] = mapped_column(default=4)
    reach_target: Mapped[int] = mapped_column(default=600)
    min_attendance: Mapped[int] = mapped_column(default=80)
    transfer_min_persons: Mapped[int] = mapped_column(default=2)
    transfer_min_minutes: Mapped[int] = mapped_column(default=360)
    set_by: Mapped[str | None] = mapped_column(sa.String(200))
    """The agreement or decision that set it."""
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    regional_programme: Mapped[RegionalProgramme] = relationship()
    part_of = ("regional_programme_id",)
