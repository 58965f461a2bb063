"""What the pages of sessions offer and say: nothing to fill in before its day, no choice made for the clerk."""

from __future__ import annotations

import datetime as dt

import pytest

from cohorts.sessions import queries, rules
from programme.base import clock
from programme.base.access import Role
from tests.client import HouseClient
from tests.factories.cohorts import SYSTEM, full_cohort
from tests.factories.sessions import FRIDAY, PRESENT, days, officer, plan, session_of


@pytest.fixture
def reader(client: HouseClient) -> HouseClient:
    client.sign_in_as(Role.MINISTRY_OFFICER, language="fr")
    return client


def at(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)


def test_a_session_to_come_says_when_it_can_be_marked(
    reader: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = session_of(full_cohort(seats=1), plan(), plan(FRIDAY + dt.timedelta(days=7)))
    at(monkeypatch, FRIDAY - dt.timedelta(days=1))
    page = reader.page(f"/sessions/{made.id}")
    assert "à partir du 8 septembre 2023" in page
    for odd in ("data-fill", "data-total-value", "<kbd>", f"/sessions/{made.id}/submit"):
        assert odd not in page
    at(monkeypatch, FRIDAY)
    begun = reader.page(f"/sessions/{made.id}")
    assert begun.count("data-fill-column=") == 1  # no column of a day to come is filled
    assert f"/sessions/{made.id}/submit" not in begun
    at(monkeypatch, FRIDAY + dt.timedelta(days=7))
    assert f"/sessions/{made.id}/submit" in reader.page(f"/sessions/{made.id}")


def test_the_sheet_counts_without_scripts_and_explains_its_letters(reader: HouseClient) -> None:
    group = full_cohort(seats=1)
    made = session_of(group, *days(2))
    roster = queries.expected_of(made)
    rules.mark(SYSTEM, made, {(s.id, roster[0].enrolment_id): PRESENT for s in made.sittings})
    rules.submit(SYSTEM, made, accept_missing=True)
    page = reader.page(f"/sessions/{made.id}")
    assert 'data-total-value="P">2<' in page
    assert 'data-total-value="A">0<' in page
    assert "<kbd>" in page
    taught = made.sittings[0].module
    assert taught is not None
    assert page.count(f"<bdi>{taught.title}</bdi>") == 1


def test_a_correction_chooses_nothing_before_the_reader_does(reader: HouseClient) -> None:
    made = session_of(full_cohort(seats=1))
    one, other = (found.enrolment_id for found in queries.expected_of(made)[:2])
    rules.mark(SYSTEM, made, {(made.sittings[0].id, other): PRESENT})
    rules.submit(SYSTEM, made, accept_missing=True)
    rules.validate(officer(), made)
    address = f"/sessions/{made.id}/correct"
    assert reader.page(address).count("Choisir…") == 2
    data = {"sitting_id": made.sittings[0].id, "enrolment_id": one, "reason": "oublié"}
    assert reader.post(address, data=data).status_code == 422
    assert reader.post(address, data={**data, "after": "present", "enrolment_id": ""}).status_code == 422


def test_cancelling_says_what_it_does_and_how_not_to(reader: HouseClient) -> None:
    made = session_of(full_cohort(seats=1))
    page = reader.page(f"/sessions/{made.id}/cancel")
    for said in ("elle pourra être rétablie", "Garder la session", "btn-danger"):
        assert said in page


def test_the_list_offers_cohorts_by_name(reader: HouseClient) -> None:
    group = full_cohort(seats=1)
    session_of(group)
    assert f"{group.name} (\u2066{group.code}\u2069)</option>" in reader.page("/sessions")
