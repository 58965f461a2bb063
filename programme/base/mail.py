"""Mail: through SMTP where it is configured, else into `instance/outbox` to be shown by a command.

Messages queued inside a transaction leave after it commits and never when it rolls back.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import event
from sqlalchemy.orm import Session

from programme.base import clock

log = logging.getLogger(__name__)
_QUEUE = "mail_queue"
Told = Callable[[bool], None]
"""Hears whether a server took the message; False when it waits in the outbox."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail goes."""

    smtp_url: str
    sender: str
    outbox: Path


def queue(
    session: Session | Any, post: Post, to: str, subject: str, body: str, told: Told | None = None
) -> None:
    """Send a plain text mail once the transaction has committed; `told` then hears how it went."""
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = to, post.sender, subject
    message["Message-ID"] = make_msgid(domain="programme.local")
    message.set_content(body)
    session.info.setdefault(_QUEUE, []).append((post, message, told))


def send(post: Post, message: EmailMessage) -> bool:
    """Hand over one message; without SMTP it is written to the outbox. Whether a server took it."""
    if not post.smtp_url:
        post.outbox.mkdir(parents=True, exist_ok=True)
        stamp = clock.now().strftime("%Y%m%dT%H%M%S%f")
        (post.outbox / f"{stamp}.eml").write_bytes(message.as_bytes())
        return False
    url = urlsplit(post.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 25, timeout=20) as server:
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
    return True


@event.listens_for(Session, "after_commit")
def _leave(session: Session) -> None:
    for post, message, told in session.info.pop(_QUEUE, []):
        try:
            is_sent = send(post, message)
        except (OSError, smtplib.SMTPException):
            # The fact is committed; a mail server that is down must not undo it. Keep the message.
            log.exception("mail could not be sent; kept in the outbox")
            is_sent = send(Post("", post.sender, post.outbox), message)
        if told is not None:
            told(is_sent)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_QUEUE, None)
