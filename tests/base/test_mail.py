"""Mail leaves by a job, through a real server: nobody waits for it, and nothing is lost where it is down."""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from programme.base import clock, jobs, mail
from programme.base.extensions import db
from programme.base.mail import Post, WaitingMail
from programme.config import Settings


class Box:
    """A mail server's handler that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.letters.append((envelope.rcpt_tos, envelope.content))
        return self.answer


@pytest.fixture
def box() -> Iterator[tuple[Box, Controller]]:
    kept = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, server
    server.stop(no_assert=True)


@pytest.fixture
def post(house: Flask, box: tuple[Box, Controller], settings: Settings) -> Iterator[Post]:
    made = Post(f"smtp://127.0.0.1:{box[1].port}", "programme@example.ma", settings.outbox)
    mail.provide(made)
    jobs.queue().empty()
    yield made
    mail.provide(Post("", settings.mail_from, settings.outbox))


def waiting() -> list[WaitingMail]:
    return list(db.session.scalars(sa.select(WaitingMail).order_by(WaitingMail.id)))


def due(when: dt.timedelta = dt.timedelta(0)) -> None:
    db.session.execute(sa.update(WaitingMail).values(next_at=clock.now() - when))
    db.session.commit()


def outbox(settings: Settings) -> list[Path]:
    return sorted(settings.outbox.glob("*.eml"))


def test_it_leaves_after_the_commit_by_a_job(post: Post, box: tuple[Box, Controller]) -> None:
    told: list[bool] = []
    mail.queue(db.session, post, "salma@example.ma", "مرحبا", "الرابط: https://x/welcome/s3cret", told.append)
    assert told == []
    db.session.commit()
    assert told == [True]
    assert box[0].letters == [], "the answer does not wait for the server"
    assert ("mail", waiting()[0].id) in jobs.queue().waiting()
    db.session.rollback()
    assert jobs.work_off() == 1
    assert [to for to, _text in box[0].letters] == [["salma@example.ma"]]
    assert waiting() == []


def test_what_is_rolled_back_is_not_sent(post: Post, box: tuple[Box, Controller]) -> None:
    mail.queue(db.session, post, "a@example.ma", "S", "B")
    db.session.rollback()
    assert waiting() == []
    assert jobs.work_off() == 0
    assert jobs.queue().waiting() == set()


def test_nothing_about_anybody_stands_open(post: Post, settings: Settings) -> None:
    mail.queue(db.session, post, "salma@example.ma", "S", "https://x/welcome/s3cret")
    db.session.commit()
    kept = waiting()[0].sealed
    db.session.rollback()
    file = (settings.instance / "jobs.sqlite3").read_bytes()
    for secret in ("salma", "s3cret"):
        assert secret not in kept
        assert secret.encode() not in file


def test_done_twice_it_is_sent_once(post: Post, box: tuple[Box, Controller]) -> None:
    mail.queue(db.session, post, "a@example.ma", "S", "B")
    db.session.commit()
    ident = waiting()[0].id
    db.session.rollback()
    assert jobs.run("mail", ident)
    assert jobs.run("mail", ident)
    assert len(box[0].letters) == 1


def test_a_server_that_is_down_gets_it_later(
    post: Post, box: tuple[Box, Controller], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(outbox(settings))
    box[0].answer = "451 later"
    mail.queue(db.session, post, "salma@example.ma", "S", "B")
    db.session.commit()
    for at, wait in enumerate(mail.AGAIN[:3], 1):
        jobs.work_off()
        one = waiting()[0]
        assert one.tries == at
        assert abs(one.next_at - clock.now() - wait) < dt.timedelta(minutes=1)
        db.session.rollback()
        assert jobs.work_off() == 0, "it waits for its time"
        due()
    assert mail.stuck() == 1
    box[0].answer = "250 OK"
    jobs.work_off()
    assert len(box[0].letters) == 1
    assert waiting() == []
    assert len(outbox(settings)) == before
    assert "salma" not in caplog.text


def test_the_same_message_keeps_its_number(post: Post, box: tuple[Box, Controller]) -> None:
    """Sent a second time by whoever takes over from a dead worker: servers know it by its Message-ID."""
    mail.queue(db.session, post, "a@example.ma", "S", "B")
    db.session.commit()
    sealed = waiting()[0].sealed
    jobs.work_off()
    now = clock.now()
    db.session.add(WaitingMail(sealed=sealed, asked_at=now, next_at=now))
    db.session.commit()
    jobs.work_off()
    first, second = (smtplib.email.message_from_bytes(text) for _to, text in box[0].letters)  # type: ignore[attr-defined]
    assert isinstance(first, Message)
    assert first["Message-ID"] == second["Message-ID"]


def test_given_up_it_waits_in_the_outbox(post: Post, box: tuple[Box, Controller], settings: Settings) -> None:
    before = len(outbox(settings))
    box[0].answer = "550 no"
    mail.queue(db.session, post, "a@example.ma", "S", "B")
    db.session.commit()
    for wait in mail.AGAIN:
        jobs.work_off()
        assert abs(waiting()[0].next_at - clock.now() - wait) < dt.timedelta(minutes=1)
        due()
    jobs.work_off()
    assert waiting() == []
    assert len(outbox(settings)) == before + 1


def test_what_cannot_be_opened_is_parked_and_holds_up_nobody(post: Post, box: tuple[Box, Controller]) -> None:
    now = clock.now()
    db.session.add(WaitingMail(sealed="no key opens this", asked_at=now, next_at=now))
    db.session.commit()
    ident = waiting()[0].id
    for _try in range(len(mail.AGAIN) + 1):
        due()
        assert jobs.run("mail", ident)
        db.session.rollback()
    assert waiting()[0].next_at == mail.PARKED
    assert mail.waiting() == []
    assert mail.stuck() == 1


def test_a_password_is_not_sent_in_clear(
    post: Post, box: tuple[Box, Controller], caplog: pytest.LogCaptureFixture
) -> None:
    mail.provide(Post(f"smtp://house:s3cret@127.0.0.1:{box[1].port}", post.sender, post.outbox))
    mail.queue(db.session, post, "a@example.ma", "S", "B")
    db.session.commit()
    jobs.work_off()
    assert box[0].letters == []
    assert len(waiting()) == 1
    assert "offers no TLS" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1, and a machine that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return context


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_server_that_offers_tls_is_spoken_to_under_it(
    post: Post, certified: ssl.SSLContext, is_trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_trusted:
        monkeypatch.delenv("SSL_CERT_FILE")
    kept = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        kept,
        hostname="127.0.0.1",
        port=port,
        tls_context=certified,
        require_starttls=True,
        authenticator=lambda *_: AuthResult(success=True),
    )
    server.start()
    try:
        mail.provide(Post(f"smtp://house:s3cret@127.0.0.1:{port}", post.sender, post.outbox))
        mail.queue(db.session, post, "a@example.ma", "S", "B")
        db.session.commit()
        jobs.work_off()
    finally:
        server.stop(no_assert=True)
    assert len(kept.letters) == (1 if is_trusted else 0)
    assert len(waiting()) == (0 if is_trusted else 1)


def test_whoever_took_it_and_died_is_followed(post: Post, box: tuple[Box, Controller]) -> None:
    mail.queue(db.session, post, "a@example.ma", "S", "B")
    db.session.commit()
    ident = waiting()[0].id
    assert mail._taken(ident)
    assert not mail._taken(ident), "somebody is at it"
    assert mail.waiting() == []
    due()
    jobs.work_off()
    assert len(box[0].letters) == 1


def test_to_nobody_costs_as_much_and_sends_nothing(post: Post, box: tuple[Box, Controller]) -> None:
    mail.queue(db.session, post, "", "S", "B")
    db.session.commit()
    assert len(waiting()) == 1
    db.session.rollback()
    jobs.work_off()
    assert waiting() == []
    assert box[0].letters == []
