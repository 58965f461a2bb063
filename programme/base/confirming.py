"""Sensitive acts: whoever proved who they are too long ago in this browser proves it again first.

A view that always is sensitive says so to `requires`; one that is at times calls `must_be_recent`. Either way
the edge leads to the page that asks for the password, and back.
"""

from __future__ import annotations

import datetime as dt

from flask import g

CONFIRMED_FOR = dt.timedelta(minutes=10)


class Unconfirmed(Exception):
    """Raised in a request whose browser has to confirm first; the edge answers with the page that asks."""


def must_be_recent() -> None:
    """Raise `Unconfirmed` where the last proof is older than `CONFIRMED_FOR`."""
    if not g.is_confirmed:
        raise Unconfirmed
