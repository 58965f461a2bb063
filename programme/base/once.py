"""One-time keys: a form that is sent twice is saved once, and its second sending leads to what the first made."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from programme.base import clock
from programme.base.database import Base, Instant

KEPT = dt.timedelta(days=30)
"""A page that was opened longer ago than this is not sent again."""
LONGEST = 64
ADDRESS = 500


class OnceKey(Base):
    """A form's key, used: whose it was, what was sent with it, and the address of the record that it made."""

    __tablename__ = "once_key"

    key: Mapped[str] = mapped_column(sa.String(LONGEST), primary_key=True)
    used_at: Mapped[dt.datetime] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column()
    """No foreign key: a key says who may be led to the record, and nothing else hangs on it."""
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    """Keyed, so that nobody can guess from it what was sent."""
    address: Mapped[str | None] = mapped_column(sa.String(ADDRESS))
    """Path of this site to which the first sending led; None where its answer was no redirect."""


class Repeated(Exception):
    """The same form with the same content was saved already, under `key`."""

    def __init__(self, key: str) -> None:
        super().__init__("a form was sent twice")
        self.key = key


def digest_of(secret: str, sent: Iterable[tuple[str, str]]) -> str:
    """What tells one content from another, without telling what it is."""
    text = "\0".join(f"{name}\0{value}" for name, value in sorted(sent))
    return hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def known(session: Session | Any, key: str) -> OnceKey | None:
    """The use of this key, where it was used."""
    found: OnceKey | None = session.get(OnceKey, key[:LONGEST])
    return found


def use(session: Session | Any, key: str, account_id: int | None, digest: str | None = None) -> None:
    """Note inside the transaction that saves it that a form is being saved; raises Repeated where it was.

    Of two sendings at once the second waits here for the first to end.
    """
    if known(session, key) is not None:
        raise Repeated(key)
    session.add(OnceKey(key=key[:LONGEST], used_at=clock.now(), account_id=account_id, digest=digest))
    try:
        session.flush()
    except IntegrityError as clash:  # the other half of a double click got there first
        raise Repeated(key) from clash


def lead(session: Session | Any, key: str, address: str) -> None:
    """Keep where the form under `key` led, for whoever sends it again; addresses of other sites are not kept."""
    found = session.get(OnceKey, key[:LONGEST])
    if found is not None and address.startswith("/") and len(address) <= ADDRESS:
        found.address = address


def forget(session: Session | Any, before: dt.datetime | None = None) -> int:
    """Delete the keys used before `before` (a month ago); answers how many."""
    limit = before if before is not None else clock.now() - KEPT
    gone: Any = session.execute(sa.delete(OnceKey).where(OnceKey.used_at < limit))
    return int(gone.rowcount)
