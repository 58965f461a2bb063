"""What slows guessing down, counted in the database so that it holds across workers and through restarts.

An attempt is counted before its password is looked at, on a connection of its own, so that many at once count
each other; it is forgotten where it was right. Counters are kept for fifteen minutes under digests only:

- of a subject from one network: whoever guesses is stopped, others who try the same address are not;
- of a subject from everywhere, far higher: against many networks that guess at one address;
- of a network over all its subjects: against one network that guesses at many addresses.

A browser in which the owner once signed in (`devices`) has a counter of its own and is stopped by none of
these: nobody who fails elsewhere, however often, keeps the owner out of it. On a new browser the owner passes
through the mailed link, after which that browser is known.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from programme.base import clock
from programme.base.accounts import SignInAttempt
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused

WINDOW = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures of one kind are borne within `WINDOW`, by counter."""

    kind: str
    near: int
    """Of one subject from one network."""
    anywhere: int
    """Of one subject from all networks together."""
    network: int
    """Of one network over all subjects."""
    known: int
    """Of one subject in one browser that its owner has used."""
    is_passed_by_link: bool = False
    """Whether the mailed link opens what is stopped here."""


SIGN_IN = Limit("sign-in", near=8, anywhere=100, network=60, known=8, is_passed_by_link=True)
CODE = Limit("code", near=5, anywhere=10, network=60, known=5)
"""The second step: whoever stands here has the password, so that a new browser gets few tries in all."""
CONFIRM = Limit("confirm", near=5, anywhere=5, network=60, known=5)
"""The subject is one signed-in browser: guessing there stops nobody elsewhere."""
LINK = Limit("link", near=8, anywhere=100, network=60, known=8)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Rows that count one attempt, to be forgotten when it was right."""

    rows: tuple[int, ...]


def digest(text: str) -> str:
    """What is stored of a random token, an address or a network: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def admit(limit: Limit, subject: str, network: str, device: str | None = None) -> Attempt:
    """Count an attempt before it is looked at. Raises `Refused` (429) once there were too many.

    `device` names a browser that the subject's owner has used. Ends the transaction of the request, which has
    only read so far. A refused attempt leaves nothing: it lengthens nobody's wait.
    """
    keys = _keys(limit, subject.strip().lower(), network, device)
    now = clock.now()
    db.session.rollback()  # it would block the transaction below on SQLite
    with _apart() as session:
        session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
        rows = [SignInAttempt(key=key, at=now) for key in keys]
        session.add_all(rows)
        session.commit()  # seen by all others before any is counted, whatever the engine isolates
        attempt = Attempt(tuple(row.id for row in rows))
        counted = sa.select(SignInAttempt.key, sa.func.count().label("failed")).group_by(SignInAttempt.key)
        counts = session.execute(counted.where(SignInAttempt.key.in_(keys)))
        found = {row.key: row.failed for row in counts}
        if all(found[key] <= most for key, most in keys.items()):
            return attempt
        session.execute(sa.delete(SignInAttempt).where(SignInAttempt.id.in_(attempt.rows)))
        session.commit()
    message = _("Trop de tentatives : patientez un quart d'heure.")
    if limit.is_passed_by_link:
        message += " " + _("Le lien que « Mot de passe oublié » envoie à votre adresse ouvre sans attendre.")
    raise Refused(message, code="throttle", status=429)


def forgive(attempt: Attempt) -> None:
    """Forget an attempt that was right, with the request's transaction."""
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.id.in_(attempt.rows)))


def network_of(address: str) -> str:
    """What is counted as one network: an IPv4 address, or the half of an IPv6 address that one household has.

    Whoever has one IPv6 address has 2^64 of them. What is no address is taken as it is.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


def _keys(limit: Limit, subject: str, address: str, device: str | None) -> dict[str, int]:
    """Counters of an attempt and how much each bears."""
    network = network_of(address)
    if device is not None:
        return {digest(f"{limit.kind} {subject} in {device}"): limit.known}
    return {
        digest(f"{limit.kind} {subject} from {network}"): limit.near,
        digest(f"{limit.kind} {subject}"): limit.anywhere,
        digest(f"{limit.kind} from {network}"): limit.network,
    }


@contextmanager
def _apart() -> Iterator[orm.Session]:
    token = writing.set(True)
    try:
        with orm.Session(db.engine) as session:
            yield session
    finally:
        writing.reset(token)
