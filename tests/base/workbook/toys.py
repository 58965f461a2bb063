"""A toy room on its own metadata: clubs, their members, labels, a total kept beside, and an import of clubs."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from programme.base.access import Permission
from programme.base.database import NAMING, Instant
from programme.base.refusals import Refused
from programme.base.workbook.columns import Choice, ImportColumn
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind
from programme.base.workbook.parsing import ParsedRow


class ToyBase(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


class Sealed(sa.TypeDecorator[str]):
    """Another text in the database each time, as encryption gives."""

    impl = sa.String(200)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else secrets.token_hex(4) + value[::-1]

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else value[8:][::-1]


toy_label = sa.Table(
    "toy_label",
    ToyBase.metadata,
    sa.Column("club_id", sa.ForeignKey("toy_club.id"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("toy_tag.id"), primary_key=True),
)


class ToyTag(ToyBase):
    __tablename__ = "toy_tag"
    id: Mapped[int] = mapped_column(primary_key=True)


class ToyClub(ToyBase):
    __tablename__ = "toy_club"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    secret: Mapped[str | None] = mapped_column(Sealed)
    founded_on: Mapped[dt.date | None] = mapped_column(sa.Date)
    seen_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    is_open: Mapped[bool] = mapped_column(default=True)
    member_count: Mapped[int] = mapped_column(default=0, info={"projection": True})
    version: Mapped[int] = mapped_column(default=1)
    members: Mapped[list[ToyMember]] = relationship(back_populates="club", cascade="all, delete-orphan")
    tags: Mapped[list[ToyTag]] = relationship(secondary=toy_label)
    __mapper_args__ = {"version_id_col": version}


class ToyMember(ToyBase):
    __tablename__ = "toy_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("toy_club.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(100))
    club: Mapped[ToyClub] = relationship(back_populates="members")


class ToyTotal(ToyBase):
    __tablename__ = "toy_total"
    __table_args__ = {"info": {"projection": True}}
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("toy_club.id"), primary_key=True)
    members: Mapped[int] = mapped_column()


STATUS = (Choice("on", "Actif, vif", "نشيط"), Choice("off", "Arrêté", "متوقف"))
COLUMNS = (
    ImportColumn("code", "Code", "الرمز", "code", required=True, example="EXEMPLE-1", maximum=20),
    ImportColumn("name", "Nom", "الاسم", "name", required=True, example="Club d'exemple"),
    ImportColumn("secret", "CNIE du président", "بطاقة الرئيس", "national_id", example="ZZ000000"),
    ImportColumn("founded_on", "Fondé le", "تاريخ التأسيس", "date", example="1999-12-31"),
    ImportColumn("is_open", "Ouvert", "مفتوح", "yes_no", example="oui", help_fr="Selon vous", help_ar="حسب رأيكم"),
    ImportColumn("member", "Membre", "العضو", "name", example="=Nom"),
    ImportColumn("status", "Statut", "الوضعية", "choice", choices=STATUS, example="on"),
    ImportColumn("fee", "Cotisation", "الاشتراك", "money", example="150,50"),
)  # fmt: skip


def apply_clubs(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    for row in rows:
        with context.row(row):
            _apply(context, row)


def _apply(context: ImportContext, row: ParsedRow) -> None:
    session: Session = context.session
    if row["name"] == "interdit":
        raise Refused("ce nom est interdit", "name")
    if row["name"] == "sans champ":
        raise Refused("rien à dire", "unknown_field")
    club = session.scalar(sa.select(ToyClub).where(ToyClub.code == row["code"]))
    if club is None or row["name"] == "doublon":
        club = ToyClub(
            code=row["code"], name=row["name"], secret=row["secret"], founded_on=row["founded_on"],
            is_open=row["is_open"] is not False, seen_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip
        session.add(club)
        session.add(ToyTotal(club_id=_number(session, club), members=0))
        context.created(club)
        if row["name"] == "presque":
            context.suspect(row, "presque", "un autre")
    else:
        for key in ("name", "secret", "founded_on"):
            before, after = getattr(club, key), row[key]
            if after is not None and after != before:
                setattr(club, key, after)
                context.updated(club, key, before, after)
    if row["member"] and row["member"] not in [member.name for member in club.members]:
        club.members.append(ToyMember(name=row["member"]))
        context.updated(club, "member", None, row["member"])
    if row["name"] == "purge":
        club.members.clear()
        context.updated(club, "member", "…", None)
    if row["name"] == "bloc":
        session.execute(
            sa.insert(ToyMember), [{"club_id": club.id, "name": "b1"}, {"club_id": club.id, "name": "b2"}]
        )
    if row["name"] == "en bloc":
        session.execute(sa.update(ToyMember).where(ToyMember.club_id == club.id).values(name="même"))
    session.flush()
    count = len(club.members)
    session.execute(sa.update(ToyTotal).where(ToyTotal.club_id == club.id).values(members=count))


def _number(session: Session, club: ToyClub) -> int:
    session.flush()
    return club.id


CLUBS = ImportKind(
    "clubs",
    "Clubs",
    "الأندية",
    COLUMNS,
    apply_clubs,
    Permission.ASSOCIATION_WRITE,
    explanation_fr="Une ligne par membre.",
    explanation_ar="سطر لكل عضو.",
    options=("region",),
)
