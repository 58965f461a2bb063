"""Accounts, what they serve, their sessions and one-time links; password rules live in programme.accounts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base import clock
from programme.base.access import Role
from programme.base.database import Base, Instant, choice
from programme.base.language import lazy_gettext as _l
from programme.base.personal import sealed
from programme.base.states import Labelled


class Account(Base):
    """Someone who signs in. `session_key` changes with the password, so that all older sessions end."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    language: Mapped[str | None] = mapped_column(sa.String(2))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    last_seen_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    delegations: Mapped[list[Delegation]] = relationship(
        back_populates="account", cascade="all, delete-orphan", order_by="Delegation.id"
    )
    __mapper_args__ = {"version_id_col": version}


class Serves(Labelled):
    """What an account can serve."""

    REGION = "region", _l("Région")
    ORGANISATION = "organisation", _l("Organisation")
    AGREEMENT = "agreement", _l("Convention")
    ASSOCIATION = "association", _l("Association")
    TRAINER = "trainer", _l("Formateur")
    PERSON = "person", _l("Personne")


class Delegation(Base):
    """This account serves that record. No foreign key: the ground floor knows no room's tables."""

    __tablename__ = "delegation"
    __table_args__ = (sa.UniqueConstraint("account_id", "kind", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[Serves] = mapped_column(choice(Serves, "kind"))
    target_id: Mapped[int] = mapped_column()
    account: Mapped[Account] = relationship(back_populates="delegations")
    part_of = ("account_id",)


class Stage(StrEnum):
    """How far a browser has come: the password alone opens nothing where a second factor is in use or required."""

    CODE = "code"
    """The password was right, the code is still asked for."""
    ENROL = "enrol"
    """Signed in, and to set up a second factor before anything else: the role requires one."""
    WHOLE = "whole"


class WebSession(Base):
    """A browser that signs in or has. The cookie carries a random token, here stands its SHA-256."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    seen_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    agent: Mapped[str | None] = mapped_column(sa.String(200))
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage"), default=Stage.WHOLE)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    """When the owner last proved here who they are, by signing in or by confirming a sensitive act."""
    sees_as_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """The account as which an administrator looks at the pages, reading only."""
    sees_as_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    sees_as: Mapped[Account | None] = relationship(foreign_keys=[sees_as_id])


class SecondFactor(Base):
    """The secret that an account shares with its owner's telephone, sealed; in use once `enrolled_at` is set."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    secret_sealed: Mapped[str] = mapped_column(sa.String(300), info=sealed())
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    enrolled_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_counter: Mapped[int] = mapped_column(default=0)
    """The thirty-second step of the last code taken: that code and older ones are worth nothing."""


class RecoveryCode(Base):
    """A code that stands in for the telephone once; only its SHA-256 is kept, as it is 80 random bits."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class RoleRequirement(Base):
    """What an administrator asks of everyone who has a role; a role without a row is asked for nothing more."""

    __tablename__ = "role_requirement"

    role: Mapped[Role] = mapped_column(choice(Role, "role"), primary_key=True)
    needs_second_factor: Mapped[bool] = mapped_column(default=False)


class LinkPurpose(Labelled):
    """What a one-time link is for; a link serves one purpose only."""

    INVITATION = "invitation", _l("Invitation")
    RESET = "reset", _l("Nouveau mot de passe")


class OneTimeLink(Base):
    """A link to choose a password; only its token's SHA-256 is kept."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose, "purpose"))
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    account: Mapped[Account] = relationship()


class SignInAttempt(Base):
    """A failed sign-in, kept as long as throttling needs it."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("ix_sign_in_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the address tried, or of the network address: neither is kept in clear."""
    at: Mapped[dt.datetime] = mapped_column(Instant)
