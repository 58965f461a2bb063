"""Signing in and out, and the ends of sessions."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import OperationalError

from programme.accounts import passwords, queries, seeing
from programme.accounts.throttle import digest
from programme.base import clock, journal
from programme.base.access import Actor
from programme.base.accounts import Account, Stage, WebSession
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

IDLE = dt.timedelta(hours=12)
STEP = dt.timedelta(minutes=10)
"""How long the code may follow the password."""
TOUCH = dt.timedelta(minutes=5)

journal.declare(
    {
        "account:session:sign_in": _l("Connexion"),
        "account:session:sign_out": _l("Déconnexion"),
        "account:session:ended": _l("Connexions terminées à distance"),
        "account:session:confirm": _l("Identité confirmée"),
    }
)


def sign_in(email: str, password: str, agent: str = "") -> tuple[WebSession, str]:
    """A browser session and its token; refuses alike where address, password or state is wrong.

    One password is hashed and one account looked up whatever is wrong, so that the time tells nothing either.
    A session whose stage is `CODE` opens nothing before `second_step`.
    """
    account = queries.account_by_email(email)
    right = passwords.matches(password, account.password_hash if account else None)
    if account is None or not right or not account.is_active:
        raise Refused(_("Adresse ou mot de passe incorrect."), code="sign_in", status=422)
    if queries.factor_of(account.id) is not None:
        return _browser(account, agent, Stage.CODE)
    stage = Stage.ENROL if queries.needs_second_factor(account.role) else Stage.WHOLE
    return open_session(account, agent, stage)


def open_session(account: Account, agent: str = "", stage: Stage = Stage.WHOLE) -> tuple[WebSession, str]:
    """Sign a browser in; answers its session with the token, of which only the digest is stored."""
    browser, token = _browser(account, agent, stage)
    account.last_seen_at = browser.made_at
    actor = Actor.of(account.id, account.name, account.role)
    journal.record(db.session, actor, "account:session:sign_in", account)
    return browser, token


def second_step(half: WebSession) -> tuple[WebSession, str]:
    """Sign in the browser whose code was right, under a new token: the one that it had opens nothing."""
    half.ended_at = clock.now()
    return open_session(half.account, half.agent or "")


def _browser(account: Account, agent: str, stage: Stage) -> tuple[WebSession, str]:
    token, now = secrets.token_urlsafe(32), clock.now()
    browser = WebSession(
        token_digest=digest(token),
        account=account,
        made_at=now,
        seen_at=now,
        stage=stage,
        confirmed_at=now,
        agent=agent[:200],
    )
    db.session.add(browser)
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


def end_session(actor: Actor, token: str) -> None:
    """End the browser session of this token; a copied cookie is worth nothing afterwards."""
    found = queries.live_session(digest(token), clock.now() - IDLE)
    if found is not None:
        _close(found)
        journal.record(db.session, actor, "account:session:sign_out", found.account)


def end_all_sessions(account: Account, but: WebSession | None = None) -> None:
    """End every session of an account: its password or role changed, or it was closed; `but` one, if given."""
    live = [WebSession.account_id == account.id, WebSession.ended_at.is_(None)]
    if but is not None:
        live.append(WebSession.id != but.id)
    for browser in db.session.scalars(sa.select(WebSession).where(*live, WebSession.sees_as_id.is_not(None))):
        seeing.end(browser)
    db.session.execute(sa.update(WebSession).where(*live).values(ended_at=clock.now()))


def _close(browser: WebSession) -> None:
    """End a browser session; where it looked as another, that it no longer does is in the journal too."""
    seeing.end(browser)
    browser.ended_at = clock.now()


def end_one_session(actor: Actor, browser: WebSession) -> None:
    """End one of one's own sessions from another browser."""
    _close(browser)
    journal.record(db.session, actor, "account:session:ended", browser.account)


def end_other_sessions(actor: Actor, browser: WebSession) -> None:
    """End every session of one's own but the one at hand."""
    end_all_sessions(browser.account, but=browser)
    journal.record(db.session, actor, "account:session:ended", browser.account)
