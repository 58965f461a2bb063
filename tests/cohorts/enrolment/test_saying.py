"""What the pages of a cohort say and offer: its form, its next step, its roster by seats, its filters."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from cohorts.enrolment import queries, rules
from programme.base.access import Role, Scope
from tests.client import HouseClient
from tests.factories.associations import association
from tests.factories.cohorts import SYSTEM, cohort, full_cohort, module, seat

COUNTRY = Scope.country()


def test_the_form_of_a_cohort_holds_its_modules(client: HouseClient, session: Any) -> None:
    made = cohort(modules=[module("M1"), module("M2")])
    module("M3")
    session.commit()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[made.region_id])
    address = f"/cohorts/{made.id}/edit"
    chosen = re.findall(r"<option selected value=\"(\d+)\"", client.page(address))
    assert {int(one) for one in chosen} == {one.id for one in made.modules}
    data = {"name_ar": made.name_ar, "agreement": made.agreement, "seats_target": 30, "places": 4}
    sent = {**data, "version": made.version, "modules": [made.modules[0].id]}
    assert client.post(address, data=sent).status_code == 302
    again = queries.get_cohort(COUNTRY, made.id)
    assert again is not None
    assert [one.code for one in again.modules] == ["M1"]


@pytest.mark.parametrize(
    ("ends_on", "target", "main"),
    [
        (dt.date(2024, 7, 31), 3, "Clore"),
        (dt.date(2999, 1, 1), 3, "Attribuer un siège"),
        (dt.date(2999, 1, 1), 1, None),
    ],
)
def test_the_main_step_of_a_cohort(
    client: HouseClient, session: Any, ends_on: dt.date, target: int, main: str | None
) -> None:
    made = cohort(ends_on=ends_on, seats_target=target)
    seat(made)
    session.commit()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[made.region_id])
    page = client.page(f"/cohorts/{made.id}").split('class="record-moves"')[1].split("</header>")[0]
    assert re.findall(r'btn-primary"[^>]*>([^<]*)<', page) == ([main] if main else [])
    is_over = "Période échue" in client.page(f"/cohorts/{made.id}")
    assert is_over is (main == "Clore") is ("Période échue" in client.page("/cohorts"))


def test_the_roster_goes_by_seats_states_and_pages(client: HouseClient, session: Any) -> None:
    made = full_cohort(seats=12, people=2)
    gone = queries.roster(COUNTRY, made)[0]
    rules.withdraw(SYSTEM, gone, on=gone.enrolled_on, reason="سفر")
    session.commit()
    address = f"/cohorts/{made.id}/roster"
    client.sign_in_as(Role.MINISTRY_OFFICER)
    first, second = client.page(address), client.page(f"{address}?page=2")
    assert "24 inscriptions, dont 1 retirée" in first
    assert [page.count('scope="rowgroup"') for page in (first, second)] == [10, 2]
    assert [page.count('scope="row"') for page in (first, second)] == [20, 4]
    withdrawn = client.page(f"{address}?state=withdrawn")
    assert withdrawn.count('scope="row"') == 1
    assert ">1 inscription<" in withdrawn
    assert client.page(f"{address}?state=nominated").count('scope="row"') == 0
    assert client.page(f"{address}?page=99&state=x").count('scope="rowgroup"') == 2


def test_a_region_asked_for_is_a_chip(client: HouseClient, session: Any) -> None:
    made = cohort()
    session.commit()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[made.region_id])
    chip = '<a class="filter" href="/cohorts" aria-current="true">'
    assert chip not in client.page("/cohorts")
    assert chip in client.page("/cohorts?region=03")


def test_the_reason_is_marked_as_needed_once_the_target_is_reached(client: HouseClient, session: Any) -> None:
    made = cohort(seats_target=3)
    seat(made), seat(made)
    association("جمعية الوفاء")
    session.commit()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[made.region_id])
    label = 'Motif du dépassement<span class="required"'
    address = f"/cohorts/{made.id}/seats/new"
    assert label not in client.page(address)
    rules.edit_cohort(SYSTEM, made, seats_target=2)
    session.commit()
    assert label in client.page(address)
