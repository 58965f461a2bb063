"""A test client with taste: every page it opens is checked (DESIGN.md section 6)."""

from __future__ import annotations

import contextvars
import re
import secrets
from collections import Counter
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from babel.messages import pofile
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from programme.accounts.rules import open_session
from programme.base import remembering
from programme.base.access import Role
from programme.base.accounts import Account, Delegation, Serves
from programme.base.database import writing
from programme.base.extensions import db
from programme.config import ROOT

CATALOGUE = ROOT / "programme" / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
SILENT = {"script", "style", "title", "svg"}


@lru_cache(maxsize=1)
def french_only() -> frozenset[str]:
    """Message ids whose Arabic differs: none may stand on an Arabic page."""
    with CATALOGUE.open("rb") as source:
        catalogue = pofile.read_po(source, locale="ar")
    return frozenset(
        m.id
        for m in catalogue
        if isinstance(m.id, str) and m.id and m.string and m.string != m.id and len(m.id) > 3
    )


class Page(HTMLParser):
    """What is checked of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: Counter[str] = Counter()
        self.headings: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.texts: list[str] = []
        self.titles = 0
        self.inline: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.lang_here = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.attributes = found
        if tag == "h1":
            self.headings.append("")
        self.titles += tag == "title"
        if found.get("id"):
            self.ids[str(found["id"])] += 1
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        if tag not in VOID:
            self._open.append((tag, found.get("lang") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        if any(tag == "h1" for tag, _ in self._open) and self.headings:
            self.headings[-1] += text
        if not any(tag in SILENT for tag, _ in self._open):
            inner = next((lang for _, lang in reversed(self._open) if lang), "")
            self.texts.append((inner, text))  # type: ignore[arg-type]


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def check_page(text: str, where: str) -> None:
    """Fail with a sentence that says what to mend."""
    page = Page(text)
    assert len(page.headings) == 1, f"{where}: a page has exactly one h1, found {page.headings}"
    assert page.headings[0], f"{where}: the h1 is empty"
    assert page.titles >= 1, f"{where}: no <title>"
    lang = page.attributes.get("lang")
    assert lang in {"ar", "fr"}, f"{where}: <html lang> is {lang!r}"
    assert page.attributes.get("dir") == ("rtl" if lang == "ar" else "ltr"), (
        f"{where}: <html dir> does not fit {lang}"
    )
    double = [name for name, count in page.ids.items() if count > 1]
    assert not double, f"{where}: duplicate ids {double}"
    assert not page.inline, f"{where}: inline style or handler (the CSP refuses it): {page.inline}"
    words = [shown for _, shown in page.texts]  # type: ignore[misc]
    bad = [w for w in words if re.search(r"(?<![\w-])None(?![\w-])|\{\{|\}\}|%\(\w+\)[sd]", str(w))]
    assert not bad, f"{where}: a Python value or placeholder leaked: {bad[:3]}"
    if lang == "ar":
        left = [w for inner, w in page.texts if inner != "fr" and w in french_only()]  # type: ignore[misc]
        assert not left, f"{where}: untranslated on the Arabic page: {left[:5]}"


class Statements:
    """Counts the statements of one request."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __enter__(self) -> Statements:
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: Any) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _cur: Any, statement: str, *_: Any) -> None:
        self.all.append(statement)

    def __len__(self) -> int:
        return len(self.all)


class HouseClient(FlaskClient):
    """Checks each HTML page; `sign_in_as(role)` gives it an account; CSRF tokens are fetched for posts."""

    account: Account | None = None

    def sign_in_as(
        self, role: Role | str, *, name: str = "", language: str = "fr", **serves: list[int] | int
    ) -> Account:
        """Sign in as a new account of `role`, serving e.g. `region=3` or `association=[1, 2]`."""
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Account))
        account = Account(
            email=f"{role}{count}@example.ma",
            name=name or f"{Role(role).value} {count}",
            role=Role(role),
            language=language,
        )
        for kind, targets in serves.items():
            for target in [targets] if isinstance(targets, int) else targets:
                account.delegations.append(Delegation(kind=Serves(kind), target_id=target))
        token_writing = writing.set(True)
        db.session.add(account)
        db.session.flush()
        self.sign_in(account, language)
        writing.reset(token_writing)
        return account

    def sign_in(self, account: Account, language: str = "fr") -> None:
        """Sign in as an account that exists."""
        _browser, token = open_session(account)
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"], cookie["_fresh"], cookie["language"] = token, True, language
        self.account = account

    def speak(self, language: str) -> None:
        """Switch the language of the pages."""
        with self.session_transaction() as cookie:
            cookie["language"] = language

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"

    def open(self, *args: Any, check: bool = True, **kwargs: Any) -> TestResponse:
        if kwargs.get("method", "GET") == "POST" and kwargs.pop("csrf", True):
            self._add_token(kwargs)
        # What the test holds must be committed to be seen; the request gets a context of its own, as in life.
        db.session.commit()
        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        if check and response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check_page(
                response.get_data(as_text=True), f"{kwargs.get('method', 'GET')} {args[0] if args else ''}"
            )
        return response

    def _add_token(self, kwargs: dict[str, Any]) -> None:
        with self.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        # What flask_wtf.generate_csrf answers for that raw token.
        token = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw)
        if "json" in kwargs:
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": token}
        else:
            kwargs["data"] = {**dict(kwargs.get("data") or {}), "csrf_token": token}

    def page(self, address: str, status: int = 200, **kwargs: Any) -> str:
        """GET a page, expecting `status`, and answer its text."""
        response = self.get(address, **kwargs)
        assert response.status_code == status, f"GET {address}: {response.status_code} instead of {status}"
        return response.get_data(as_text=True)

    def statements(self, address: str) -> int:
        """How many SQL statements a GET of `address` takes where nothing is remembered yet."""
        remembering.forget()
        with Statements() as counted:
            self.get(address)
        return len(counted)


def instance_file(settings: Any, name: str) -> Path:
    """A file of the test instance."""
    return Path(settings.instance) / name
