"""Browsers of new accounts; nothing of the test itself stays open while others write."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.browser.live import sign_in_cookie
from tests.faults.writers import Browser

Crowd = Callable[[int], list[Browser]]


@pytest.fixture
def crowd(house: Flask) -> Iterator[Crowd]:
    """`crowd(20)` answers the browsers of twenty ministry officers, signed in; commits."""

    def gather(number: int) -> list[Browser]:
        found = []
        for count in range(number):
            account = Account(
                email=f"agent{count}@example.ma", name=f"Agent {count}", role=Role.MINISTRY_OFFICER
            )
            db.session.add(account)
            db.session.flush()
            found.append(Browser(house, sign_in_cookie(house, account)))
        db.session.remove()
        return found

    yield gather
    db.session.remove()
