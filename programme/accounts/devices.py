"""Browsers in which an account's owner has signed in before: a signed cookie that lives long and opens nothing.

It only says under which counter failures of this browser stand (`throttle`). It names accounts by a mark that
changes with their password, so that a copied cookie is worth nothing after a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from programme.base.accounts import Account

COOKIE = "device"
DAYS = 400
MOST = 12
"""Accounts that one browser remembers."""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known browser")


def _mark(account: Account) -> str:
    text = f"{account.id} {account.password_hash}".encode()
    return hmac.new(str(current_app.secret_key).encode(), text, hashlib.sha256).hexdigest()[:20]


def _read() -> tuple[str, list[str]]:
    """This browser's own number and the accounts that it knows; a fresh number where the cookie is not ours."""
    try:
        number, marks = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadData, ValueError, TypeError):
        return secrets.token_urlsafe(18), []
    return str(number), [str(mark) for mark in marks]


def known(account: Account | None) -> str | None:
    """The number of this browser where the account's owner has used it, else None."""
    number, marks = _read()
    return number if account is not None and _mark(account) in marks else None


def remember(response: Response, account: Account) -> None:
    """Let this browser know the account from now on."""
    number, marks = _read()
    mark = _mark(account)
    kept = [mark, *(one for one in marks if one != mark)][:MOST]
    response.set_cookie(
        COOKIE,
        _signer().dumps([number, kept]),
        max_age=DAYS * 24 * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
