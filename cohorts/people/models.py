"""Named persons. A person without a national id is never merged automatically (RULES, Counting; D1)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base import clock
from programme.base.database import Base, Instant, bilingual, choice, folded
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.personal import sealed
from programme.base.states import Labelled, Tone
from regions.geography.models import Commune


class Sex(Labelled):
    """Missing sex is None and shows as « non précisé » (C7)."""

    F = "F", _l("Femme")
    M = "M", _l("Homme")


class Person(Base):
    """An association actor; `national_id_sealed` is encrypted, `national_id_hash` is what it is matched by."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index("ix_person_sort", "sort_key", "id"),
        sa.Index("ix_person_name_key", "name_key", "birth_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name_ar: Mapped[str] = mapped_column(sa.String(200))
    name_fr: Mapped[str | None] = mapped_column(sa.String(200))
    name: Mapped[Bilingual] = bilingual("name")
    sort_key: Mapped[str] = mapped_column(folded())
    name_key: Mapped[str] = mapped_column(folded())
    """Order-insensitive folded name: with birth date and phone it suggests the same person."""
    national_id_sealed: Mapped[str | None] = mapped_column(sa.String(400), info=sealed("national_id_hash"))
    national_id_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    national_id_masked: Mapped[str | None] = mapped_column(sa.String(20))
    is_national_id_odd: Mapped[bool] = mapped_column(default=False)
    typed_sealed: Mapped[str | None] = mapped_column(sa.String(2000), info=sealed())
    """Phone and national id as they were typed, where that differs from what is kept; encrypted (A5, D1)."""
    sex: Mapped[Sex | None] = mapped_column(choice(Sex, "sex"))
    birth_date: Mapped[dt.date | None] = mapped_column()
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    commune_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commune.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    erased_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    """When everything that identifies this person was taken out; what is counted stays (law 09-08)."""
    version: Mapped[int] = mapped_column(default=1)
    commune: Mapped[Commune | None] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def lacks_national_id(self) -> bool:
        """Whether a national id is still to be asked for; of somebody erased nothing is."""
        return self.national_id_hash is None and self.erased_at is None

    @lacks_national_id.inplace.expression
    @classmethod
    def _lacks_national_id(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.national_id_hash.is_(None), cls.erased_at.is_(None))


class PairState(Labelled):
    """What a person decided about two records that may be one."""

    OPEN = "open", _l("En attente de décision"), Tone.AMBER
    SAME = "same", _l("Même personne"), Tone.BLUE
    DISTINCT = "distinct", _l("Personnes distinctes"), Tone.GREEN


class PersonPair(Base):
    """Two records that may be one person: while open, figures show their range (RULES, Counting)."""

    __tablename__ = "person_pair"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[PairState] = mapped_column(choice(PairState, "state"), default=PairState.OPEN)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class PairDecision(Base):
    """One decision on a pair, or its taking back: what was known of it on a day (RULES D4). Never changed."""

    __tablename__ = "person_pair_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(sa.ForeignKey("person_pair.id", ondelete="CASCADE"), index=True)
    state: Mapped[PairState] = mapped_column(choice(PairState, "state"))
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(500))


class ConsentPurpose(Labelled):
    """Photo and partner-sharing are asked separately (D2)."""

    PROCESSING = "processing", _l("Traitement pour le programme")
    PHOTO = "photo", _l("Photographies")
    PARTNER_SHARING = "partner_sharing", _l("Communication aux partenaires")


class ConsentChannel(Labelled):
    """How consent was given."""

    PAPER = "paper", _l("Formulaire papier")
    SCREEN = "screen", _l("À l'écran")
    EMAIL = "email", _l("Par courrier électronique")


class ConsentText(Base):
    """What persons are asked to consent to: one wording of one purpose in one language. Never changed (D2)."""

    __tablename__ = "consent_text"
    __table_args__ = (sa.UniqueConstraint("purpose", "version", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose, "purpose"))
    version: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(2))
    body: Mapped[str] = mapped_column(sa.Text)
    from_on: Mapped[dt.date] = mapped_column()
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class Consent(Base):
    """One answer of a person: text version, language, purpose, channel, date; withdrawn on a day (D2)."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose, "purpose"))
    text_version: Mapped[str] = mapped_column(sa.String(20))
    text_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent_text.id"))
    """The wording that was shown; None where it was recorded before wordings were kept here."""
    language: Mapped[str] = mapped_column(sa.String(2))
    channel: Mapped[ConsentChannel] = mapped_column(choice(ConsentChannel, "channel"))
    given_on: Mapped[dt.date] = mapped_column()
    withdrawn_on: Mapped[dt.date | None] = mapped_column()
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
