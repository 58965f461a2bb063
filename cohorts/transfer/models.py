"""Transfer activities and who took part in them (RULES, Counting: T)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cohorts.curriculum.models import Module
from cohorts.people.models import Person
from programme.base import clock
from programme.base.access import Permission
from programme.base.database import Base, Instant, bilingual, choice
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone
from regions.associations.models import Association
from regions.geography.models import Commune, Region


class TransferState(Labelled):
    """Entered as a draft, declared by whoever answers for it, validated or returned by someone else (C6)."""

    DRAFT = "draft", _l("Brouillon"), Tone.GREY
    SUBMITTED = "submitted", _l("Déclarée"), Tone.BLUE
    RETURNED = "returned", _l("Renvoyée"), Tone.AMBER
    VALIDATED = "validated", _l("Validée"), Tone.GREEN
    REFUSED = "refused", _l("Refusée"), Tone.RED


_S = TransferState
_D, _V = Permission.TRANSFER_DECLARE, Permission.TRANSFER_VALIDATE
MOVES = {
    "submit": Move({_S.DRAFT, _S.RETURNED}, _S.SUBMITTED, _D, _l("Déclarer")),
    "validate": Move({_S.SUBMITTED}, _S.VALIDATED, _V, _l("Valider")),
    "return": Move(
        {_S.SUBMITTED},
        _S.RETURNED,
        _V,
        _l("Renvoyer"),
        needs_reason=True,
        confirm=_l("L'activité revient à son auteur pour correction ; elle ne compte pas d'ici là."),
    ),
    "refuse": Move(
        {_S.SUBMITTED},
        _S.REFUSED,
        _V,
        _l("Refuser"),
        needs_reason=True,
        confirm=_l("Une activité refusée ne compte pas et ne peut plus être corrigée."),
    ),
    "reopen": Move(
        {_S.VALIDATED},
        _S.SUBMITTED,
        _V,
        _l("Rouvrir"),
        needs_reason=True,
        confirm=_l("Les heures de l'activité ne comptent plus jusqu'à une nouvelle validation."),
    ),
}
OPEN = frozenset({_S.DRAFT, _S.SUBMITTED, _S.RETURNED})
"""States in which a sheet may still be changed: after validation only a reopening changes anything."""


class TransferActivity(Base):
    """A session that a trained association gave to others. The region is the host's."""

    __tablename__ = "transfer_activity"
    __table_args__ = (
        sa.Index("ix_transfer_activity_region_state", "region_id", "state"),
        sa.Index("ix_transfer_activity_state_validated_at", "state", "validated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"), index=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    title_ar: Mapped[str | None] = mapped_column(sa.String(300))
    title_fr: Mapped[str | None] = mapped_column(sa.String(300))
    title: Mapped[Bilingual] = bilingual("title")
    venue: Mapped[str | None] = mapped_column(sa.String(200))
    commune_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commune.id"))
    module_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"))
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """The trainee who gave it: lineage from trainee to reached association."""
    head_count: Mapped[int | None] = mapped_column()
    """People present but not named: reported beside, never counted."""
    state: Mapped[TransferState] = mapped_column(choice(TransferState, "state"), default=TransferState.DRAFT)
    state_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    entered_by_id: Mapped[int | None] = mapped_column("declared_by_id", sa.ForeignKey("account.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    validated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    validated_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    host: Mapped[Association] = relationship()
    region: Mapped[Region] = relationship()
    commune: Mapped[Commune | None] = relationship()
    module: Mapped[Module | None] = relationship()
    trainer: Mapped[Person | None] = relationship()
    participations: Mapped[list[TransferParticipation]] = relationship(
        back_populates="activity", cascade="all, delete-orphan", order_by="TransferParticipation.id"
    )
    __mapper_args__ = {"version_id_col": version}


class TransferStep(Base):
    """One step of an activity: its state from then on, so that what was known on a day stays (D4). Never changed."""

    __tablename__ = "transfer_step"
    __table_args__ = ({"info": {"history": True}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(
        sa.ForeignKey("transfer_activity.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[TransferState] = mapped_column(choice(TransferState, "state"))
    at: Mapped[dt.datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class TransferParticipation(Base):
    """One person on the sheet of one day, affiliated to the association named on that sheet."""

    __tablename__ = "transfer_participation"
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "person_id", "association_id", "on_date", name="uq_participation"),
        sa.CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
        sa.Index("ix_transfer_participation_association", "association_id", "person_id"),
        sa.Index("ix_transfer_participation_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer_activity.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"))
    on_date: Mapped[dt.date] = mapped_column()
    minutes: Mapped[int] = mapped_column()
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    """When this line was written as it is now: a change of its minutes moves it."""
    activity: Mapped[TransferActivity] = relationship(back_populates="participations")
    person: Mapped[Person] = relationship()
    association: Mapped[Association] = relationship()


class FormerParticipation(Base):
    """A line of a declared sheet as it stood until it was changed or taken off (RULES D4). Never changed."""

    __tablename__ = "transfer_former_participation"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(
        sa.ForeignKey("transfer_activity.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"), index=True)
    on_date: Mapped[dt.date] = mapped_column()
    minutes: Mapped[int] = mapped_column()
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)
    until: Mapped[dt.datetime] = mapped_column(Instant)
