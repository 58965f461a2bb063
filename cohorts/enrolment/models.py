"""Cohorts, their association seats and the enrolments that fill the places (RULES C1, C2)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cohorts.curriculum.models import Module
from cohorts.people.models import Person
from programme.base import clock
from programme.base.access import Permission
from programme.base.database import Base, Instant, bilingual, choice
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone
from regions.associations.models import Association, BureauRole
from regions.geography.models import Region
from regions.programmes.models import RegionalProgramme


class EnrolmentState(Labelled):
    """Nominated by its association, confirmed by the implementer; a withdrawn one frees its place."""

    NOMINATED = "nominated", _l("Proposé"), Tone.GREY
    CONFIRMED = "confirmed", _l("Confirmé"), Tone.BLUE
    WITHDRAWN = "withdrawn", _l("Retiré"), Tone.RED


ACTIVE_STATES = (EnrolmentState.NOMINATED, EnrolmentState.CONFIRMED)
_W = Permission.TRAINEE_WRITE
ENROLMENT_MOVES = {
    "confirm": Move({EnrolmentState.NOMINATED}, EnrolmentState.CONFIRMED, _W, _l("Confirmer")),
    "withdraw": Move(
        set(ACTIVE_STATES),
        EnrolmentState.WITHDRAWN,
        _W,
        _l("Retirer"),
        needs_reason=True,
        confirm=_l("La place se libère ; les heures déjà suivies restent au dossier."),
    ),
}


OVER = "over"
"""How lists call the cohorts that run although their period has passed: no state, but asked for like one."""


class CohortState(Labelled):
    """The life of a cohort."""

    PLANNED = "planned", _l("Planifiée"), Tone.GREY
    RUNNING = "running", _l("En cours"), Tone.BLUE
    CLOSED = "closed", _l("Clôturée"), Tone.GREEN


_C = Permission.COHORT_WRITE
COHORT_MOVES = {
    "start": Move({CohortState.PLANNED}, CohortState.RUNNING, _C, _l("Démarrer")),
    "close": Move(
        {CohortState.RUNNING},
        CohortState.CLOSED,
        _C,
        _l("Clore"),
        confirm=_l("Une cohorte close ne reçoit plus d'inscriptions ni de séances."),
    ),
    "reopen": Move({CohortState.CLOSED}, CohortState.RUNNING, _C, _l("Rouvrir"), needs_reason=True),
}


class Cohort(Base):
    """A group of associations trained together. `agreement` is the reference of the one that carries it,

    which may be recorded later (WORKBOOKS.md): there is no foreign key, see programme.base.carriage.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        sa.CheckConstraint("seats_target >= 1 AND places >= 1", name="capacity"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    regional_programme_id: Mapped[int] = mapped_column(sa.ForeignKey("regional_programme.id"), index=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), index=True)
    """The regional programme's region, kept beside for scopes."""
    name_ar: Mapped[str] = mapped_column(sa.String(200))
    name_fr: Mapped[str | None] = mapped_column(sa.String(200))
    name: Mapped[Bilingual] = bilingual("name")
    agreement: Mapped[str] = mapped_column(sa.String(60), index=True)
    state: Mapped[CohortState] = mapped_column(choice(CohortState, "state"), default=CohortState.PLANNED)
    starts_on: Mapped[dt.date | None] = mapped_column()
    ends_on: Mapped[dt.date | None] = mapped_column()
    seats_target: Mapped[int] = mapped_column(default=30)
    places: Mapped[int] = mapped_column(default=4)
    """Places a seat."""
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    regional_programme: Mapped[RegionalProgramme] = relationship()
    region: Mapped[Region] = relationship()
    modules: Mapped[list[Module]] = relationship(secondary="cohort_module", order_by=Module.code)
    __mapper_args__ = {"version_id_col": version}

    @hybrid_method
    def is_over(self, day: dt.date) -> bool:
        """Whether its period has passed on `day` while it runs: it waits to be closed."""
        return self.ends_on is not None and self.ends_on < day and self.state is CohortState.RUNNING

    @is_over.expression  # type: ignore[no-redef]
    @classmethod
    def is_over(cls, day: dt.date) -> sa.ColumnElement[bool]:
        return sa.and_(cls.ends_on < day, cls.state == CohortState.RUNNING)


class CohortModule(Base):
    """One module of a cohort's curriculum."""

    __tablename__ = "cohort_module"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), primary_key=True, index=True)
    part_of = ("cohort_id",)


class Seat(Base):
    """An association's seat in a cohort. `reason` stands where the seat goes over the target (C1)."""

    __tablename__ = "seat"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "association_id", name="uq_seat_association"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"), index=True)
    number: Mapped[int] = mapped_column()
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    granted_on: Mapped[dt.date] = mapped_column()
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    cohort: Mapped[Cohort] = relationship()
    association: Mapped[Association] = relationship()


class Enrolment(Base):
    """A person in a place of a seat. Hours come from attendance and stay after a withdrawal (C2)."""

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.Index(
            "uq_enrolment_active",
            "regional_programme_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state IN ('nominated', 'confirmed')"),
            postgresql_where=sa.text("state IN ('nominated', 'confirmed')"),
        ),
        sa.CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= enrolled_on", name="period"),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn"),
        sa.Index("ix_enrolment_cohort_state", "cohort_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    regional_programme_id: Mapped[int] = mapped_column(sa.ForeignKey("regional_programme.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(choice(EnrolmentState, "state"))
    bureau_role: Mapped[BureauRole | None] = mapped_column(choice(BureauRole, "bureau_role"))
    enrolled_on: Mapped[dt.date] = mapped_column()
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    """Stays after a withdrawal: a proposal withdrawn without having been confirmed never counts."""
    withdrawn_on: Mapped[dt.date | None] = mapped_column()
    withdrawal_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    withdrawal_recorded_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    """The withdrawn enrolment whose place this one took: at most one of the chain completes (C2)."""
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    seat: Mapped[Seat] = relationship()
    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()
    replaces: Mapped[Enrolment | None] = relationship(remote_side=[id])
    __mapper_args__ = {"version_id_col": version}
