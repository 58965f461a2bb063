"""The heat map of a cohort: seats against sessions, and who may read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cohorts.enrolment import queries as cohort_queries
from cohorts.enrolment.models import Cohort
from cohorts.sessions import rules
from cohorts.sessions.heat import heat_of
from programme.base.access import Role, Scope
from tests.client import HouseClient
from tests.factories.cohorts import SYSTEM, full_cohort
from tests.factories.sessions import ABSENT, FRIDAY, days, fill, officer, session_of

COUNTRY = Scope.country()


def test_the_heat_map_shows_each_seats_share_of_each_session(client: HouseClient) -> None:
    group = full_cohort(seats=2, people=2)
    first, second = enrolments_by_seat(group)
    made = session_of(group, *days(2), code="FM-S1")
    fill(made, first)
    fill(made, second[:1])
    fill(made, second[1:], ABSENT)
    rules.submit(SYSTEM, made, accept_missing=True)
    rules.validate(officer(), made)
    session_of(group, *days(1, FRIDAY + dt.timedelta(days=7)), code="FM-S2")
    found = heat_of(COUNTRY, group)
    assert [one.code for one in found.sessions] == ["FM-S1"]
    assert [(line.cells[0].value, line.whole.step) for line in found.lines] == [(1.0, "4"), (0.5, "1")]
    assert [share.value for share in found.feet] == [0.75, 0.75]
    narrowed = heat_of(Scope(regions=frozenset({group.region_id})), group)
    assert narrowed.feet == found.feet
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.speak("ar")
    page = client.page(f"/sessions/cohorts/{group.id}/heat")
    assert 'class="scale-1"' in page
    assert "FM-S1" in page
    assert "FM-S2" not in page


def enrolments_by_seat(group: Cohort) -> list[list[Any]]:
    """The enrolments of a cohort's seats, by seat number."""
    found = cohort_queries.roster(COUNTRY, group)
    numbers = sorted({one.seat.number for one in found})
    return [[one for one in found if one.seat.number == number] for number in numbers]


def test_a_cohort_without_a_validated_session_says_what_comes(client: HouseClient) -> None:
    group = full_cohort(seats=1, people=2)
    session_of(group, *days(1))
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.speak("fr")
    assert "Aucune session validée" in client.page(f"/sessions/cohorts/{group.id}/heat")
    assert client.get("/sessions/cohorts/999999/heat").status_code == 404
