"""Mail: through SMTP where it is configured, else into `instance/outbox` to be shown by a command.

A message is kept, sealed, in the transaction that asks for it, and a job hands it over: nobody waits for the mail
server, what rolls back sends nothing, and a server that is down gets it later. A worker that dies between handing
over and forgetting a message sends it again under the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from programme.base import clock, jobs, personal
from programme.base.database import Base, Instant
from programme.base.extensions import db
from programme.base.vault import vault

log = logging.getLogger(__name__)
JOB = "mail"
_QUEUE = "mail_queue"
SERVER_TIMEOUT = 20
TAKEN = dt.timedelta(minutes=3)
"""How long whoever took a message may be at it before another worker takes it."""
AGAIN = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720))
"""When a message that could not be sent is tried again; after the last time it goes to the outbox."""
PARKED = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""When a message is tried again that was given up and cannot be shown either: it stays, to be looked into."""
Told = Callable[[bool], None]
"""Hears whether the message is on its way to a server; False when it waits in the outbox."""


class Unprotected(smtplib.SMTPException):
    """A server that takes a password in clear text only; the message names nobody."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail goes."""

    smtp_url: str
    sender: str
    outbox: Path


class WaitingMail(Base):
    """One message that no server has taken yet. Gone once one has."""

    __tablename__ = "waiting_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(sa.Text, info=personal.sealed())
    """Recipient, subject, text and Message-ID in JSON: they hold an address and a one-time link."""
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    next_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    tries: Mapped[int] = mapped_column(default=0)


_post: list[Post] = []


def provide(post: Post) -> None:
    """Set where the mail of this process goes; `create_app` does."""
    _post[:] = [post]


def queue(
    session: Session | Any, post: Post, to: str, subject: str, body: str, told: Told | None = None
) -> None:
    """Send a plain text mail once the transaction has committed; `told` then hears how it went.

    An empty `to` costs as much and sends nothing: for answers that must not tell whether somebody is known.
    """
    letter = {
        "to": to,
        "from": post.sender,
        "subject": subject,
        "body": body,
        "id": make_msgid(domain="programme.local"),
    }
    if post.smtp_url:
        now = clock.now()
        waits = WaitingMail(sealed=vault().seal(json.dumps(letter)), asked_at=now, next_at=now)
        session.add(waits)
        session.flush()
        jobs.ask(session, JOB, waits.id)
    jobs.begin(session)
    session.info.setdefault(_QUEUE, []).append((post, letter, told))


def written(letter: dict[str, str]) -> EmailMessage:
    """The message of a letter as `queue` keeps it."""
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = letter["to"], letter["from"], letter["subject"]
    message["Message-ID"] = letter["id"]
    message.set_content(letter["body"])
    return message


def send(post: Post, message: EmailMessage) -> bool:
    """Hand over one message; without SMTP it is written to the outbox. Whether a server took it.

    Raises OSError or SMTPException where the server does not.
    """
    if not post.smtp_url:
        post.outbox.mkdir(parents=True, exist_ok=True)
        stamp = clock.now().strftime("%Y%m%dT%H%M%S%f")
        (post.outbox / f"{stamp}.eml").write_bytes(message.as_bytes())
        return False
    url = urlsplit(post.smtp_url)
    with _server(url) as server:
        if url.username:
            if not isinstance(server.sock, ssl.SSLSocket):
                raise Unprotected("the mail server offers no TLS: the password is not sent to it")
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
    return True


def _server(url: SplitResult) -> smtplib.SMTP:
    """The mail server, under TLS where it can; its certificate is examined either way."""
    host, trusted = url.hostname or "localhost", ssl.create_default_context()
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=SERVER_TIMEOUT, context=trusted)
    server = smtplib.SMTP(host, url.port or 25, timeout=SERVER_TIMEOUT)
    try:
        server.ehlo()  # before it nobody knows what the server offers
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
    except BaseException:
        server.close()
        raise
    return server


@event.listens_for(Session, "after_commit")
def _leave(session: Session) -> None:
    if session.in_nested_transaction():  # SQLAlchemy calls this at the end of a savepoint too
        return
    for post, letter, told in session.info.pop(_QUEUE, []):
        if not post.smtp_url and letter["to"]:
            send(post, written(letter))
        if told is not None:
            told(bool(post.smtp_url))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_QUEUE, None)


def deliver(ident: int) -> None:
    """Hand over the message `ident` if nobody else does: the job. What fails is tried again, see `AGAIN`."""
    if not _taken(ident):
        return
    waits = db.session.get_one(WaitingMail, ident)
    sealed, tries = waits.sealed, waits.tries
    db.session.rollback()  # no transaction stays open while the server is waited for
    message: EmailMessage | None = None
    try:
        message = _opened(sealed)
        if message is not None:
            send(_post[0], message)
    except (OSError, smtplib.SMTPException, personal.SealBroken, ValueError, KeyError) as failure:
        # The text of such an error names the recipient: the kind alone is logged (RULES D1).
        said = str(failure) if isinstance(failure, Unprotected) else type(failure).__name__
        log.warning("mail %s was not taken, try %s: %s", ident, tries, said)
        if not _is_given_up(ident, tries, message):
            return
    db.session.execute(sa.delete(WaitingMail).where(WaitingMail.id == ident))
    db.session.commit()


def _opened(sealed: str) -> EmailMessage | None:
    """The message that was kept, None where it is to nobody. Raises SealBroken, ValueError and KeyError."""
    letter = json.loads(vault().open(sealed))
    return written(letter) if letter["to"] else None


def _is_given_up(ident: int, tries: int, message: EmailMessage | None) -> bool:
    """Whether a message that failed is now in the outbox; else it waits, for good where nothing can show it."""
    if tries <= len(AGAIN):
        _later(ident, clock.now() + AGAIN[tries - 1])
        return False
    if message is None:
        _later(ident, PARKED)
        return False
    post = _post[0]
    send(Post("", post.sender, post.outbox), message)
    return True


def _taken(ident: int) -> bool:
    now = clock.now()
    taking = (
        sa.update(WaitingMail)
        .where(WaitingMail.id == ident, WaitingMail.next_at <= now)
        .values(tries=WaitingMail.tries + 1, next_at=now + TAKEN)
    )
    found = db.session.execute(taking)
    db.session.commit()
    return bool(found.rowcount)  # type: ignore[attr-defined]


def _later(ident: int, at: dt.datetime) -> None:
    later = sa.update(WaitingMail).where(WaitingMail.id == ident).values(next_at=at)
    db.session.execute(later)
    db.session.commit()


def waiting() -> list[int]:
    """Messages to be handed over now, the oldest first."""
    due = sa.select(WaitingMail.id).where(WaitingMail.next_at <= clock.now())
    return list(db.session.scalars(due.order_by(WaitingMail.id).limit(500)))


def stuck() -> int:
    """Messages that no server took at three tries."""
    found = db.session.scalar(sa.select(sa.func.count()).where(WaitingMail.tries >= 3))
    return found or 0


jobs.register(JOB, deliver, waiting, stuck)
