"""Pages of modules."""

from __future__ import annotations

from typing import Any

import pytest

from cohorts.curriculum.queries import module_by_code
from programme.base.access import Role
from tests.client import HouseClient
from tests.factories.cohorts import module


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_opens(client: HouseClient, session: Any, language: str) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    client.page("/modules")
    number = module("M1", 450).id
    session.commit()
    for address in ("/modules", "/modules/new", f"/modules/{number}/edit"):
        client.page(address)
    client.page("/modules/9999/edit", status=404)


def test_adding_and_editing(client: HouseClient, session: Any) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    data = {"code": "GOV", "title_ar": "الحكامة", "hours": "7.5"}
    assert client.post("/modules/new", data=data).status_code == 302
    assert client.post("/modules/new", data=data).status_code == 422
    made = module_by_code("GOV")
    assert made is not None
    assert made.minutes == 450
    address = f"/modules/{made.id}/edit"
    assert 'value="7.5"' in client.page(address)
    assert client.post(address, data={**data, "hours": "8", "version": made.version}).status_code == 302
    assert 'value="8"' in client.page(address)
    assert client.post(address, data={**data, "hours": "9", "version": 1}).status_code == 409
    assert client.post(address, data={**data, "hours": "0", "version": 2}).status_code == 422


def test_implementers_read_only(client: HouseClient, session: Any) -> None:
    client.sign_in_as(Role.IMPLEMENTER)
    client.page("/modules")
    client.page("/modules/new", status=403)


@pytest.mark.parametrize("hours", ["sNaN", "NaN", "Infinity", "-1", "1e99", "٫"])
def test_what_is_no_number_of_hours_is_refused_beside_its_field(client: HouseClient, hours: str) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    sent = {"code": "M99", "title_ar": "الحكامة", "hours": hours}
    answer = client.post("/modules/new", data=sent)
    assert answer.status_code == 422
    assert hours in answer.get_data(as_text=True), "nothing typed is lost"
