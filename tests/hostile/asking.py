"""One request, and what is wrong with its answer."""

from __future__ import annotations

import contextvars
import json
import re
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from programme.base.extensions import db
from tests.client import HouseClient
from tests.hostile.nasty import PROBE

_TRACE = re.compile(r"Traceback \(most recent call last\)|sqlalchemy\.|psycopg\.|werkzeug\.|site-packages")
_LINK = re.compile(r"(?:href|src|action)=[\"']?(?:[a-z]+:)?//([^/\"'\s>]+)", re.IGNORECASE)
OURS = {"localhost", "127.0.0.1"}


class _Elements(HTMLParser):
    """What of a page no template of ours writes: elements of that name, and handlers."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.foreign: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        hrefs = [value or "" for name, value in attrs if name in ("href", "src", "action")]
        handlers = [f"{tag} {name}" for name, _value in attrs if name.startswith("on") or PROBE in name]
        scripts = [value for value in hrefs if value.strip().lower().startswith("javascript:")]
        self.foreign += [*handlers, *scripts, *([tag] if PROBE in tag else [])]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: parameters as text or percent-coded, a form or a body of any type, headers."""

    method: str
    path: str
    query: str = ""
    form: dict[str, list[str]] | None = None
    body: bytes | None = None
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    has_token: bool = True

    def __str__(self) -> str:
        sent = {name: [value[:60] for value in values] for name, values in (self.form or {}).items()}
        told = f"{self.method[:20]} {self.path[:120]}?{self.query[:120]}"
        return (
            f"{told} {sent or (self.body or b'')[:80]!r} {self.content_type or ''} {str(self.headers)[:100]}"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `broken` is the exception that the application did not foresee."""

    status: int
    headers: dict[str, str]
    text: str
    mimetype: str
    broken: str = ""


def token_of(client: HouseClient) -> str:
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
    return str(URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token").dumps(raw))


def ask(client: HouseClient, asked: Asked) -> Answer:
    """Send it with the token that the page would carry, and read the whole answer."""
    headers = dict(asked.headers)
    kwargs: dict[str, Any] = {"query_string": asked.query, "method": asked.method, "buffered": True}
    if asked.method not in ("GET", "HEAD", "OPTIONS") and asked.has_token:
        headers.setdefault("X-CSRFToken", token_of(client))
    if asked.form is not None:
        kwargs["data"] = urlencode(asked.form, doseq=True, errors="surrogatepass").encode()
        kwargs["content_type"] = "application/x-www-form-urlencoded"
    elif asked.body is not None:
        kwargs["data"], kwargs["content_type"] = asked.body, asked.content_type
    db.session.commit()
    try:
        got = contextvars.Context().run(
            super(HouseClient, client).open, asked.path, headers=headers, **kwargs
        )
    except Exception as broken:
        db.session.rollback()
        return Answer(500, {}, "", "", f"{type(broken).__name__}: {str(broken)[:300]}")
    db.session.expire_all()
    data = got.get_data()
    text = data.decode("utf-8", "replace") if got.mimetype.startswith(("text/", "application/json")) else ""
    return Answer(got.status_code, dict(got.headers), text, got.mimetype)


assert FlaskClient in HouseClient.__mro__  # `super().open` above passes over the house's own checks


def fault_of(asked: Asked, answer: Answer) -> str:
    """What no answer may be: a failure, a page of another's making, a text that became markup, a foreign link."""
    if answer.broken or answer.status >= 500:
        return answer.broken or str(answer.status)
    if any("X-Evil" in name for name in answer.headers):
        return "a header was smuggled in"
    if 300 <= answer.status < 400:
        return _foreign(answer.headers.get("Location", "/"))
    if answer.mimetype == "text/html":
        return _page_fault(asked, answer)
    if answer.status >= 400 and asked.method != "HEAD" and not _is_told(answer):
        return f"{answer.status} as {answer.mimetype} and not as a page of the house"
    if answer.text and _TRACE.search(answer.text):
        return "tells its inside"
    return ""


def _is_told(answer: Answer) -> bool:
    """An error in JSON, as pages that ask in JSON are answered."""
    if answer.mimetype != "application/json":
        return False
    told = json.loads(answer.text)
    return isinstance(told, dict) and bool(told.get("error") or told.get("message"))


def _page_fault(asked: Asked, answer: Answer) -> str:
    text = answer.text
    if _TRACE.search(text):
        return "tells its inside"
    if PROBE in text and (found := _Elements(text).foreign):
        return f"typed text became markup: {found[:3]}"
    if (
        "Content-Security-Policy" not in answer.headers
        or "unsafe" in answer.headers["Content-Security-Policy"]
    ):
        return "no content security policy"
    if asked.method != "HEAD" and (answer.status >= 400 or "<html" in text) and text.count("<h1") != 1:
        return f"{answer.status} with {text.count('<h1')} h1"
    foreign = {host for host in _LINK.findall(text) if "evil" in host}
    return f"links to {foreign}" if foreign else ""


def _foreign(where: str) -> str:
    split = urlsplit(where)
    is_ours = where.startswith("/") and where[1:2] not in ("/", "\\")
    return (
        ""
        if is_ours or (split.scheme in ("http", "https") and split.hostname in OURS)
        else f"leads to {where!r}"
    )


def sent_file(
    client: HouseClient,
    path: str,
    data: bytes,
    name: str,
    fields: dict[str, str] | None = None,
    part: str = "file",
) -> TestResponse:
    """Send a form with one file. Its body is made here: the test client's own leaves temporary files open."""
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{text}\r\n'
        for one, text in (fields or {}).items()
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'
    body = ("".join(lines) + head).encode("utf-8", "surrogatepass") + data + b"\r\n--x--\r\n"
    headers = {"X-CSRFToken": token_of(client)}
    db.session.commit()
    kind = "multipart/form-data; boundary=x"
    answer: TestResponse = contextvars.Context().run(
        super(HouseClient, client).open,
        path,
        method="POST",
        data=body,
        content_type=kind,
        headers=headers,
        buffered=True,
    )
    db.session.expire_all()
    return answer
