"""Pages of cohorts: list, board, roster, seats, forms, both languages, who sees what."""

from __future__ import annotations

import html
import re
import urllib.parse
from typing import Any

import pytest

from cohorts.enrolment import queries, rules
from cohorts.enrolment.models import Cohort, CohortState, EnrolmentState
from partnerships.agreements import rules as agreement_rules
from programme.base.access import Role, Scope
from tests.client import HouseClient
from tests.factories.associations import association
from tests.factories.cohorts import SYSTEM, cohort, enrolment, full_cohort, module, seat
from tests.factories.partnerships import agreement
from tests.factories.people import person
from tests.factories.programmes import region, regional_programme

COUNTRY = Scope.country()


@pytest.fixture
def made(session: Any) -> Cohort:
    """Two seats: one of two persons and a proposal, one empty."""
    opened = cohort(seats_target=3)
    first = seat(opened, association("جمعية النور للتنمية"))
    enrolment(first, person("أمينة العلوي", sex="F", national_id="AB123456"))
    enrolment(first, person("يوسف التازي", sex="M"))
    enrolment(first, person("سلمى الفاسي"), state=EnrolmentState.NOMINATED)
    seat(opened, association("جمعية الأطلس"))
    session.commit()
    return opened


@pytest.fixture(params=["fr", "ar"])
def officer(client: HouseClient, made: Cohort, request: pytest.FixtureRequest) -> HouseClient:
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[made.region_id], language=request.param)
    return client


def _addresses(made: Cohort) -> list[str]:
    held = queries.seats(COUNTRY, made)[0]
    first = queries.roster(COUNTRY, made)[0]
    return [
        "/cohorts",
        "/cohorts?state=running&region=03",
        "/cohorts?state=closed",
        "/cohorts/new",
        f"/cohorts/{made.id}",
        f"/cohorts/{made.id}?show=missing&province=03.231",
        f"/cohorts/{made.id}/roster",
        f"/cohorts/{made.id}/history",
        f"/cohorts/{made.id}/edit",
        f"/cohorts/{made.id}/move/close",
        f"/cohorts/{made.id}/seats/new?q=جمعية",
        f"/cohorts/seats/{held.id}",
        f"/cohorts/seats/{held.id}/trainees/new",
        f"/cohorts/seats/{held.id}/trainees/new?q=أمينة",
        f"/cohorts/seats/{held.id}/trainees/new?person={first.person_id}",
        f"/cohorts/trainees/{first.id}/withdraw",
        f"/cohorts/trainees/{first.id}/substitute",
    ]


def test_every_page_opens(officer: HouseClient, made: Cohort) -> None:
    for address in _addresses(made):
        officer.page(address)


def test_another_region_is_not_there(client: HouseClient, made: Cohort) -> None:
    addresses = _addresses(made)[4:]
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("04").id])
    assert "FM-1" not in client.page("/cohorts")
    for address in addresses:
        client.page(address, status=404)


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.TRAINER, Role.REGIONAL_PARTNER, Role.ADMINISTRATOR])
def test_who_may_not_read_cohorts(client: HouseClient, made: Cohort, role: Role) -> None:
    number = made.id
    client.sign_in_as(role)
    for address in ("/cohorts", f"/cohorts/{number}", f"/cohorts/{number}/roster", "/modules"):
        client.page(address, status=403)


def test_the_board_shows_who_is_there_and_who_is_missing(client: HouseClient, made: Cohort) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(f"/cohorts/{made.id}")
    assert page.count('class="seat') == 3 + page.count('class="seats"') + page.count('class="seat-')
    for words in ("Siège vacant", "1 siège à attribuer", "5 places libres", "1 proposition à confirmer"):
        assert words in page, words
    dimmed = client.page(f"/cohorts/{made.id}?show=nominated")
    assert dimmed.count("is-dim") == 2
    assert "جمعية الأطلس" in dimmed


def test_statements_do_not_grow(client: HouseClient, session: Any) -> None:
    one, many = full_cohort("FM-1", seats=1, people=1), full_cohort("FM-2", seats=30)
    session.commit()
    pairs = [(f"/cohorts/{one.id}{tail}", f"/cohorts/{many.id}{tail}") for tail in ("", "/roster")]
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for small, large in pairs:
        client.get(small)
        assert client.statements(small) == client.statements(large) <= 30


def test_the_list_has_a_fixed_number_of_statements(client: HouseClient, session: Any) -> None:
    cohort("FM-0")
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.get("/cohorts")
    few = client.statements("/cohorts")
    for number in range(1, 30):
        cohort(f"FM-{number}")
    session.commit()
    assert client.statements("/cohorts") == few


def test_a_cohort_is_opened_edited_and_closed(client: HouseClient, session: Any) -> None:
    programme, taught = regional_programme(), module("M1")
    session.commit()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[programme.region_id])
    data = {
        "code": "FM-7",
        "regional_programme": programme.id,
        "name_ar": "الفوج السابع",
        "agreement": "CONV-1",
        "seats_target": 30,
        "places": 4,
        "modules": [taught.id],
    }
    refused = client.post("/cohorts/new", data={**data, "code": ""})
    assert refused.status_code == 422
    assert client.post("/cohorts/new", data=data).status_code == 302
    made = queries.cohort_by_code(COUNTRY, "FM-7")
    assert made is not None
    again = client.post("/cohorts/new", data=data)
    assert (again.status_code, "est déjà celui" in again.get_data(as_text=True)) == (422, True)
    address = f"/cohorts/{made.id}"
    stale = client.post(f"{address}/edit", data={**data, "version": 99})
    assert stale.status_code == 409
    assert (
        client.post(f"{address}/edit", data={**data, "places": 5, "version": made.version}).status_code == 302
    )
    for name in ("start", "close"):
        made = queries.cohort_by_code(COUNTRY, "FM-7")
        assert made is not None
        assert client.post(f"{address}/move/{name}", data={"version": made.version}).status_code == 302
    made = queries.cohort_by_code(COUNTRY, "FM-7")
    assert made is not None
    assert (made.state, made.places) == (CohortState.CLOSED, 5)
    assert client.post(f"{address}/move/reopen", data={"version": made.version}).status_code == 422
    assert client.post(f"{address}/move/unknown").status_code == 404


def test_a_seat_is_offered_to_those_without_one(client: HouseClient, made: Cohort, session: Any) -> None:
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    address = f"/cohorts/{made.id}/seats/new"
    assert "Aucune association sans siège" in client.page(address)
    association("جمعية الوفاء")
    association("جمعية طنجة", province_code="01.511")
    session.commit()
    page = client.page(address)
    assert "جمعية الوفاء" in page
    assert "جمعية النور للتنمية" not in page
    assert "جمعية طنجة" not in page
    assert page.count('type="radio"') == 1
    assert "checked" in page
    association("جمعية البشائر")
    session.commit()
    page = client.page(address)
    assert page.index("جمعية البشائر") < page.index("جمعية الوفاء")
    assert "checked" not in page


def test_vacant_seats_and_open_places_lead_on(client: HouseClient, made: Cohort, session: Any) -> None:
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    page = client.page(f"/cohorts/{made.id}")
    assert f'<a href="/cohorts/{made.id}/seats/new">Siège vacant</a>' in page
    first, second = queries.seats(COUNTRY, made)
    assert page.count(f'href="/cohorts/seats/{first.id}/trainees/new"') == 1
    assert page.count(f'href="/cohorts/seats/{second.id}/trainees/new"') == 4
    # One place in the first seat, four in the second, four in the seat that nobody holds.
    free = re.search(r"Places libres.*?(\d+)", page, re.DOTALL)
    assert free is not None
    assert free[1] == "9"
    assert "aucune heure validée à ce jour" in page
    client.sign_in_as(Role.AUDITOR)
    assert "/seats/new" not in client.page(f"/cohorts/{made.id}")


def test_a_seat_over_the_target_asks_for_its_reason(client: HouseClient, made: Cohort, session: Any) -> None:
    rules.edit_cohort(SYSTEM, made, seats_target=2)
    other = association("جمعية الوفاء")
    session.commit()
    client.sign_in_as(Role.IMPLEMENTER, region=[made.region_id])
    address, number = f"/cohorts/{made.id}/seats/new?q=الوفاء", other.id
    client.page(address, status=404)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id])
    data = {"association": number, "granted_on": "2023-10-01"}
    answer = client.post(address, data=data)
    assert answer.status_code == 422
    assert "la cible est dépassée" in answer.get_data(as_text=True)
    assert client.post(address, data={**data, "reason": "Demande de la wilaya"}).status_code == 302


def test_enrolling_confirming_substituting_withdrawing(client: HouseClient, made: Cohort) -> None:
    held = queries.seats(COUNTRY, made)[1]
    nominated = queries.roster(COUNTRY, made)[2]
    seat_id, nominated_id, made_id = held.id, nominated.id, made.id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[made.region_id])
    address = f"/cohorts/seats/{seat_id}/trainees/new"
    data = {"name_ar": "كريم بنجلون", "sex": "M", "national_id": "CD654321", "enrolled_on": "2023-09-08"}
    assert client.post(address, data={**data, "name_ar": ""}).status_code == 422
    assert client.post(address, data=data).status_code == 302
    twice = client.post(address, data=data)
    assert (twice.status_code, "déjà dans la cohorte" in twice.get_data(as_text=True)) == (422, True)
    assert client.post(f"/cohorts/trainees/{nominated_id}/confirm").status_code == 302
    assert client.post(f"/cohorts/trainees/{nominated_id}/confirm").status_code == 409
    new = next(
        e for e in queries.roster(COUNTRY, queries.get_cohort(COUNTRY, made_id)) if e.seat_id == seat_id
    )  # type: ignore[arg-type]
    new_id, version = new.id, new.version
    step = f"/cohorts/trainees/{new_id}"
    late = {"on": "2023-12-01", "reason": "سفر"}
    assert client.post(f"{step}/substitute", data={**late, "name_ar": ""}).status_code == 422
    assert client.post(f"{step}/substitute", data={**late, "name_ar": "هدى الزياني"}).status_code == 302
    assert client.post(f"{step}/withdraw", data={**late, "version": version}).status_code == 409
    last = queries.seat_roster(COUNTRY, queries.seats(COUNTRY, queries.get_cohort(COUNTRY, made_id))[1])[-1]  # type: ignore[arg-type]
    assert last.replaces_id == new_id
    data = {"on": "2020-01-01", "reason": "سفر", "version": str(last.version)}
    step = f"/cohorts/trainees/{last.id}/withdraw"
    assert client.post(step, data=data).status_code == 422
    assert client.post(step, data={**data, "on": "2024-01-01"}).status_code == 302


def test_representatives_propose_for_their_own_seat_only(client: HouseClient, made: Cohort) -> None:
    own, other = queries.seats(COUNTRY, made)
    theirs = queries.roster(COUNTRY, made)[0].id
    made_id, own_id, other_id = made.id, own.id, other.id
    client.sign_in_as(Role.ASSOCIATION_REPRESENTATIVE, association=[other.association_id])
    page = client.page(f"/cohorts/{made_id}")
    assert "جمعية الأطلس" in page
    assert "أمينة العلوي" not in page + client.page(f"/cohorts/{made_id}/roster")
    for address in (
        f"/cohorts/seats/{own_id}",
        f"/cohorts/seats/{own_id}/trainees/new",
        f"/cohorts/trainees/{theirs}/withdraw",
        f"/cohorts/{made_id}/seats/new",
        f"/cohorts/{made_id}/history",
    ):
        client.page(address, status=404)
    data = {"name_ar": "نادية أيت حدو", "enrolled_on": "2023-09-08"}
    assert client.post(f"/cohorts/seats/{other_id}/trainees/new", data=data).status_code == 302
    new = queries.seat_roster(COUNTRY, queries.seats(COUNTRY, queries.get_cohort(COUNTRY, made_id))[1])[0]  # type: ignore[arg-type]
    assert new.state is EnrolmentState.NOMINATED
    assert client.post(f"/cohorts/trainees/{new.id}/confirm").status_code == 403
    client.page(f"/cohorts/seats/{other_id}")


def test_a_found_person_is_enrolled_as_they_are(client: HouseClient, made: Cohort, session: Any) -> None:
    who = person("هشام الإدريسي", national_id="EF111222")
    held = queries.seats(COUNTRY, made)[1].id
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    address = f"/cohorts/seats/{held}/trainees/new?person={who.id}"
    assert (
        client.post(address, data={"enrolled_on": "2023-09-08", "bureau_role": "member"}).status_code == 302
    )
    assert client.get(f"/cohorts/seats/{held}/trainees/new?person=999999").status_code == 404


@pytest.mark.parametrize("asked", ["9" * 25, "-1", "0", "x"])
def test_a_number_in_the_address_that_is_nobodys_is_no_fault(
    client: HouseClient, session: Any, asked: str
) -> None:
    held = seat(cohort()).id
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    answer = client.get(f"/cohorts/seats/{held}/trainees/new?person={asked}")
    assert answer.status_code in {200, 400, 404, 422}


def test_a_cohort_is_offered_agreements_and_told_of_one_that_is_missing(client: HouseClient) -> None:
    home = region()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    regional_programme("03")
    assert "/modules/new" in client.page("/cohorts/new"), (
        "nothing to teach yet: the page leads to the modules"
    )
    known, over = agreement(), agreement()
    agreement_rules.move(SYSTEM, over, "cancel", "abandon")
    elsewhere = agreement(region_id=region("04").id)
    taught = module("M1")
    page = client.page("/cohorts/new")
    assert f'<option value="{known.reference}">' in page
    assert over.reference not in page
    data = {
        "code": "FM-9",
        "regional_programme": str(regional_programme("03").id),
        "name_ar": "الفوج",
        "agreement": "CONV-UNKNOWN",
        "seats_target": "30",
        "places": "4",
    }
    assert client.post("/cohorts/new", data=data).status_code == 422
    answer = client.post("/cohorts/new", data={**data, "modules": [str(taught.id)]})
    assert "Aucune convention enregistrée ne porte la référence" in client.page(answer.location)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[home.id])
    assert elsewhere.reference not in client.page("/cohorts/new")


def test_the_report_of_a_cohort_is_asked_by_any_code(client: HouseClient, session: Any) -> None:
    made = cohort("FM 1&+#é")
    enrolment(seat(made))
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(f"/cohorts/{made.id}/roster")
    (address,) = re.findall(r'href="(/reports/cohort\?[^"]*)"', page)
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(html.unescape(address)).query) == {
        "cohort": ["FM 1&+#é"]
    }
    assert re.search(r'href="/reports/cohort\.pdf\?', page)
    assert re.search(r'href="/reports/cohort\.xlsx\?', page)
