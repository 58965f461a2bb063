"""The heat map of a cohort: seats against sessions, and who may read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cohorts.enrolment import queries as cohort_queries
from cohorts.enrolment import rules as enrolment_rules
from cohorts.enrolment.models import Cohort
from cohorts.sessions import rules
from cohorts.sessions.heat import Share, heat_of
from programme.base.access import Role, Scope
from programme.base.language import format_percent
from tests.client import HouseClient
from tests.factories.cohorts import SYSTEM, full_cohort
from tests.factories.sessions import ABSENT, FRIDAY, PRESENT, days, fill, officer, session_of

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


def test_absences_outside_the_enrolment_are_not_in_the_share(session: Any) -> None:
    """A withdrawal leaves the absences that were marked after its day; nobody was expected then."""
    group = full_cohort(seats=1, people=2)
    stays, leaves = enrolments_by_seat(group)[0]
    made = session_of(group, *days(4))
    fill(made, [stays])
    marks = {(one.id, leaves.id): PRESENT if one.on_date == FRIDAY else ABSENT for one in made.sittings}
    rules.mark(SYSTEM, made, marks)
    rules.submit(SYSTEM, made)
    rules.validate(officer(), made)
    assert heat_of(COUNTRY, group).lines[0].cells[0].value == 0.75
    enrolment_rules.withdraw(SYSTEM, leaves, on=FRIDAY, reason="سفر")
    assert heat_of(COUNTRY, group).lines[0].cells[0] == Share(6, 6)


@pytest.mark.parametrize(
    ("present", "marks", "percent", "step"),
    [(796, 1000, "80 %", "3"), (794, 1000, "79 %", "2"), (159, 200, "80 %", "3"), (647, 1000, "65 %", "2"),
     (495, 1000, "50 %", "1"), (1, 3, "33 %", "0"), (0, 4, "0 %", "0"), (7, 7, "100 %", "4")],
)  # fmt: skip
def test_the_colour_goes_by_the_number_that_is_printed(
    house: Any, present: int, marks: int, percent: str, step: str
) -> None:
    share = Share(present, marks)
    assert share.value is not None
    assert (format_percent(share.value, 0).replace("\u202f", " ").replace("\xa0", " "), share.step) == (
        percent,
        step,
    )
