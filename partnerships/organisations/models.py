"""Organisations: ministry, wilayas, regional councils, foundations, implementers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base.database import Base, bilingual, choice, folded
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled
from regions.geography.models import Region


class OrganisationKind(Labelled):
    """What an organisation is."""

    MINISTRY = "ministry", _l("Ministère")
    WILAYA = "wilaya", _l("Wilaya")
    REGIONAL_COUNCIL = "regional_council", _l("Conseil régional")
    FOUNDATION = "foundation", _l("Fondation")
    ASSOCIATION = "association", _l("Association porteuse")
    OTHER = "other", _l("Autre organisme")


class Organisation(Base):
    """One organisation that can be a party; found by its folded name in either language, or acronym."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind, "kind"))
    name_ar: Mapped[str] = mapped_column(sa.String(300))
    name_fr: Mapped[str | None] = mapped_column(sa.String(300))
    name: Mapped[Bilingual] = bilingual("name")
    acronym: Mapped[str | None] = mapped_column(sa.String(40))
    key_ar: Mapped[str] = mapped_column(folded(), index=True)
    key_fr: Mapped[str | None] = mapped_column(folded(), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    version: Mapped[int] = mapped_column(default=1)
    region: Mapped[Region | None] = relationship()
    __mapper_args__ = {"version_id_col": version}
