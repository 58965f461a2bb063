"""Who asks the served pages over HTTP: as light as can be, for it shares the processors with the server."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder

from programme.demo.accounts import PASSWORD

TOKEN = re.compile(rb'name="csrf[-_]token" (?:content|value)="([^"]+)"')
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')
IDLE = 1.0
"""Seconds after which a connection is not trusted to be open still: the server closes it after two."""
PATIENCE = 600.0


@dataclass(slots=True)
class Answer:
    """What came back, and the seconds from asking to its last byte."""

    status: int
    body: bytes
    location: str
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Visitor:
    """One browser. `keeps` its connection as a browser does; a proxy before the server opens one a request."""

    port: int
    keeps: bool = True
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    _link: http.client.HTTPConnection | None = None
    _used: float = 0.0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, Any], **files: tuple[Any, str]) -> Answer:
        """Send a form with the token of the last page; `files` are (stream, name)."""
        given = {**fields, "csrf_token": self.csrf}
        if files:
            # Encoded by the test client of werkzeug, as a browser does.
            built = EnvironBuilder(method="POST", data={**given, **files}).get_environ()
            return self._ask(
                "POST", path, built["wsgi.input"].read(), {"Content-Type": built["CONTENT_TYPE"]}
            )
        sent = urlencode(given, doseq=True).encode()
        return self._ask("POST", path, sent, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, body: Any) -> Answer:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.csrf, "Accept": "application/json"}
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def sign_in(self, email: str) -> None:
        """Sign in with the password of the demonstration."""
        self.cookies.clear()
        self.get("/sign-in")
        answer = self.post("/sign-in", {"email": email, "password": PASSWORD})
        assert answer.status == 302, f"{email} is not let in: {answer.status}"
        self.get("/account")  # the session that was just begun has a token of its own

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if not self.keeps or time.monotonic() - self._used > IDLE:
            self.close()
        if self._link is None:
            self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if not self.keeps:
            headers["Connection"] = "close"
        begun = time.perf_counter()
        self._link.request(method, path, body, headers)
        got = self._link.getresponse()
        answer = Answer(got.status, got.read(), got.getheader("Location") or "", time.perf_counter() - begun)
        self._used = time.monotonic()
        for line in got.msg.get_all("Set-Cookie") or ():
            name, _is, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if token := TOKEN.search(answer.body):
            self.csrf = token[1].decode()
        return answer


def hidden_of(text: str) -> dict[str, str]:
    """The hidden fields of a page by name: its one-time key, its version, its token."""
    found = {}
    for tag in HIDDEN.findall(text):
        name, value = NAME.search(tag), VALUE.search(tag)
        if name:
            found[unescape(name[1])] = unescape(value[1]) if value else ""
    return found
