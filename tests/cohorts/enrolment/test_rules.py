"""Seats, places, nominations, withdrawals and substitutions (RULES C1, C2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from cohorts.enrolment import queries, rules
from cohorts.enrolment.models import (
    COHORT_MOVES,
    ENROLMENT_MOVES,
    CohortState,
    Enrolment,
    EnrolmentState,
)
from programme.base import clock
from programme.base.access import Actor, Role, Scope
from programme.base.measures import Moment
from programme.base.refusals import Refused
from regions.associations.models import BureauRole
from regions.programmes.models import ProgrammeState
from tests.factories.cohorts import (
    START,
    SYSTEM,
    an_association,
    cohort,
    enrolment,
    full_cohort,
    module,
    seat,
)
from tests.factories.people import person
from tests.factories.programmes import regional_programme

LATER = dt.date(2023, 12, 1)
REPRESENTATIVE = Actor.of(1, "ممثل", Role.ASSOCIATION_REPRESENTATIVE)
TRAINER = Actor.of(2, "مكون", Role.TRAINER)
COUNTRY = Scope.country()


def test_a_cohort_takes_seats_and_places_from_the_targets(session: Any) -> None:
    regional_programme(associations_target=25, places_per_association=3)
    made = cohort()
    assert (made.seats_target, made.places) == (25, 3)
    assert queries.curriculum_minutes([made.id]) == {made.id: 1200}
    assert queries.cohort_by_code(COUNTRY, "fm-1") == made


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "fm-0"}, "code"),
        ({"modules": []}, "modules"),
        ({"agreement": " "}, "agreement"),
        ({"name_ar": ""}, "name_ar"),
        ({"ends_on": dt.date(2020, 1, 1)}, "ends_on"),
        ({"places": 5000}, "places"),
    ],
)
def test_a_cohort_is_refused(session: Any, change: dict[str, Any], field: str) -> None:
    cohort("FM-0")
    with pytest.raises(Refused) as refusal:
        cohort(**{"code": "FM-1", **change})
    assert refusal.value.field == field


def test_no_cohort_in_a_closed_programme(session: Any) -> None:
    with pytest.raises(Refused, match="clôturée"):
        cohort(regional_programme=regional_programme(state=ProgrammeState.CLOSED))


def test_editing_a_cohort_answers_what_changed(session: Any) -> None:
    made = cohort()
    changed = rules.edit_cohort(SYSTEM, made, name_fr="Promotion 1", modules=[module("M1"), module("M3")])
    assert changed == {"name_fr": ("Cohorte FM-1", "Promotion 1"), "modules": ("M1;M2", "M1;M3")}
    assert [m.code for m in made.modules] == ["M1", "M3"]
    assert rules.edit_cohort(SYSTEM, made, name_fr="Promotion 1") == {}


def test_places_cannot_go_below_who_is_there(session: Any) -> None:
    made = full_cohort(seats=1, people=3)
    with pytest.raises(Refused) as refusal:
        rules.edit_cohort(SYSTEM, made, places=2)
    assert refusal.value.field == "places"
    rules.edit_cohort(SYSTEM, made, places=3)


def test_c1_going_over_the_target_needs_a_reason(session: Any) -> None:
    made = cohort(seats_target=1)
    seat(made)
    with pytest.raises(Refused) as refusal:
        seat(made, reason="  ")
    assert (refusal.value.code, refusal.value.field) == ("C1", "reason")
    extra = seat(made, reason="قرار اللجنة")
    assert (extra.number, extra.reason) == (2, "قرار اللجنة")


def test_c1_one_seat_per_association(session: Any) -> None:
    made, one = cohort(), an_association()
    seat(made, one)
    with pytest.raises(Refused, match="déjà un siège"):
        seat(made, one)


def test_seats_are_not_for_representatives(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.give_seat(REPRESENTATIVE, cohort(), an_association(), granted_on=START)
    assert refusal.value.status == 403


def test_a_closed_cohort_refuses(session: Any) -> None:
    made = cohort()
    held = seat(made)
    nominated = enrolment(held, state=EnrolmentState.NOMINATED)
    rules.move_cohort(SYSTEM, made, "close")
    for attempt in (
        lambda: seat(made),
        lambda: enrolment(held),
        lambda: rules.confirm(SYSTEM, nominated),
        lambda: rules.substitute(SYSTEM, nominated, person(), on=LATER, reason="x"),
    ):
        with pytest.raises(Refused, match="close"):
            attempt()


def test_a_seat_has_its_places_and_no_more(session: Any) -> None:
    held = seat(cohort(places=2))
    first = enrolment(held)
    enrolment(held, state=EnrolmentState.NOMINATED)
    with pytest.raises(Refused, match="2 places") as refusal:
        enrolment(held)
    assert refusal.value.code == "places"
    rules.withdraw(SYSTEM, first, on=LATER, reason="سفر")
    assert enrolment(held).state is EnrolmentState.CONFIRMED


def test_c2_one_active_enrolment_per_programme_names_the_other(session: Any) -> None:
    who = person()
    enrolment(seat(cohort("FM-1"), an_association("جمعية النور")), who)
    with pytest.raises(Refused, match=r"FM-1.*جمعية النور") as refusal:
        enrolment(seat(cohort("FM-2")), who)
    assert refusal.value.code == "C2"


def test_c2_outside_the_scope_names_neither_person_nor_place(session: Any) -> None:
    who = person()
    enrolment(seat(cohort("FM-1"), an_association("جمعية النور")), who)
    own = seat(cohort("FM-2"))
    scope = Scope(associations=frozenset({own.association_id}))
    with pytest.raises(Refused, match="déjà inscrite dans une cohorte") as refusal:
        rules.enrol(SYSTEM, own, who, enrolled_on=START, scope=scope)
    assert not any(word in refusal.value.message for word in ("FM-1", "النور", who.name_ar))


def test_c2_another_regional_programme_is_another_matter(session: Any) -> None:
    who = person()
    enrolment(seat(cohort("FM-1")), who)
    assert enrolment(seat(cohort("RS-1", region="04")), who).id


def test_c2_stands_in_the_database(session: Any) -> None:
    first = enrolment(seat(cohort("FM-1")))
    second = seat(cohort("FM-2"))
    session.add(
        Enrolment(
            seat_id=second.id,
            cohort_id=second.cohort_id,
            regional_programme_id=first.regional_programme_id,
            person_id=first.person_id,
            state=EnrolmentState.NOMINATED,
            enrolled_on=START,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_c2_who_left_may_come_back(session: Any) -> None:
    first = enrolment(seat(cohort()))
    rules.withdraw(SYSTEM, first, on=LATER, reason="مرض")
    again = enrolment(first.seat, first.person, enrolled_on=LATER)
    assert again.state is EnrolmentState.CONFIRMED


def test_representatives_nominate_and_others_confirm(session: Any) -> None:
    held = seat(cohort())
    with pytest.raises(Refused) as refusal:
        rules.enrol(REPRESENTATIVE, held, person(), enrolled_on=START)
    assert refusal.value.status == 403
    nominated = rules.enrol(REPRESENTATIVE, held, person(), enrolled_on=START, state=EnrolmentState.NOMINATED)
    with pytest.raises(Refused):
        rules.confirm(REPRESENTATIVE, nominated)
    assert "confirm" not in rules.moves_for(nominated, REPRESENTATIVE)
    assert "confirm" in rules.moves_for(nominated, SYSTEM)
    rules.confirm(SYSTEM, nominated)
    assert nominated.state is EnrolmentState.CONFIRMED
    with pytest.raises(Refused):
        rules.confirm(SYSTEM, nominated)


def test_a_proposal_withdrawn_without_having_been_confirmed_never_counts(session: Any) -> None:
    held = seat(cohort())
    proposed = enrolment(held, state=EnrolmentState.NOMINATED)
    rules.withdraw(SYSTEM, proposed, on=LATER, reason="سفر")
    before_it_left = Moment(dt.date(2023, 10, 1), clock.today())
    assert proposed.confirmed_at is None
    assert queries.trainees_enrolled(COUNTRY, before_it_left) == []
    accepted = enrolment(held, state=EnrolmentState.NOMINATED)
    rules.confirm(SYSTEM, accepted)
    rules.withdraw(SYSTEM, accepted, on=LATER, reason="سفر")
    assert queries.trainees_enrolled(COUNTRY, before_it_left) == [accepted.person_id]
    yesterday = clock.today() - dt.timedelta(days=1)
    assert queries.trainees_enrolled(COUNTRY, Moment(yesterday, yesterday)) == []


def test_a_withdrawal_has_a_reason_and_a_day_that_fits(session: Any) -> None:
    made = enrolment(seat(cohort()))
    with pytest.raises(Refused) as refusal:
        rules.withdraw(SYSTEM, made, on=LATER, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused) as refusal:
        rules.withdraw(SYSTEM, made, on=START - dt.timedelta(days=1), reason="سفر")
    assert refusal.value.field == "on"
    rules.withdraw(SYSTEM, made, on=LATER, reason="سفر")
    assert (made.withdrawn_on, made.withdrawal_reason) == (LATER, "سفر")
    assert made.withdrawal_recorded_at is not None
    with pytest.raises(Refused):
        rules.withdraw(SYSTEM, made, on=LATER, reason="سفر")


def test_a_substitution_keeps_the_chain(session: Any) -> None:
    held = seat(cohort(places=1))
    first = enrolment(held)
    second = rules.substitute(SYSTEM, first, person(), on=LATER, reason="سفر")
    assert first.state is EnrolmentState.WITHDRAWN
    assert (second.replaces_id, second.enrolled_on, second.state) == (
        first.id,
        LATER,
        EnrolmentState.CONFIRMED,
    )
    assert queries.replacement_of(first) == second
    with pytest.raises(Refused, match="déjà reprise"):
        rules.substitute(SYSTEM, first, person(), on=LATER, reason="x")
    with pytest.raises(Refused, match="autre personne"):
        rules.substitute(SYSTEM, second, second.person, on=LATER, reason="x")


def test_a_free_place_can_be_taken_over_later(session: Any) -> None:
    first = enrolment(seat(cohort()))
    rules.withdraw(SYSTEM, first, on=LATER, reason="سفر")
    nominated = rules.substitute(REPRESENTATIVE, first, person(), on=LATER, reason="سفر")
    assert nominated.state is EnrolmentState.NOMINATED
    assert nominated.replaces_id == first.id


def test_substituting_by_someone_enrolled_changes_nothing(session: Any) -> None:
    made = cohort()
    first, other = enrolment(seat(made)), enrolment(seat(made))
    with pytest.raises(Refused) as refusal:
        rules.substitute(SYSTEM, first, other.person, on=LATER, reason="x")
    assert refusal.value.code == "C2"
    assert first.state is EnrolmentState.CONFIRMED


def test_trainers_enrol_nobody(session: Any) -> None:
    first = enrolment(seat(cohort()))
    with pytest.raises(Refused):
        rules.enrol(TRAINER, first.seat, person(), enrolled_on=START)
    with pytest.raises(Refused):
        rules.substitute(TRAINER, first, person(), on=LATER, reason="x")
    with pytest.raises(Refused):
        rules.withdraw(TRAINER, first, on=LATER, reason="x")


def test_editing_an_enrolment(session: Any) -> None:
    made = enrolment(seat(cohort()))
    assert rules.edit_enrolment(SYSTEM, made, bureau_role=BureauRole.TREASURER) == {
        "bureau_role": (None, BureauRole.TREASURER)
    }
    assert rules.edit_enrolment(SYSTEM, made, enrolled_on=START) == {}
    with pytest.raises(TypeError):
        rules.edit_enrolment(SYSTEM, made, state="withdrawn")


def test_an_enrolment_does_not_begin_after_its_withdrawal(session: Any) -> None:
    made = enrolment(seat(cohort()))
    rules.withdraw(SYSTEM, made, on=LATER, reason="سفر")
    with pytest.raises(Refused) as refusal:
        rules.edit_enrolment(SYSTEM, made, enrolled_on=LATER + dt.timedelta(days=1))
    assert (refusal.value.code, refusal.value.field) == ("period", "enrolled_on")
    assert made.enrolled_on == START
    rules.edit_enrolment(SYSTEM, made, enrolled_on=LATER)


@pytest.mark.parametrize("name", COHORT_MOVES)
@pytest.mark.parametrize("state", CohortState)
def test_every_move_of_a_cohort(session: Any, name: str, state: CohortState) -> None:
    made = cohort(state=state)
    if state in COHORT_MOVES[name].sources:
        rules.move_cohort(SYSTEM, made, name, "سبب")
        assert made.state is COHORT_MOVES[name].target
    else:
        with pytest.raises(Refused):
            rules.move_cohort(SYSTEM, made, name, "سبب")


def test_every_state_of_an_enrolment_is_reached() -> None:
    reached = {move.target for move in ENROLMENT_MOVES.values()} | {EnrolmentState.NOMINATED}
    assert reached == set(EnrolmentState)


def test_scopes_of_cohorts_and_persons(session: Any) -> None:
    here, there = full_cohort("FM-1", seats=2, people=1), full_cohort("RS-1", 1, 1, region="04")
    mine = queries.seats(COUNTRY, here)[0]
    regional = Scope(regions=frozenset({here.region_id}))
    own = Scope(associations=frozenset({mine.association_id}))
    carried = Scope(agreements=frozenset({"CONV-2023-01"}))
    assert [c.code for c in queries.cohorts(regional)] == ["FM-1"]
    assert [c.code for c in queries.cohorts(own)] == ["FM-1"]
    assert len(queries.cohorts(carried)) == 2
    assert queries.cohorts(Scope()) == []
    assert queries.get_cohort(regional, there.id) is None
    assert len(queries.roster(regional, here)) == 2
    assert [e.seat_id for e in queries.roster(own, here)] == [mine.id]
    others = queries.seats(COUNTRY, here)[1]
    assert queries.seat_open_to(own, others.id) is None
    assert queries.seat_open_to(own, mine.id) == mine
    assert queries.get_enrolment(own, queries.roster(COUNTRY, here)[1].id) is None
    assert queries.counts([here.id, there.id]) == {here.id: (2, 2), there.id: (1, 1)}
    assert queries.states_in(regional) == {CohortState.RUNNING: 1}


def test_seats_planned_do_not_go_below_those_given(session: Any) -> None:
    made = cohort(seats_target=3)
    seat(made), seat(made)
    with pytest.raises(Refused, match="2 sièges") as refusal:
        rules.edit_cohort(SYSTEM, made, seats_target=1)
    assert (refusal.value.field, made.seats_target) == ("reason", 3)
    assert rules.edit_cohort(SYSTEM, made, seats_target=1, reason="انسحاب") == {"seats_target": (3, 1)}
    assert rules.edit_cohort(SYSTEM, made, seats_target=2) == {"seats_target": (1, 2)}


def test_nobody_leaves_a_closed_cohort_and_nobody_takes_over_before_a_withdrawal(session: Any) -> None:
    one = enrolment(seat(cohort()))
    rules.withdraw(SYSTEM, one, on=LATER, reason="سفر")
    with pytest.raises(Refused, match="précède le retrait") as refusal:
        rules.substitute(SYSTEM, one, person(), on=LATER - dt.timedelta(days=1), reason="سفر")
    assert refusal.value.field == "on"
    other = enrolment(one.seat)
    other.cohort.state = CohortState.CLOSED
    with pytest.raises(Refused, match="close"):
        rules.withdraw(SYSTEM, other, on=LATER, reason="سفر")
