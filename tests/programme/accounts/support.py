"""Accounts with a password, signing in with it, and time that passes."""

from __future__ import annotations

import datetime as dt
from functools import cache

import sqlalchemy as sa
from werkzeug.test import TestResponse

from programme.accounts import passwords
from programme.base import clock
from programme.base.access import Role
from programme.base.accounts import Account, WebSession
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from tests.client import HouseClient

PHRASE = "une longue phrase"


@cache
def _hash(phrase: str) -> str:
    return passwords.hashed(phrase)


def an_account(
    email: str = "fes@example.ma", role: Role = Role.MINISTRY_OFFICER, phrase: str | None = PHRASE
) -> Account:
    """An account whose owner chose `phrase`, or was invited only."""
    made = Account(
        email=email, name="Amina", role=role, language="fr", password_hash=_hash(phrase) if phrase else None
    )
    db.session.add(made)
    db.session.commit()
    return made


def enter(
    client: HouseClient, email: str = "fes@example.ma", phrase: str = PHRASE, **more: str
) -> TestResponse:
    """Send the sign-in form."""
    return client.post("/sign-in", data={"email": email, "password": phrase, **more})


def browser_of(account: Account) -> WebSession:
    """The newest live browser session of an account."""
    chosen = (
        sa.select(WebSession)
        .where(WebSession.account_id == account.id, WebSession.ended_at.is_(None))
        .order_by(WebSession.id.desc())
    )
    return db.session.scalars(chosen).first() or db.session.scalars(chosen).one()


def let_pass(account: Account, minutes: int) -> None:
    """The last proof of who this is was so many minutes ago."""
    browser_of(account).confirmed_at = clock.now() - dt.timedelta(minutes=minutes)
    db.session.commit()


def events(name: str) -> list[JournalEntry]:
    """The entries of one event, oldest first."""
    chosen = sa.select(JournalEntry).where(JournalEntry.event == name).order_by(JournalEntry.sequence)
    return list(db.session.scalars(chosen))
