"""Signing in and out, and what slows guessing down."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import OperationalError

from programme.accounts import passwords, queries
from programme.base import clock, journal
from programme.base.access import Actor
from programme.base.accounts import Account, SignInAttempt, WebSession
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

IDLE = dt.timedelta(hours=12)
WINDOW = dt.timedelta(minutes=15)
MAX_PER_ADDRESS = 8
MAX_PER_NETWORK = 60
TOUCH = dt.timedelta(minutes=5)

journal.declare(
    {
        "account:session:sign_in": _l("Connexion"),
        "account:session:sign_out": _l("Déconnexion"),
        "account:session:confirm": _l("Identité confirmée"),
    }
)


def digest(token: str) -> str:
    """What is stored of a random token or an address: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_throttle(email: str, network: str) -> None:
    """Refuse (429) once an address or a network failed too often within the window."""
    since = clock.now() - WINDOW
    tried = queries.failures_since(digest(email.lower()), since)
    from_there = queries.failures_since(digest(network), since)
    if tried >= MAX_PER_ADDRESS or from_there >= MAX_PER_NETWORK:
        raise Refused(_("Trop de tentatives : patientez un quart d'heure."), code="throttle", status=429)


def note_failure(email: str, network: str) -> None:
    """Remember a failed sign-in, or a link asked for, under both keys and forget those that no longer count."""
    now = clock.now()
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
    db.session.add_all(
        [SignInAttempt(key=digest(email.lower()), at=now), SignInAttempt(key=digest(network), at=now)]
    )


def sign_in(email: str, password: str, agent: str = "") -> tuple[WebSession, str] | None:
    """The browser session and its token, or None where address, password or state is wrong."""
    account = queries.account_by_email(email)
    right = passwords.matches(password, account.password_hash if account else None)
    if account is None or not right or not account.is_active:
        return None
    return open_session(account, agent)


def open_session(account: Account, agent: str = "") -> tuple[WebSession, str]:
    """Start a browser session; answers it with its token, of which only the digest is stored."""
    token, now = secrets.token_urlsafe(32), clock.now()
    browser = WebSession(
        token_digest=digest(token),
        account=account,
        made_at=now,
        seen_at=now,
        confirmed_at=now,
        agent=agent[:200],
    )
    db.session.add(browser)
    account.last_seen_at = now
    actor = Actor.of(account.id, account.name, account.role)
    journal.record(db.session, actor, "account:session:sign_in", account)
    return browser, token


def touch(digest_of_token: str) -> None:
    """Say that a session is in use, on a connection of its own that commits at once.

    Called before the request's own transaction writes, so that a reading request holds no lock on SQLite.
    """
    now = clock.now()
    token = writing.set(True)
    try:
        with orm.Session(db.engine) as session:
            session.execute(
                sa.update(WebSession).where(WebSession.token_digest == digest_of_token).values(seen_at=now)
            )
            session.commit()
    except OperationalError:
        pass  # someone else is writing for long: the next request says it
    finally:
        writing.reset(token)


def confirm(actor: Actor, browser: WebSession, password: str) -> None:
    """Prove again who sits at this browser, for the sensitive acts of the next minutes. Refuses a wrong password."""
    if not passwords.matches(password, browser.account.password_hash):
        raise Refused(_("Mot de passe incorrect."), "password", status=422)
    browser.confirmed_at = clock.now()
    journal.record(db.session, actor, "account:session:confirm", browser.account)


def end_session(actor: Actor, token: str) -> None:
    """End the browser session of this token; a copied cookie is worth nothing afterwards."""
    found = queries.live_session(digest(token), clock.now() - IDLE)
    if found is not None:
        found.ended_at = clock.now()
        journal.record(db.session, actor, "account:session:sign_out", found.account)


def end_all_sessions(account: Account) -> None:
    """End every session of an account: its password changed or it was closed."""
    db.session.execute(
        sa.update(WebSession)
        .where(WebSession.account_id == account.id, WebSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
