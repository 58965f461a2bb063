"""Modules: what is taught, in minutes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from programme.base.database import Base, bilingual
from programme.base.language import Bilingual


class Module(Base):
    """One module of a curriculum. A cohort's curriculum is the set of its modules."""

    __tablename__ = "module"
    __table_args__ = (sa.CheckConstraint("minutes > 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title_ar: Mapped[str] = mapped_column(sa.String(300))
    title_fr: Mapped[str | None] = mapped_column(sa.String(300))
    title: Mapped[Bilingual] = bilingual("title")
    minutes: Mapped[int] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
