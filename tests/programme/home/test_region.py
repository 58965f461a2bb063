"""A region's page: inside one's scope, with lists behind its figures."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from programme.base import clock
from programme.base.access import Role, Scope
from programme.base.extensions import db
from programme.home import region as region_room
from regions.programmes import queries as programmes
from regions.programmes.models import ProgrammeState
from tests.client import HouseClient
from tests.factories.associations import region
from tests.programme.home.scene import scene


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("code", ["03", "05"])
def test_the_page_opens_with_and_without_a_programme(client: HouseClient, language: str, code: str) -> None:
    scene()
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    page = client.page(f"/regions/{code}")
    assert f"/reports/progress.pdf?region={code}" in page
    assert ("viz-curve" in page) == (code == "03")
    client.page("/regions")


def test_outside_the_scope_there_is_no_page(client: HouseClient) -> None:
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("03").id])
    client.page("/regions/03")
    client.page("/regions/07", 404)
    client.page("/regions/99", 404)
    client.sign_in_as(Role.TRAINEE)
    client.page("/regions/03", 403)


def test_every_province_opens_its_associations(client: HouseClient) -> None:
    scene()
    client.sign_in_as(Role.AUDITOR)
    page = client.page("/regions/03")
    today = clock.today()
    lists = re.findall(r'href="/reached\?([^"]+)"', page)
    assert any("province=03.231" in one and "region=03" in one for one in lists)
    assert all(f"as_at={today}" in one and f"known_on={today}" in one for one in lists)
    for kind in ("kind=N", "kind=T"):
        assert any(kind in one for one in lists)


def test_the_day_is_kept_in_every_door(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    day = made.transfers[0].participations[0].on_date
    page = client.page(f"/regions/03?as_at={day}&known_on={day}")
    assert f"/reports/progress.xlsx?region=03&amp;as_at={day}&amp;known_on={day}" in page
    assert client.get("/regions/03?known_on=demain").status_code == 422


def test_statements_do_not_grow_with_what_the_region_holds(client: HouseClient) -> None:
    scene(seats=2, transfers=2)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page("/regions/03")
    few = client.statements("/regions/03")
    scene(regions=("07",), seats=2, transfers=2)
    client.page("/regions/07")
    assert client.statements("/regions/07") == few
    scene(regions=("01",), seats=9, transfers=7)
    db.session.commit()
    assert client.statements("/regions/01") == few


def _rows(page: str) -> int:
    """Rows of the first table with a body."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return len(re.findall(r"<tr\b", body[1])) if body else 0


def test_a_figure_opens_a_list_of_exactly_that_many(client: HouseClient) -> None:
    scene(seats=4, transfers=5)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/regions/03")
    doors = re.findall(r'<a href="(/(?:reached|reports|agreements)[^"]+)"[^>]*><bdi>([0-9]+)</bdi></a>', page)
    opened = {}
    for link, figure in doors:
        address = link.replace("&amp;", "&")
        assert _rows(client.page(address)) == int(figure), address
        opened[address.partition("?")[0]] = True
    assert set(opened) == {
        "/reached",
        "/reports/enrolled-associations",
        "/reports/pending-associations",
        "/reports/trainees",
        "/reports/sessions",
        "/agreements",
    }


def test_an_open_range_is_explained_and_leads_to_who_may_close_it(
    client: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene()
    told = region_room.progress

    def open_range(*asked: Any) -> Any:
        return [replace(row, reached_min=362, reached_max=363) for row in told(*asked)]

    monkeypatch.setattr(region_room, "progress", open_range)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("03").id])
    page = client.page("/regions/03")
    assert ("entre 362 et 363" in page, 'href="/people/pairs"' in page) == (True, True)
    client.sign_in_as(Role.AUDITOR)
    page = client.page("/regions/03")
    assert ("peut-être la même" in page, "Trancher ces doublons" in page) == (True, False)


def test_nothing_is_expected_of_a_postponed_programme(client: HouseClient) -> None:
    scene(seats=2, transfers=2)
    (running,) = (one for one in programmes.regional_programmes(Scope.country()) if one.region.code == "03")
    running.ends_on = clock.today() + dt.timedelta(days=400)
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/regions/03")
    assert ("Attendu au" in page, "Prévision" in page) == (True, True)
    running.state = ProgrammeState.POSTPONED
    db.session.commit()
    page = client.page("/regions/03")
    assert ("Attendu au" in page, "Prévision" in page, "Programme reporté" in page) == (False, False, True)
