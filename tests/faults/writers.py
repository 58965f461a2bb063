"""People at work at once: each in a thread with a browser of their own, over the application or over a real server."""

from __future__ import annotations

import contextvars
import http.client
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import Client, EnvironBuilder

from tests.faults.pages import Form, forms_of, main_form

T = TypeVar("T")
PATIENCE = 180.0
"""Seconds after which a test that hangs is a test that failed; nothing is timed by it."""


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    location: str = ""

    @property
    def forms(self) -> list[Form]:
        return forms_of(self.text)


@dataclass
class Browser:
    """A signed-in browser. `app` is the application itself, or the address of a server."""

    app: Flask | str
    cookie: str
    language: str = "fr"
    wants: str = "text/html"
    csrf: str = field(default="", init=False)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        """Send a form; the token of the last page that was opened goes with it."""
        return self._ask("POST", path, {**data, "csrf_token": self.csrf})

    def form(self, path: str) -> Form:
        """The form of a page, its token kept."""
        answer = self.get(path)
        found = main_form(answer.text)
        assert found is not None, f"{path}: {answer.status} and no form"
        return found

    def _ask(self, method: str, path: str, data: dict[str, Any] | None) -> Answer:
        answer = (
            self._of_app(method, path, data)
            if isinstance(self.app, Flask)
            else self._of_server(method, path, data)
        )
        for one in answer.forms:
            if "csrf_token" in one.names:
                self.csrf = one.value("csrf_token")
        return answer

    def _of_app(self, method: str, path: str, data: dict[str, Any] | None) -> Answer:
        assert isinstance(self.app, Flask)
        client = Client(self.app)
        client.set_cookie("programme", self.cookie)
        headers = {"Accept-Language": self.language, "Accept": self.wants}

        def ask() -> Any:
            return client.open(path, method=method, data=data, headers=headers, buffered=True)

        got = contextvars.Context().run(ask)  # a request has a context of its own, as in life
        fresh = client.get_cookie("programme")
        self.cookie = fresh.value if fresh is not None else self.cookie
        return Answer(got.status_code, got.get_data(as_text=True), got.headers.get("Location", ""))

    def _of_server(self, method: str, path: str, data: dict[str, Any] | None) -> Answer:
        link = http.client.HTTPConnection(urlsplit(str(self.app)).netloc, timeout=PATIENCE)
        headers = {"Cookie": f"programme={self.cookie}", "Accept-Language": self.language}
        body = None
        if data is not None:
            # Files among the fields are sent as a browser does; encoded by the test client of werkzeug.
            built = EnvironBuilder(method=method, data=data).get_environ()
            headers["Content-Type"], body = built["CONTENT_TYPE"], built["wsgi.input"].read()
        try:
            link.request(method, path, body, headers)
            got = link.getresponse()
            text = got.read().decode("utf-8", "replace")
        finally:
            link.close()
        for header in got.msg.get_all("Set-Cookie") or ():
            fresh = SimpleCookie(header).get("programme")
            self.cookie = fresh.value if fresh is not None else self.cookie
        return Answer(got.status, text, got.getheader("Location") or "")


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of them in threads that begin together; what one raises is raised here."""
    ready = threading.Barrier(len(works))
    done: dict[int, T] = {}
    failed: list[BaseException] = []

    def run(number: int, work: Callable[[], T]) -> None:
        try:
            ready.wait(PATIENCE)
            done[number] = work()
        except BaseException as failure:
            failed.append(failure)

    threads = [
        threading.Thread(target=run, args=(number, work), daemon=True) for number, work in enumerate(works)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert not any(one.is_alive() for one in threads), "somebody still waits"
    if failed:
        raise failed[0]
    return [done[number] for number in range(len(works))]
