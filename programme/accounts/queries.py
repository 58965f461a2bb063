"""Reads of accounts and their sessions."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from programme.base.accounts import Account, OneTimeLink, SignInAttempt, WebSession
from programme.base.extensions import db


def account_by_email(email: str) -> Account | None:
    """The account with this address, in any case of letters."""
    return db.session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))


def live_session(digest: str, seen_after: dt.datetime) -> WebSession | None:
    """The browser session with this token digest, if it has not ended nor slept too long."""
    chosen = (
        sa.select(WebSession)
        .where(
            WebSession.token_digest == digest, WebSession.ended_at.is_(None), WebSession.seen_at >= seen_after
        )
        .options(joinedload(WebSession.account).selectinload(Account.delegations))
    )
    return db.session.scalar(chosen)


def failures_since(key: str, since: dt.datetime) -> int:
    """Failed sign-ins under one key since an instant."""
    counted = sa.select(sa.func.count()).where(SignInAttempt.key == key, SignInAttempt.at >= since)
    return db.session.scalar(counted) or 0


def open_link(digest: str, at: dt.datetime) -> OneTimeLink | None:
    """The one-time link with this token digest while it can still be used."""
    chosen = (
        sa.select(OneTimeLink)
        .where(OneTimeLink.token_digest == digest, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at)
        .options(joinedload(OneTimeLink.account))
    )
    return db.session.scalar(chosen)


def accounts() -> list[Account]:
    """All accounts with their delegations, by name."""
    chosen = sa.select(Account).options(selectinload(Account.delegations)).order_by(Account.name, Account.id)
    return list(db.session.scalars(chosen))


def get_account(account_id: int) -> Account | None:
    """One account by id."""
    return db.session.get(Account, account_id)
