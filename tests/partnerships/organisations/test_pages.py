"""Pages of organisations in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.organisations.models import Organisation
from programme.base.access import Role
from tests.client import HouseClient
from tests.factories import partnerships as make


@pytest.fixture(params=["fr", "ar"])
def officer(client: HouseClient, request: pytest.FixtureRequest) -> HouseClient:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=request.param)
    return client


def test_an_organisation_is_made_found_and_changed(officer: HouseClient, session: Any) -> None:
    officer.page("/organisations")
    officer.page("/organisations/new")
    data = {"name_ar": "مؤسسة كونراد أديناور", "name_fr": "Konrad-Adenauer-Stiftung", "kind": "foundation"}
    assert officer.post("/organisations/new", data={**data, "acronym": "KAS"}).status_code == 302
    one = session.query(Organisation).one()
    assert "KAS" in officer.page("/organisations?q=adenauer")
    assert "KAS" not in officer.page("/organisations?q=zzz")
    officer.page(f"/organisations/{one.id}")
    officer.page(f"/organisations/{one.id}/edit")
    answer = officer.post(
        f"/organisations/{one.id}/edit", data={**data, "acronym": "", "version": one.version}
    )
    assert answer.status_code == 302
    assert one.acronym is None
    answer = officer.post(f"/organisations/{one.id}/edit", data={**data, "version": "1"})
    assert answer.status_code == 409
    assert officer.post("/organisations/new", data=data).status_code == 422


def test_its_agreements_stand_on_its_page(officer: HouseClient) -> None:
    agreement = make.approved()
    page = officer.page(f"/organisations/{agreement.parties[0].organisation_id}")
    assert agreement.reference in page


def test_a_partner_meets_the_parties_of_its_agreements(client: HouseClient) -> None:
    agreement, other = make.approved(), make.approved()
    client.sign_in_as(Role.REGIONAL_PARTNER, organisation=[agreement.parties[0].organisation_id])
    client.page(f"/organisations/{agreement.parties[1].organisation_id}")
    client.page(f"/organisations/{other.parties[0].organisation_id}", 404)
    client.page("/organisations/new", 403)


def test_the_list_is_paged_with_a_fixed_number_of_statements(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    make.organisation("أ")
    client.page("/organisations")
    few = client.statements("/organisations")
    last = [make.organisation(f"هيئة {number:03}") for number in range(60)][49]
    client.page("/organisations")
    assert client.statements("/organisations") == few <= 24
    assert 'rel="next"' in client.page("/organisations")
    assert 'rel="next"' not in client.page(f"/organisations?after={last.id}")


def test_nothing_is_chosen_before_the_clerk_chooses(client: HouseClient, session: Any) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/organisations/new")
    kinds = page[page.index('name="kind"') : page.index("Choisir…")]
    assert '<option value="">' in kinds
    assert "selected" not in page[page.index('name="kind"') : page.index("Autre organisme")]
    assert client.post("/organisations/new", data={"name_ar": "هيئة", "kind": ""}).status_code == 422
    own = make.region()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[own.id])
    assert f'<option selected value="{own.id}">' in client.page("/organisations/new")
