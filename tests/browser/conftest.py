"""One Chromium and one dataset for all tests of a file; the tests run on SQLite."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from programme.base.extensions import db
from programme.base.language import speaking
from programme.config import Settings
from tests.browser.live import chromium, serving
from tests.browser.scene import Scene, built
from tests.conftest import empty_tables


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def scene(app: Flask, settings: Settings) -> Iterator[Scene]:
    """The application behind a real address with both regions' records; emptied after the file."""
    # A line for every font and icon would bury what a failing test has to say.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with app.app_context(), serving(app) as address:
        with speaking("fr"):
            made = built(address, settings.uploads)
        db.session.remove()
        yield made
    with app.app_context():
        empty_tables()
