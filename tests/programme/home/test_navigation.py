"""Which entry of the navigation is marked."""

from __future__ import annotations

import re

import pytest

from programme.base.access import Role
from tests.client import HouseClient


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("/organisations", "/agreements"),
        ("/people/pairs", "/cohorts"),
        ("/agreements", "/agreements"),
        ("/associations", "/associations"),
        ("/regions/03", "/regions"),
        ("/", "/"),
    ],
)
def test_one_entry_is_marked(client: HouseClient, address: str, entry: str) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    menu = client.page(address).partition("</nav>")[0]
    assert re.findall(r'<a [^>]*href="([^"]*)"[^>]*aria-current="page"', menu) == [entry]
