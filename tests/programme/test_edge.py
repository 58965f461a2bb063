"""What no person types reaches no view: the NUL sign, which PostgreSQL takes in no text."""

from __future__ import annotations

from typing import Any

import pytest

from programme.base.access import Role
from tests.client import HouseClient

ADDRESSES = (
    "/journal?event=%00",
    "/journal?event=people%00:person:add&actor=%00",
    "/todo?region=%00",
    "/reports/cohort?cohort=%00",
    "/people?q=%00",
    "/people/pairs?state=%00&after=%00",
    "/cohorts?q=%00&region=%00",
    "/sessions?cohort=%00&region=%00&month=%00&after=%00",
    "/transfers?state=%00&before=%00&region=%00&q=%00",
    "/search?q=%00",
    "/?%00=1",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_nul_in_an_address_is_dropped(client: HouseClient, session: Any, address: str) -> None:
    for role in (Role.MINISTRY_OFFICER, Role.AUDITOR):
        client.sign_in_as(role)
        assert client.get(address, check=False).status_code < 500
        assert client.get(address.replace("%00", ""), check=False).status_code < 500


def test_a_nul_in_a_path_or_a_form_is_refused(client: HouseClient, session: Any) -> None:
    assert client.get("/welcome/a%00b", check=False).status_code == 400
    assert client.post("/sign-in", data={"email": "a\0@example.ma", "password": "x"}).status_code == 400
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert client.get("/sessions%00", check=False).status_code == 404
    sent = {"host_id": "1\0", "on_date": "\0", "once": "\0", "lines-0-name": "a\0"}
    assert client.post("/transfers/new", data=sent).status_code == 400
    assert client.post("/accounts/new\0", data={}).status_code == 404
