"""Tables of the associations' registry (RULES A2–A5)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base import clock
from programme.base.database import Base, Instant, bilingual, choice, folded
from programme.base.files import StoredFile
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Tone
from regions.geography.models import Commune, Province, Region


class AssociationKind(Labelled):
    """A federation counts as one; its members only through their own representatives."""

    ASSOCIATION = "association", _l("Association de base")
    BRANCH = "branch", _l("Section")
    NETWORK = "network", _l("Réseau")
    FEDERATION = "federation", _l("Fédération")


class ReceiptKind(Labelled):
    """A provisional receipt older than 60 days is accepted with a warning (A2)."""

    PROVISIONAL = "provisional", _l("Récépissé provisoire"), Tone.AMBER
    FINAL = "final", _l("Récépissé définitif"), Tone.GREEN


class Coverage(Labelled):
    """How far an association works."""

    LOCAL = "local", _l("Locale")
    PROVINCIAL = "provincial", _l("Provinciale")
    REGIONAL = "regional", _l("Régionale")
    NATIONAL = "national", _l("Nationale")


class BureauRole(Labelled):
    """Offices of the bureau."""

    PRESIDENT = "president", _l("Président(e)")
    VICE_PRESIDENT = "vice_president", _l("Vice-président(e)")
    SECRETARY = "secretary", _l("Secrétaire général(e)")
    TREASURER = "treasurer", _l("Trésorier(ère)")
    ADVISOR = "advisor", _l("Assesseur(e)")
    MEMBER = "member", _l("Membre")


class Association(Base):
    """One association. Counting goes by `canonical_id`, which a merge moves and an un-merge restores.

    `receipt_no` is None for one known only from a transfer sheet. `odd` lists the fields whose value looks
    wrong (A5), `raw` keeps the input before cleaning as JSON.
    """

    __tablename__ = "association"
    __table_args__ = (
        sa.UniqueConstraint("province_id", "receipt_no", name="uq_association_receipt"),
        sa.Index("ix_association_sort", "sort_key", "id"),
        sa.Index("ix_association_region_sort", "region_id", "sort_key", "id"),
        sa.Index("ix_association_province_sort", "province_id", "sort_key", "id"),
        sa.Index("ix_association_match", "match_key", "province_id"),
        sa.Index("ix_association_receipt_no", "receipt_no"),
        sa.Index("ix_association_merged_into", "merged_into_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AssociationKind] = mapped_column(
        choice(AssociationKind, "kind"), default=AssociationKind.ASSOCIATION
    )
    name_ar: Mapped[str] = mapped_column(sa.String(300))
    name_fr: Mapped[str | None] = mapped_column(sa.String(300))
    name: Mapped[Bilingual] = bilingual("name")
    sort_key: Mapped[str] = mapped_column(folded())
    """Folded Arabic name without its form word: the registry's order."""
    match_key: Mapped[str] = mapped_column(folded())
    """Duplicate key of A4."""
    compare_key: Mapped[str] = mapped_column(folded(), server_default="", info={"projection": True})
    """Words by which the Arabic name is compared with others (A4), see `rules/keys.py`; imports keep no image of it."""
    receipt_no: Mapped[str | None] = mapped_column(sa.String(60))
    receipt_date: Mapped[dt.date | None] = mapped_column()
    receipt_authority: Mapped[str | None] = mapped_column(sa.String(200))
    receipt_kind: Mapped[ReceiptKind | None] = mapped_column(choice(ReceiptKind, "receipt_kind"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    province_id: Mapped[int | None] = mapped_column(sa.ForeignKey("province.id"))
    commune_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commune.id"), index=True)
    founded_on: Mapped[dt.date | None] = mapped_column()
    domain: Mapped[str | None] = mapped_column(sa.String(200))
    coverage: Mapped[Coverage | None] = mapped_column(choice(Coverage, "coverage"))
    president: Mapped[str | None] = mapped_column(sa.String(200))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    address: Mapped[str | None] = mapped_column(sa.String(400))
    ice: Mapped[str | None] = mapped_column(sa.String(40))
    rib: Mapped[str | None] = mapped_column(sa.String(60))
    odd: Mapped[str | None] = mapped_column(sa.String(300))
    raw: Mapped[str | None] = mapped_column(sa.Text)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    region: Mapped[Region] = relationship()
    province: Mapped[Province | None] = relationship()
    commune: Mapped[Commune | None] = relationship()
    __mapper_args__ = {"version_id_col": version}


class AssociationWord(Base):
    """Projection: one folded word of an association's names, number or place, for prefix search."""

    __tablename__ = "association_word"
    __table_args__ = (
        sa.Index("ix_association_word_word", "word", "association_id"),
        {"info": {"projection": True}},
    )

    association_id: Mapped[int] = mapped_column(
        sa.ForeignKey("association.id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(folded(80), primary_key=True)


class Mandate(Base):
    """One office held by one person between two days (A3)."""

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"), index=True)
    role: Mapped[BureauRole] = mapped_column(choice(BureauRole, "role"))
    name_ar: Mapped[str] = mapped_column(sa.String(200))
    name_fr: Mapped[str | None] = mapped_column(sa.String(200))
    name: Mapped[Bilingual] = bilingual("name")
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    from_on: Mapped[dt.date] = mapped_column()
    until_on: Mapped[dt.date | None] = mapped_column()
    minutes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association_document.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    association: Mapped[Association] = relationship()
    __mapper_args__ = {"version_id_col": version}


class DocumentKind(Labelled):
    """What an association hands in."""

    STATUTES = "statutes", _l("Statuts")
    RECEIPT = "receipt", _l("Récépissé")
    MINUTES = "minutes", _l("Procès-verbal")
    INTERNAL_RULES = "internal_rules", _l("Règlement intérieur")
    ACTIVITY_REPORT = "activity_report", _l("Rapport moral")
    FINANCIAL_REPORT = "financial_report", _l("Rapport financier")
    BANK = "bank", _l("Attestation bancaire")
    OTHER = "other", _l("Autre document")


class AssociationDocument(Base):
    """A file of an association's dossier, with the day it lapses where it does."""

    __tablename__ = "association_document"
    __table_args__ = (sa.Index("ix_association_document_expires_on", "expires_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind, "kind"))
    title: Mapped[str | None] = mapped_column(sa.String(200))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    expires_on: Mapped[dt.date | None] = mapped_column()
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    association: Mapped[Association] = relationship()
    file: Mapped[StoredFile] = relationship()


class SuspicionState(Labelled):
    """A person decides; « not a duplicate » is remembered (A4)."""

    OPEN = "open", _l("À examiner"), Tone.AMBER
    DISTINCT = "distinct", _l("Distinctes"), Tone.GREEN
    MERGED = "merged", _l("Fusionnées"), Tone.BLUE


class AssociationSuspicion(Base):
    """Two associations that look like one; the lower id first."""

    __tablename__ = "association_suspicion"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
        sa.Index("ix_association_suspicion_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("association.id", ondelete="CASCADE"), index=True)
    score: Mapped[int] = mapped_column()
    state: Mapped[SuspicionState] = mapped_column(
        choice(SuspicionState, "state"), default=SuspicionState.OPEN
    )
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
