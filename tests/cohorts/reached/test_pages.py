"""The list has exactly as many rows as the figure says; the proof opens for who may read it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cohorts.people.models import PairState
from cohorts.transfer.models import TransferState
from programme.base.access import Role, Scope
from programme.base.measures import measure
from tests.client import HouseClient
from tests.cohorts.reached.rows import activity, day, moment, pair
from tests.cohorts.reached.test_queries import trained, transferred
from tests.factories.cohorts import an_association
from tests.factories.partnerships import agreement
from tests.factories.people import person


def rows_of(page: str) -> int:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return body[1].count("<tr>") if body else 0


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_list_is_as_long_as_the_figure(client: HouseClient, session: Any, language: str) -> None:
    one = trained(960)
    for number in range(54):
        transferred(on=number)
    fes = one.seat.association.region_id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=fes, language=language)
    figure = measure("reached").value(Scope(regions=frozenset({fes})), moment())
    pages = [client.page(f"/reached?page={number}") for number in (1, 2)]
    assert sum(map(rows_of, pages)) == figure == 55
    assert rows_of(client.page("/reached?kind=N")) == 1
    assert rows_of(client.page("/reached?kind=T&page=2&region=03")) == 4
    assert rows_of(client.page("/reached?as_at=2024-03-01")) == 1
    assert rows_of(client.page("/reached?as_at=01/03/2024&province=unknown")) == 0
    assert rows_of(client.page("/reached?known_on=2023-01-01")) == 0
    client.page("/reached?as_at=x&page=99999999&province=zz&kind=Q&region=%00")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_proof_shows_each_hour_and_the_other_event(
    client: HouseClient, session: Any, language: str
) -> None:
    one = trained(960)
    mine = one.seat.association
    giver = an_association()
    given = activity(giver, *((mine, person(), day(40), 360) for _ in range(2)))
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    page = client.page(f"/reached/{mine.id}")
    assert given.code in page
    name = mine.name_ar if language == "ar" else mine.name_fr
    assert name in client.page(f"/reached/{giver.id}")
    assert given.code not in client.page(f"/reached/{mine.id}?as_at={day(39)}")
    waiting, _made = transferred(state=TransferState.SUBMITTED)
    client.page(f"/reached/{waiting.id}")


def test_who_may_open_it(client: HouseClient, session: Any) -> None:
    guest, _made = transferred()
    client.sign_in_as(Role.REGIONAL_PARTNER, region=guest.region_id)
    client.page("/reached", 403)
    client.page(f"/reached/{guest.id}", 403)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=guest.region_id + 1)
    client.page(f"/reached/{guest.id}", 404)
    assert rows_of(client.page("/reached")) == 0
    client.page("/reached/999999", 404)


def test_an_undecided_pair_shows_the_range(client: HouseClient, session: Any) -> None:
    host, guest = an_association(), an_association()
    one, two = person(), person()
    activity(host, (guest, one, day(0), 360), (guest, two, day(0), 360))
    pair(one, two, PairState.OPEN)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert "Entre 0 et 1" in client.page("/reached")


def test_pages_take_a_fixed_number_of_statements(client: HouseClient, session: Any) -> None:
    one = trained(960)
    transferred()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    proof = f"/reached/{one.seat.association_id}"
    client.page("/reached"), client.page(proof)
    few = client.statements("/reached"), client.statements(proof)
    for number in range(30):
        transferred(on=number)
    activity(an_association(), *((one.seat.association, person(), day(n), 360) for n in range(20)))
    session.commit()
    assert client.statements("/reached") == few[0]
    assert client.statements(proof) <= few[1] + 3


def test_each_measure_is_the_length_of_its_list(session: Any) -> None:
    trained(960)
    transferred()
    transferred(state=TransferState.SUBMITTED)
    scope, at = Scope.country(), moment()
    figures = {
        "reached": 2,
        "reached_by_cohort": 1,
        "reached_by_transfer": 1,
        "declared_not_validated": 1,
        "associations_completed": 1,
        "trainees_completed": 1,
    }
    for code, value in figures.items():
        one = measure(code)
        assert one.value(scope, at) == value, code
        assert str(one.definition)
        assert str(one.label)


def test_a_territory_counts_the_persons_whose_sheets_it_does_not_hold(
    client: HouseClient, session: Any
) -> None:
    trainee = trained(960)
    mine = trainee.seat.association
    given = activity(an_association(), *((mine, person(), day(40), 360) for _ in range(2)))
    client.sign_in_as(Role.IMPLEMENTER, region=mine.region_id)
    page = client.page(f"/reached/{mine.id}")
    assert "3 personnes dont les feuilles" in page
    assert given.code not in page
    assert str(trainee.person.name) not in page
    assert f"/transfers/{given.id}" not in client.page("/reached")
    client.sign_in_as(Role.IMPLEMENTER, agreement=agreement(reference="CONV-2023-01").id)
    page = client.page(f"/reached/{mine.id}")
    assert str(trainee.person.name) in page
    assert "2 personnes dont les feuilles" in page
