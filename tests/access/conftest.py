"""One world for a whole file of access tests: nothing in it may be changed by them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.language import speaking
from programme.config import Settings
from tests.access.world import World, build
from tests.client import HouseClient
from tests.conftest import empty_tables


@pytest.fixture(scope="module")
def world(app: Flask, settings: Settings) -> Iterator[World]:
    """Both regions' records; the tables are emptied after the last test of the file."""
    with app.app_context(), speaking("fr"):
        try:
            yield build(settings.uploads)
        finally:
            db.session.rollback()
    with app.app_context():
        empty_tables()


@pytest.fixture(scope="module")
def clients(app: Flask, world: World) -> dict[Role, HouseClient]:
    """A signed-in browser of each role, serving region A where the role serves anything."""
    found = {}
    for role, account_id in world.accounts.items():
        made = app.test_client()
        assert isinstance(made, HouseClient)
        made.sign_in(db.session.get_one(Account, account_id))
        found[role] = made
    return found
