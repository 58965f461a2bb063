"""Pages of regional programmes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from programme.base.access import Role, Scope
from regions.programmes import queries, rules
from regions.programmes.models import ProgrammeState
from tests.client import HouseClient
from tests.factories.programmes import SYSTEM, region, regional_programme

TARGETS = {
    "associations_target": 30,
    "trainees_target": 120,
    "places_per_association": 4,
    "reach_target": 650,
    "min_attendance": 80,
    "transfer_min_persons": 2,
    "transfer_min_hours": "7.5",
    "set_by": "CONV-1",
    "reason": "Crédits",
}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_opens(client: HouseClient, session: Any, language: str) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    client.page("/regional-programmes")
    opened = regional_programme()
    rules.set_targets(
        SYSTEM, opened, effective_on=dt.date(2024, 1, 1), set_by="x", reason="y", reach_target=1
    )
    session.commit()
    address = f"/regional-programmes/{opened.id}"
    for tail in ("", "/targets", "/edit", "/move/postpone", "/move/wind_up"):
        client.page(address + tail)
    for whole in (
        "/regional-programmes/new",
        "/regional-programmes?state=running",
        "/regional-programmes?state=closed",
    ):
        client.page(whole)
    client.page(f"{address}/move/nothing", status=404)
    client.page("/regional-programmes/99999", status=404)


def test_opening_targets_period_and_moves(client: HouseClient, session: Any) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    data = {**TARGETS, "region": region().id, "starts_on": "2023-06-14"}
    assert client.post("/regional-programmes/new", data={**data, "region": ""}).status_code == 422
    assert client.post("/regional-programmes/new", data=data).status_code == 302
    assert client.post("/regional-programmes/new", data=data).status_code == 422
    opened = queries.regional_programmes(Scope.country())[0]
    assert queries.targets_of(opened.id, opened.starts_on).transfer_min_minutes == 450
    address = f"/regional-programmes/{opened.id}"
    more = {**TARGETS, "reach_target": 700, "effective_on": "2024-01-01"}
    assert client.post(f"{address}/targets", data={**more, "set_by": ""}).status_code == 422
    assert client.post(f"{address}/targets", data=more).status_code == 302
    assert client.post(f"{address}/targets", data=more).status_code == 422
    assert client.post(f"{address}/edit", data={"ends_on": "2020-01-01", "version": 1}).status_code == 422
    assert client.post(f"{address}/edit", data={"ends_on": "2026-06-14", "version": 1}).status_code == 302
    assert client.post(f"{address}/move/prepare", data={"version": 1}).status_code == 409
    assert client.post(f"{address}/move/prepare", data={"version": 2}).status_code == 302
    assert client.post(f"{address}/move/postpone", data={"version": 3}).status_code == 422
    assert client.post(f"{address}/move/close", data={"version": 3}).status_code == 422
    assert queries.regional_programmes(Scope.country())[0].state is ProgrammeState.PREPARING


def test_others_read_what_their_territory_allows(client: HouseClient, session: Any) -> None:
    opened = regional_programme()
    session.commit()
    number = opened.id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("04").id])
    client.page(f"/regional-programmes/{number}", status=404)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("03").id])
    client.page(f"/regional-programmes/{number}")
    client.page("/regional-programmes/new", status=403)


def test_the_list_has_a_fixed_number_of_statements(client: HouseClient, session: Any) -> None:
    regional_programme("01")
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.get("/regional-programmes")
    few = client.statements("/regional-programmes")
    for number in range(2, 13):
        regional_programme(f"{number:02d}")
    session.commit()
    assert client.statements("/regional-programmes") == few


def test_a_new_programme_says_what_comes_next(client: HouseClient, session: Any) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    data = {**TARGETS, "region": region().id, "starts_on": "2023-06-14"}
    client.post("/regional-programmes/new", data=data)
    opened = queries.regional_programmes(Scope.country())[0]
    address = f"/regional-programmes/{opened.id}"
    page = client.page(address)
    assert all(f'href="{door}"' in page for door in ("/agreements/new", "/cohorts/new"))
    assert "passe en préparation" in page
    assert "ne reçoit plus de séances" in client.page(f"{address}/move/postpone")
    for step in ("prepare", "start"):
        client.post(f"{address}/move/{step}", data={"version": opened.version})
    assert opened.state is ProgrammeState.RUNNING
    assert "/cohorts/new" not in client.page(address)
