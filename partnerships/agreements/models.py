"""Agreements with any number of parties, their commitments and files (RULES P1–P5)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.organisations.models import Organisation
from programme.base import clock
from programme.base.access import Permission
from programme.base.database import Base, Instant, bilingual, choice, folded
from programme.base.files import StoredFile
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone
from regions.geography.models import Region


class AgreementKind(Labelled):
    """Kinds of WORKBOOKS.md."""

    FRAMEWORK = "framework", _l("Convention-cadre")
    TRIPARTITE = "tripartite", _l("Convention tripartite")
    BILATERAL = "bilateral", _l("Convention bilatérale")
    TRANSFER_PROJECT = "transfer_project", _l("Convention de projet de transfert")
    RESOURCE_SHARING = "resource_sharing", _l("Convention de mutualisation")
    CONTACT_CENTRE = "contact_centre", _l("Convention du centre de contact")


class AgreementState(Labelled):
    """RULES P1."""

    DRAFT = "draft", _l("Projet"), Tone.GREY
    NEGOTIATION = "negotiation", _l("En négociation"), Tone.GREY
    APPROVED = "approved", _l("Approuvée"), Tone.BLUE
    SIGNED = "signed", _l("Signée"), Tone.BLUE
    IN_FORCE = "in_force", _l("En vigueur"), Tone.GREEN
    SUSPENDED = "suspended", _l("Suspendue"), Tone.AMBER
    EXPIRED = "expired", _l("Échue"), Tone.AMBER
    CLOSING = "closing", _l("En clôture"), Tone.BLUE
    CLOSED = "closed", _l("Close"), Tone.GREEN
    CANCELLED = "cancelled", _l("Abandonnée"), Tone.RED
    TERMINATED = "terminated", _l("Résiliée"), Tone.RED


_S = AgreementState
_W, _A = Permission.AGREEMENT_WRITE, Permission.AGREEMENT_APPROVE
FORWARD = {
    "negotiate": Move({_S.DRAFT}, _S.NEGOTIATION, _W, _l("Ouvrir la négociation")),
    "approve": Move({_S.NEGOTIATION}, _S.APPROVED, _A, _l("Approuver")),
    "sign": Move({_S.APPROVED}, _S.SIGNED, _A, _l("Constater les signatures")),
    "enter_into_force": Move({_S.SIGNED}, _S.IN_FORCE, _A, _l("Mettre en vigueur")),
    "expire": Move({_S.IN_FORCE, _S.SUSPENDED}, _S.EXPIRED, _A, _l("Constater l'échéance")),
    "resume": Move({_S.SUSPENDED}, _S.IN_FORCE, _A, _l("Lever la suspension"), needs_reason=True),
    "wind_up": Move({_S.EXPIRED}, _S.CLOSING, _A, _l("Ouvrir la clôture")),
    "close": Move({_S.CLOSING}, _S.CLOSED, _A, _l("Clore")),
}
"""The steps that lead on: the first that can be made is the main button of the page."""
MOVES = {
    **FORWARD,
    "redraft": Move({_S.NEGOTIATION}, _S.DRAFT, _W, _l("Revenir au projet")),
    "renegotiate": Move(
        {_S.APPROVED},
        _S.NEGOTIATION,
        _W,
        _l("Rouvrir la négociation"),
        needs_reason=True,
        confirm=_l("L'approbation tombe ; le texte modifié devra être approuvé de nouveau."),
    ),
    "suspend": Move(
        {_S.IN_FORCE},
        _S.SUSPENDED,
        _A,
        _l("Suspendre"),
        needs_reason=True,
        confirm=_l("Aucune séance ne peut s'appuyer sur une convention suspendue."),
    ),
    "cancel": Move(
        {_S.DRAFT, _S.NEGOTIATION, _S.APPROVED, _S.SIGNED},
        _S.CANCELLED,
        _A,
        _l("Abandonner"),
        needs_reason=True,
        confirm=_l("Une convention abandonnée ne peut plus être signée."),
    ),
    "terminate": Move(
        {_S.IN_FORCE, _S.SUSPENDED},
        _S.TERMINATED,
        _A,
        _l("Résilier"),
        needs_reason=True,
        confirm=_l("La résiliation met fin aux effets de la convention à la date d'effet choisie."),
    ),
}


class PartyRole(Labelled):
    """What a party does under the agreement."""

    LEAD = "lead", _l("Chef de file")
    FUNDER = "funder", _l("Bailleur de fonds")
    HOST = "host", _l("Hôte")
    IMPLEMENTER = "implementer", _l("Opérateur de mise en œuvre")


class Agreement(Base):
    """One agreement. `starts_on`–`ends_on` is its agreed period; the effective one also waits for signatures (P1)."""

    __tablename__ = "agreement"
    __table_args__ = (
        sa.CheckConstraint("ends_on > starts_on", name="period"),
        sa.Index("ix_agreement_state_ends", "state", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(60), unique=True)
    kind: Mapped[AgreementKind] = mapped_column(choice(AgreementKind, "kind"))
    title_ar: Mapped[str] = mapped_column(sa.String(400))
    title_fr: Mapped[str | None] = mapped_column(sa.String(400))
    title: Mapped[Bilingual] = bilingual("title")
    search_key: Mapped[str] = mapped_column(folded(900))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    """None for a national one."""
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    starts_on: Mapped[dt.date] = mapped_column()
    ends_on: Mapped[dt.date] = mapped_column()
    state: Mapped[AgreementState] = mapped_column(
        choice(AgreementState, "state"), default=AgreementState.DRAFT
    )
    state_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    ended_on: Mapped[dt.date | None] = mapped_column()
    """The last day of effect: of a termination, or the eve of a suspension (emptied when it is lifted)."""
    text_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    """Of the locked text, once a party accepted it (P2)."""
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    region: Mapped[Region | None] = relationship()
    parent: Mapped[Agreement | None] = relationship(remote_side=[id])
    parties: Mapped[list[Party]] = relationship(
        back_populates="agreement", cascade="all, delete-orphan", order_by="Party.id"
    )
    commitments: Mapped[list[Commitment]] = relationship(
        back_populates="agreement", cascade="all, delete-orphan", order_by="Commitment.id"
    )
    __mapper_args__ = {"version_id_col": version}


class Party(Base):
    """An organisation bound by an agreement, who signs for it in which capacity; contributions in centimes."""

    __tablename__ = "party"
    __table_args__ = (
        sa.UniqueConstraint("agreement_id", "organisation_id", name="uq_party_organisation"),
        sa.CheckConstraint("cash_mad >= 0 AND in_kind_mad >= 0", name="contribution"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    role: Mapped[PartyRole] = mapped_column(choice(PartyRole, "role"))
    signatory: Mapped[str | None] = mapped_column(sa.String(200))
    capacity: Mapped[str | None] = mapped_column(sa.String(200))
    signed_on: Mapped[dt.date | None] = mapped_column()
    cash_mad: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    in_kind_mad: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    version: Mapped[int] = mapped_column(default=1)
    agreement: Mapped[Agreement] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()
    part_of = ("agreement_id",)
    __mapper_args__ = {"version_id_col": version}


class CommitmentState(Labelled):
    """Computed from the logged data where a measure reads it; nobody types it (P3)."""

    PENDING = "pending", _l("À venir"), Tone.GREY
    RUNNING = "running", _l("En cours"), Tone.GREY
    ON_COURSE = "on_course", _l("En bonne voie"), Tone.BLUE
    KEPT = "kept", _l("Tenu"), Tone.GREEN
    LATE = "late", _l("En retard"), Tone.RED
    BREACHED = "breached", _l("Non tenu"), Tone.RED


class Commitment(Base):
    """What one party owes: article, text, due day and, where a measure reads it, the quantity promised (P3)."""

    __tablename__ = "commitment"
    __table_args__ = (sa.CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"))
    article: Mapped[str] = mapped_column(sa.String(40))
    text_ar: Mapped[str] = mapped_column(sa.String(1000))
    text_fr: Mapped[str | None] = mapped_column(sa.String(1000))
    text: Mapped[Bilingual] = bilingual("text")
    due_on: Mapped[dt.date] = mapped_column()
    measure: Mapped[str | None] = mapped_column(sa.String(60))
    """Code in the register of measures; without one, evidence is a file."""
    quantity: Mapped[int | None] = mapped_column()
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    kept_on: Mapped[dt.date | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)
    agreement: Mapped[Agreement] = relationship(back_populates="commitments")
    party: Mapped[Party] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()
    part_of = ("agreement_id",)
    __mapper_args__ = {"version_id_col": version}


class AgreementFile(Base):
    """A scan of the signed text or an annex, with its hash (P5: archived, never called qualified)."""

    __tablename__ = "agreement_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    is_signed_text: Mapped[bool] = mapped_column(default=False)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    added_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    file: Mapped[StoredFile] = relationship()
