"""Flask-Login's user: an account with the browser session that it came by."""

from __future__ import annotations

from flask_login import UserMixin

from programme.accounts import queries, rules, throttle
from programme.base import clock
from programme.base.accounts import WebSession
from programme.base.confirming import CONFIRMED_FOR
from programme.base.extensions import db, login


class SignedIn(UserMixin):  # type: ignore[misc]
    """Whoever is signed in; `get_id` is the session token that the signed cookie carries."""

    def __init__(self, browser: WebSession, token: str) -> None:
        self.account, self.browser, self.token = browser.account, browser, token

    @property
    def is_confirmed(self) -> bool:
        """Whether the last proof of who this is is recent enough for a sensitive act."""
        proved = self.browser.confirmed_at
        return proved is not None and proved >= clock.now() - CONFIRMED_FOR

    def get_id(self) -> str:
        return self.token


@login.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> SignedIn | None:
    """The account behind a session token, or None once the session ended."""
    digest, now = throttle.digest(token), clock.now()
    found = queries.live_session(digest, now - rules.IDLE)
    if found is not None and found.seen_at < now - rules.TOUCH:
        db.session.rollback()  # the transaction that has just read would block the one that writes on SQLite
        rules.touch(digest)
        found = queries.live_session(digest, now - rules.IDLE)
    if found is None or not found.account.is_active:
        return None
    return SignedIn(found, token)
