"""Territory as reference data with HCP codes (RULES A1)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base.database import Base, bilingual, choice
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled


class ProvinceKind(Labelled):
    """A prefecture is the urban kind of province."""

    PREFECTURE = "prefecture", _l("Préfecture")
    PROVINCE = "province", _l("Province")


class CommuneKind(Labelled):
    """Milieu of a commune; arrondissements lie inside the large cities."""

    URBAN = "urban", _l("Commune urbaine")
    RURAL = "rural", _l("Commune rurale")
    ARRONDISSEMENT = "arrondissement", _l("Arrondissement")


class Region(Base):
    """One of the 12 regions; `code` is HCP's (`03`)."""

    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(2), unique=True)
    name_ar: Mapped[str] = mapped_column(sa.String(120))
    name_fr: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[Bilingual] = bilingual("name")
    population_2024: Mapped[int | None] = mapped_column()


class Province(Base):
    """One of the 75 prefectures and provinces; `code` is HCP's (`03.231`)."""

    __tablename__ = "province"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), unique=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), index=True)
    kind: Mapped[ProvinceKind] = mapped_column(choice(ProvinceKind, "kind"))
    name_ar: Mapped[str] = mapped_column(sa.String(120))
    name_fr: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[Bilingual] = bilingual("name")
    population_2024: Mapped[int | None] = mapped_column()
    region: Mapped[Region] = relationship()


class Commune(Base):
    """One of the 1,503 communes, or an arrondissement; `code` is HCP's (`03.231.01.01`)."""

    __tablename__ = "commune"
    __table_args__ = (sa.Index("ix_commune_province_name", "province_id", "name_fr"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    province_id: Mapped[int] = mapped_column(sa.ForeignKey("province.id"))
    kind: Mapped[CommuneKind] = mapped_column(choice(CommuneKind, "kind"))
    name_ar: Mapped[str] = mapped_column(sa.String(120))
    name_fr: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[Bilingual] = bilingual("name")
    population_2024: Mapped[int | None] = mapped_column()
    province: Mapped[Province] = relationship()
