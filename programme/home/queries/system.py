"""What an administrator and the machines that watch ask: accounts, and the schema's revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.migration import MigrationContext

from programme.base.access import Role
from programme.base.accounts import Account, Delegation, OneTimeLink, SignInAttempt, WebSession
from programme.base.extensions import db

SERVING = (
    Role.REGIONAL_OFFICER,
    Role.REGIONAL_PARTNER,
    Role.IMPLEMENTER,
    Role.TRAINER,
    Role.ASSOCIATION_REPRESENTATIVE,
    Role.TRAINEE,
)
"""Roles that see nothing until they are told whom they serve."""


@dataclass(frozen=True, slots=True)
class AccountsState:
    """The accounts as a whole, and those with which something is wrong."""

    by_role: Mapping[Role, int]
    active: int
    closed: int
    signed_in: int
    """Browsers seen in the last day."""
    failures: int
    """Failed sign-ins of the last day."""
    without_password: Sequence[Account]
    """Invited and never come, no link of theirs being valid any more."""
    serving_nothing: Sequence[Account]


def accounts_state(now: dt.datetime, limit: int = 10) -> AccountsState:
    """The accounts at this instant, at most `limit` of each kind of trouble by name; six statements."""
    yesterday = now - dt.timedelta(days=1)
    counted = sa.select(Account.role, Account.is_active, sa.func.count()).group_by(
        Account.role, Account.is_active
    )
    rows = db.session.execute(counted.order_by(Account.role)).all()
    by_role: dict[Role, int] = {}
    for role, is_active, number in rows:
        if is_active:
            by_role[role] = number
    open_link = sa.exists().where(
        OneTimeLink.account_id == Account.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
    )
    serves = sa.exists().where(Delegation.account_id == Account.id)
    return AccountsState(
        by_role=by_role,
        active=sum(by_role.values()),
        closed=sum(number for _role, is_active, number in rows if not is_active),
        signed_in=_count(WebSession, WebSession.ended_at.is_(None), WebSession.seen_at >= yesterday),
        failures=_count(SignInAttempt, SignInAttempt.at >= yesterday),
        without_password=_accounts(limit, Account.password_hash.is_(None), ~open_link),
        serving_nothing=_accounts(limit, Account.role.in_(SERVING), ~serves),
    )


def _count(model: type[WebSession] | type[SignInAttempt], *clauses: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*clauses)) or 0


def _accounts(limit: int, *clauses: sa.ColumnElement[bool]) -> Sequence[Account]:
    return db.session.scalars(
        sa.select(Account).where(Account.is_active, *clauses).order_by(Account.name, Account.id).limit(limit)
    ).all()


def schema_revision() -> str | None:
    """The revision at which the database stands; raises SQLAlchemyError where it does not answer."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()
