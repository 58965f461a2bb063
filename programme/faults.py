"""What becomes of a request when the machine fails it: tried once more, or answered with a page that says when to."""

from __future__ import annotations

import errno
from typing import Any

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import exc

from programme.base.extensions import db

WAIT = 15
"""Seconds after which a browser may ask again."""
AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL chose this transaction to end a deadlock or for lack of a serial order: it holds if it is tried again."""
GONE = frozenset({"42P01", "3D000", "3F000", "57P01", "57P02", "57P03"})
"""No table, no database, a server that stops: the database is not there, whatever the request was."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""The disk takes nothing more."""
NO_DATABASE = ("file is not a database", "disk image is malformed")


def is_unavailable(failure: BaseException) -> bool:
    """Whether the database, and not the request, is why it failed."""
    if isinstance(
        failure, exc.TimeoutError | exc.InterfaceError | exc.DisconnectionError | exc.OperationalError
    ):
        return True
    if isinstance(failure, exc.DBAPIError):
        said = str(failure.orig)
        return (
            failure.connection_invalidated
            or getattr(failure.orig, "sqlstate", None) in GONE
            or any(words in said for words in NO_DATABASE)
        )
    return False


def is_full(failure: BaseException) -> bool:
    """Whether the disk has no room, for a file or for the database."""
    if isinstance(failure, exc.DBAPIError):
        said = str(failure.orig)
        return getattr(failure.orig, "sqlstate", None) == "53100" or "disk is full" in said
    return isinstance(failure, OSError) and failure.errno in FULL


def may_hold_next_time(failure: BaseException) -> bool:
    """Whether the very same request may hold when it is tried at once."""
    return getattr(getattr(failure, "orig", None), "sqlstate", None) in AGAIN


def second_try(failure: Exception) -> ResponseReturnValue:
    """Have the view answer once more, on what is stored by now; raises `failure` where that was done, or cannot be.

    A file that was sent can be read only once, so a request with one is not tried again.
    """
    if g.get("is_second_try") or request.files or request.endpoint is None:
        raise failure
    g.is_second_try = True
    db.session.rollback()
    view = current_app.view_functions[request.endpoint]
    given: dict[str, Any] = request.view_args or {}
    try:
        answer: ResponseReturnValue = current_app.ensure_sync(view)(**given)
    except Exception as again:  # whatever it is now, it is answered as any failure is
        return current_app.handle_user_exception(again)
    return answer
