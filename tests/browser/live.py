"""The application behind a real address, and Chromium signed in to it.

    with serving(app) as address, chromium() as browser:
        page = signed_in(browser, app, address, account, language="ar", width=390)

`signed_in` commits. Do not touch records between it and the end of the browser's work: on SQLite the test
would hold the lock that the server needs to write. Read ids beforehand, and look again afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from programme.accounts.rules import open_session
from programme.base.accounts import Account
from programme.base.database import writing
from programme.base.extensions import db

CHROMIUM = "/usr/bin/chromium"
HEIGHT = 900


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` in threads on a free port of this machine; answers the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def sign_in_cookie(app: Flask, account: Account, language: str = "fr") -> str:
    """The value of the session cookie of a browser that just signed in."""
    token = writing.set(True)
    values = {"_user_id": open_session(account)[1], "_fresh": True, "language": language}
    db.session.commit()
    writing.reset(token)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(values))


def signed_in(
    browser: Browser,
    app: Flask,
    address: str,
    account: Account,
    *,
    language: str = "fr",
    width: int = 1280,
) -> Page:
    """A page of a fresh browser context, signed in."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale=f"{language}-MA", base_url=address
    )
    name = str(app.config["SESSION_COOKIE_NAME"])
    cookie: Any = {"name": name, "value": sign_in_cookie(app, account, language), "url": address}
    context.add_cookies([cookie])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page
