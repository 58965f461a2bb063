"""Times and numbers that no screen offers are refused beside their field, on every database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.transfer.models import TransferActivity
from programme.base.access import Role
from tests.client import HouseClient
from tests.cohorts.transfer.test_pages import line, lines
from tests.factories.transfers import host, transfer

ODD_HOURS = ("sNaN", "NaN", "Infinity", "-1", "1e99", "٫")


@pytest.mark.parametrize("hours", ODD_HOURS)
def test_a_time_that_is_no_number_is_refused(client: HouseClient, session: Any, hours: str) -> None:
    made, giver = transfer(), host()
    before = made.participations[0].minutes
    client.sign_in_as(Role.MINISTRY_OFFICER)
    address = f"/transfers/{made.id}/participants/{made.participations[0].id}/edit"
    assert client.post(address, data={"hours": hours, "version": made.version}).status_code == 422
    assert made.participations[0].minutes == before
    sheet = {"host_id": giver.id, "on_date": "2024-03-01", **lines({**line(1), "hours": hours})}
    assert client.post("/transfers/new", data=sheet).status_code == 422


@pytest.mark.parametrize("number", ["9" * 30, "2147483648", "-1", "²", "99999", "x"])
@pytest.mark.parametrize("field", ["lines-0-province_id", "module_id", "trainer_id", "commune_id", "host_id"])
def test_a_number_that_no_record_has_is_refused(
    client: HouseClient, session: Any, field: str, number: str
) -> None:
    giver = host()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    sheet = {"host_id": giver.id, "on_date": "2024-03-01", **lines(line(1)), field: number}
    assert client.post("/transfers/new", data=sheet).status_code == 422
    assert session.scalar(sa.select(sa.func.count(TransferActivity.id))) == 0
