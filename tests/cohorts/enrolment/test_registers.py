"""Measures, to-dos and search of the cohorts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cohorts.enrolment import rules
from cohorts.enrolment.models import CohortState, EnrolmentState
from cohorts.people.models import Sex
from programme.base import clock, finding, todos
from programme.base.access import Actor, Role, Scope
from programme.base.measures import Moment, measure
from tests.client import HouseClient
from tests.factories.associations import association
from tests.factories.cohorts import SYSTEM, cohort, enrolment, seat
from tests.factories.people import person

COUNTRY = Scope.country()
TODAY = clock.today()


def moment(as_at: str = "2024-01-01", known_on: dt.date = TODAY) -> Moment:
    return Moment(dt.date.fromisoformat(as_at), known_on)


def value(code: str, at: Moment, scope: Scope = COUNTRY) -> int:
    return measure(code).value(scope, at)


def test_figures_as_at_and_as_known_on(session: Any) -> None:
    made = cohort()
    held = seat(made)
    woman = enrolment(held, person("أمينة", sex="F"))
    enrolment(held, person("يوسف", sex="M"), enrolled_on=dt.date(2023, 10, 1))
    enrolment(held, person("سلمى"))
    enrolment(held, person("كريم", sex="M"), state=EnrolmentState.NOMINATED)
    seat(made)
    assert (value("associations_enrolled", moment()), value("seats", moment())) == (1, 2)
    assert value("trainees_enrolled", moment()) == 3
    assert value("trainees_enrolled", moment("2023-09-30")) == 2
    assert value("trainees_enrolled", moment("2023-01-01")) == 0
    assert value("trainees_enrolled", moment(known_on=dt.date(2020, 1, 1))) == 0
    parts = [value(f"trainees_enrolled_{sex}", moment()) for sex in ("women", "men", "unstated")]
    assert parts == [1, 1, 1]
    rules.withdraw(SYSTEM, woman, on=dt.date(2023, 12, 1), reason="سفر")
    assert value("trainees_enrolled", moment()) == 2
    assert value("trainees_enrolled", moment("2023-11-30")) == 3
    assert woman.person.sex is Sex.F


def test_figures_of_a_territory_are_totals(session: Any) -> None:
    made = cohort()
    enrolment(seat(made))
    assert value("trainees_enrolled", moment(), Scope(territory=frozenset({made.region_id}))) == 1
    assert value("trainees_enrolled", moment(), Scope(regions=frozenset({made.region_id + 1}))) == 0
    assert value("seats", moment(), Scope()) == 0


def test_a_seat_without_anybody_waits_for_its_association(house: Any, session: Any) -> None:
    held = seat(cohort(), association("جمعية النور"))
    own = Actor.of(1, "x", Role.ASSOCIATION_REPRESENTATIVE)
    with house.test_request_context():
        scope = Scope(associations=frozenset({held.association_id}))
        assert [one.text for one in todos._finders["cohorts.enrolment"](own, scope)] == [
            "FM-1 : 4 places libres"
        ]


def test_todos_name_what_waits(house: Any, session: Any) -> None:
    made = cohort()
    held = seat(made, association("جمعية النور"))
    enrolment(held, person("سلمى"), state=EnrolmentState.NOMINATED)
    with house.test_request_context():
        found = todos._finders["cohorts.enrolment"](SYSTEM, COUNTRY)
        own = Actor.of(1, "x", Role.ASSOCIATION_REPRESENTATIVE)
        scope = Scope(associations=frozenset({held.association_id}))
        assert [todo.count for todo in todos._finders["cohorts.enrolment"](own, scope)] == [3, 1]
        assert todos._finders["cohorts.enrolment"](Actor.of(2, "x", Role.AUDITOR), COUNTRY) == []
    assert [todo.text for todo in found] == [
        "FM-1 : période échue, cohorte à clore",
        "FM-1 : 1 proposition à confirmer",
        "FM-1 : 3 places libres",
        "FM-1 : 1 fiche sans sexe ou sans numéro de CNIE",
    ]


def test_cohorts_whose_period_has_passed_wait_to_be_closed(
    house: Any, session: Any, client: HouseClient
) -> None:
    made = cohort("FM-1")
    cohort("FM-2", ends_on=TODAY)
    cohort("FM-3", ends_on=None)
    cohort("FM-4", state=CohortState.PLANNED)
    find = todos._finders["cohorts.enrolment"]
    with house.test_request_context():
        assert [one.text for one in find(SYSTEM, COUNTRY)] == ["FM-1 : période échue, cohorte à clore"]
        assert find(Actor.of(2, "x", Role.IMPLEMENTER), COUNTRY) == []
        assert find(SYSTEM, Scope(regions=frozenset({made.region_id + 1}))) == []
        for number in range(5, 8):
            cohort(f"FM-{number}")
        (one,) = find(SYSTEM, COUNTRY)
        assert (one.text, one.count) == ("4 cohortes échues à clore", 4)
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(one.href)
    assert [f"FM-{number}<" in page for number in range(1, 8)] == [
        True,
        False,
        False,
        False,
        True,
        True,
        True,
    ]


def test_search_finds_cohorts_and_persons_by_permission(house: Any, session: Any) -> None:
    made = cohort("FM-1", name_ar="الفوج الأول")
    enrolment(seat(made), person("أمينة العلوي"))
    with house.test_request_context():
        assert [room for room, _ in finding.find(SYSTEM, COUNTRY, "الاول")] == ["cohorts"]
        assert [room for room, _ in finding.find(SYSTEM, COUNTRY, "امينه")] == ["people"]
        assert dict(finding.find(SYSTEM, COUNTRY, "fm 1"))["cohorts"][0].detail == "FM-1"
        trainer = Actor.of(1, "x", Role.TRAINER)
        assert finding.find(trainer, COUNTRY, "امينه") == []
        assert finding.find(SYSTEM, Scope(), "امينه") == []
