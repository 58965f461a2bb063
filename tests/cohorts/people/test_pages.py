"""A person's file in both languages; the full national id by post, journalled."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from cohorts.people import rules
from cohorts.people.models import Person
from programme.base import journal
from programme.base.access import Role
from tests.client import HouseClient
from tests.factories.cohorts import SYSTEM, cohort, enrolment, seat
from tests.factories.people import person
from tests.factories.programmes import region


@pytest.fixture
def someone(session: Any) -> Person:
    made = person("أمينة العلوي", national_id="AB123456", birth_date=None, sex="F")
    enrolment(seat(cohort()), made)
    session.commit()
    return made


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_file_opens_masked(client: HouseClient, someone: Person, language: str) -> None:
    number = someone.id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id], language=language)
    for tail in ("", "/edit", "/consents/new"):
        page = client.page(f"/people/{number}{tail}")
        assert "AB123456" not in page
    assert "AB••••56" in client.page(f"/people/{number}")


def test_the_full_number_is_shown_by_post_and_journalled(
    client: HouseClient, someone: Person, session: Any
) -> None:
    number = someone.id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id])
    answer = client.post(f"/people/{number}/national-id")
    assert (answer.status_code, "AB123456" in answer.get_data(as_text=True)) == (200, True)
    assert journal.history(session, "person", number)[0].event == "people:person:identify"
    assert client.get(f"/people/{number}/national-id").status_code == 405


def test_who_may_not_identify(client: HouseClient, someone: Person) -> None:
    number = someone.id
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.TRAINER):
        client.sign_in_as(role)
        assert client.post(f"/people/{number}/national-id").status_code == 403


def test_another_region_is_not_there(client: HouseClient, someone: Person) -> None:
    number = someone.id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("04").id])
    for tail in ("", "/edit", "/consents/new"):
        client.page(f"/people/{number}{tail}", status=404)
    assert client.post(f"/people/{number}/national-id").status_code == 404


def test_editing_and_consents(client: HouseClient, someone: Person, session: Any) -> None:
    number = someone.id
    client.sign_in_as(Role.MINISTRY_OFFICER)
    data = {"name_ar": "أمينة العلوي", "sex": "F", "phone": "0661234567", "version": someone.version}
    assert client.post(f"/people/{number}/edit", data={**data, "version": 9}).status_code == 409
    assert client.post(f"/people/{number}/edit", data=data).status_code == 302
    assert session.get(Person, number).national_id_masked == "AB••••56"
    consent = {
        "purpose": "photo",
        "channel": "paper",
        "language": "ar",
        "text_version": "2023-1",
        "given_on": "2023-09-08",
    }
    assert client.post(f"/people/{number}/consents/new", data=consent).status_code == 302
    assert client.post(f"/people/{number}/consents/new", data=consent).status_code == 422
    page = client.page(f"/people/{number}")
    address = page.split("/withdraw")[0].rsplit('"', 1)[1] + "/withdraw"
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409
    assert "retiré" in client.page(f"/people/{number}")


def test_look_alikes_are_shown(client: HouseClient, session: Any) -> None:
    twin = {"birth_date": dt.date(1990, 5, 1), "phone": "0661234567"}
    first = person("أمينة العلوي", **twin)
    person("العلوي أمينة", **twin)
    session.commit()
    number = first.id
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert "Doublons probables" in client.page(f"/people/{number}")


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(client: HouseClient, session: Any) -> None:
    who = person("أمينة العلوي", phone="0661234567", national_id="AB123456")
    enrolment(seat(cohort()), who)
    session.commit()
    number, kept = who.id, who.phone
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(f"/people/{number}/edit")
    shown = re.search(r'name="phone"[^>]*value="([^"]*)"', page)
    assert shown is not None
    assert (kept, shown[1][:2]) == ("+212661234567", "06")
    assert "Numéro enregistré : \u2066AB••••56\u2069." in page
    data = {"name_ar": who.name_ar, "phone": shown[1], "version": who.version}
    assert client.post(f"/people/{number}/edit", data=data).status_code == 302
    assert session.get(Person, number).phone == kept
    events = [one.event for one in journal.history(session, "person", number)]
    assert "people:person:edit" not in events


def test_a_consent_says_its_text_and_language(client: HouseClient, someone: Person, session: Any) -> None:
    number = someone.id
    rules.give_consent(
        SYSTEM,
        someone,
        purpose="photo",
        text_version="2023-1",
        language="ar",
        channel="paper",
        given_on=dt.date(2023, 9, 8),
    )
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert "texte \u20662023-1\u2069 en arabe" in client.page(f"/people/{number}")
