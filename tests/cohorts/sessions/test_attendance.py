"""Attendance and the life of a session (RULES C3, C4, C5, C6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cohorts.enrolment import rules as enrolment_rules
from cohorts.sessions import queries, rules
from cohorts.sessions.models import Attendance, SessionKind, SessionState
from programme.base import clock, hours, journal
from programme.base.access import Role, Scope
from programme.base.extensions import db
from programme.base.measures import Moment, measure
from programme.base.refusals import Refused
from tests.client import HouseClient, Statements
from tests.cohorts.sessions.test_planning import refused
from tests.factories.cohorts import SYSTEM, cohort, enrolment, full_cohort, module, seat
from tests.factories.people import person
from tests.factories.sessions import (
    ABSENT,
    EXCUSED,
    FRIDAY,
    LATE,
    PRESENT,
    days,
    fill,
    held,
    officer,
    plan,
    session_of,
)

COUNTRY = Scope.country()


def now() -> Moment:
    return Moment(clock.today(), clock.today())


@pytest.mark.parametrize(("status", "minutes"), [(PRESENT, 180), (LATE, 180), (EXCUSED, 0), (ABSENT, 0)])
def test_c5_present_and_late_earn_the_sitting_the_others_nothing(
    session: Any, status: Any, minutes: int
) -> None:
    group = cohort()
    one = enrolment(seat(group))
    held(group, [one], plan(), status=status)
    assert hours.minutes_by_enrolment([group.id], now()).get(one.id, 0) == minutes
    assert measure("hours_attended").value(COUNTRY, now()) == minutes


def test_c4_only_validated_sessions_of_the_curriculum_count(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    held(group, [one], plan(half="pm"), kind=SessionKind.PANEL)
    held(group, [one], plan(), kind=SessionKind.ACCOMPANIMENT)
    held(group, [one], plan(FRIDAY + dt.timedelta(days=1), module=module("OTHER")))
    held(group, [one], plan(FRIDAY + dt.timedelta(days=2), module=None))
    waiting = session_of(group, plan(FRIDAY + dt.timedelta(days=3)))
    fill(waiting, [one])
    assert hours.minutes_by_enrolment([group.id], now()) == {}
    rules.submit(SYSTEM, waiting)
    assert hours.minutes_by_enrolment([group.id], now()) == {}
    rules.validate(officer(), waiting)
    assert hours.minutes_by_enrolment([group.id], now()) == {one.id: 180}
    # A validated session whose modules are not of the curriculum is held all the same.
    assert measure("sessions_held").value(COUNTRY, now()) == 3


def test_d4_as_at_and_as_known_on(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    made = held(group, [one], *days(4))
    saturday = FRIDAY + dt.timedelta(days=1)
    assert hours.minutes_by_enrolment([group.id], Moment(FRIDAY, clock.today())) == {one.id: 360}
    assert hours.minutes_by_enrolment([group.id], Moment(saturday, clock.today())) == {one.id: 720}
    assert hours.minutes_by_enrolment([group.id], Moment(clock.today(), saturday)) == {}
    assert measure("sessions_held").ids is not None
    assert measure("sessions_held").value(COUNTRY, Moment(FRIDAY - dt.timedelta(days=1), clock.today())) == 0
    long_ago = clock.now() - dt.timedelta(days=10)
    made.validated_at = long_ago
    for mark in db.session.query(Attendance):
        mark.recorded_at = long_ago
    correction = rules.correct(officer(), (made.sittings[0], one), ABSENT, "erreur de saisie")
    yesterday = Moment(clock.today(), clock.today() - dt.timedelta(days=1))
    assert hours.minutes_by_enrolment([group.id], now()) == {one.id: 540}
    assert hours.minutes_by_enrolment([group.id], yesterday) == {one.id: 720}
    correction.made_at = clock.now() - dt.timedelta(days=5)
    db.session.flush()
    assert hours.minutes_by_enrolment([group.id], yesterday) == {one.id: 540}


def test_c5_a_missing_mark_is_added_by_a_correction(session: Any) -> None:
    group = cohort()
    place = seat(group)
    one, other = enrolment(place), enrolment(place)
    made = held(group, [one], plan())
    refused("C5", "session", rules.mark, SYSTEM, made, {(made.sittings[0].id, other.id): PRESENT})
    correction = rules.correct(officer(), (made.sittings[0], other), LATE, "oublié sur la feuille")
    assert (correction.before, correction.after) == (None, LATE)
    assert hours.minutes_by_enrolment([group.id], now()) == {one.id: 180, other.id: 180}
    refused("C5", "after", rules.correct, officer(), (made.sittings[0], other), LATE, "encore")
    refused("reason", "reason", rules.correct, officer(), (made.sittings[0], other), ABSENT, " ")
    refused(
        "permission", None, rules.correct, officer(Role.IMPLEMENTER), (made.sittings[0], other), ABSENT, "x"
    )
    db.session.commit()
    events = [entry.event for entry in journal.history(db.session, "session", made.id)]
    assert events[0] == "sessions:attendance:correct"


def test_c5_corrections_are_for_validated_sessions(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    made = session_of(group)
    refused("C5", "session", rules.correct, officer(), (made.sittings[0], one), ABSENT, "motif")


def test_c5_no_attendance_without_an_enrolment_that_day(session: Any) -> None:
    group, other = cohort("FM-1"), cohort("FM-2")
    stranger, late = enrolment(seat(other)), enrolment(seat(group), enrolled_on=FRIDAY + dt.timedelta(days=1))
    made = session_of(group, plan(), plan(FRIDAY + dt.timedelta(days=1)))
    morning, next_day = made.sittings
    refused("C5", "national_id", rules.mark, SYSTEM, made, {(morning.id, stranger.id): PRESENT})
    refused("C5", "date", rules.mark, SYSTEM, made, {(morning.id, late.id): PRESENT})
    rules.mark(SYSTEM, made, {(next_day.id, late.id): PRESENT})
    foreign = session_of(other, plan(half="pm")).sittings[0]
    refused("C5", "date", rules.mark, SYSTEM, made, {(foreign.id, late.id): PRESENT})
    enrolment_rules.withdraw(SYSTEM, late, on=FRIDAY + dt.timedelta(days=1), reason="départ")
    after = rules.add_sitting(SYSTEM, made, plan(FRIDAY + dt.timedelta(days=4)))
    refused("C5", "date", rules.mark, SYSTEM, made, {(after.id, late.id): PRESENT})


def test_c5_no_attendance_of_a_day_to_come(session: Any) -> None:
    group = cohort(ends_on=None)
    one = enrolment(seat(group))
    made = session_of(group, plan(clock.today()), plan(clock.today() + dt.timedelta(days=1)))
    today, tomorrow = made.sittings
    refused("C5", "date", rules.mark, SYSTEM, made, {(tomorrow.id, one.id): PRESENT})
    rules.mark(SYSTEM, made, {(today.id, one.id): PRESENT})
    refused("C5", "state", rules.submit, SYSTEM, made)


def test_c3_a_trainee_is_not_at_two_sessions_on_one_half_day(session: Any) -> None:
    one_cohort = cohort("FM-1")
    other_cohort = cohort("BM-1", region="05")
    someone = person()
    here, there = enrolment(seat(one_cohort), someone), enrolment(seat(other_cohort), someone)
    first, second = session_of(one_cohort), session_of(other_cohort)
    fill(first, [here])
    cell = (second.sittings[0].id, there.id)
    refused("C3", "status", rules.mark, SYSTEM, second, {cell: PRESENT})
    rules.mark(SYSTEM, second, {cell: ABSENT})
    rules.cancel(SYSTEM, first, "doublon")
    rules.mark(SYSTEM, second, {cell: PRESENT})


def test_marks_are_written_changed_and_erased_in_few_statements(session: Any) -> None:
    group = full_cohort(seats=30, people=4)
    made = session_of(group, *days(6))
    roster = queries.expected_of(made)
    marks = {(s.id, one.enrolment_id): PRESENT for s in made.sittings for one in roster}
    assert len(marks) == 720
    with Statements() as counted:
        assert rules.mark(SYSTEM, made, marks) == 720
    assert len(counted) < 12
    assert rules.mark(SYSTEM, made, marks) == 0
    some = dict.fromkeys(list(marks)[:3])
    assert rules.mark(SYSTEM, made, some) == 3
    assert len(queries.marks_of(s.id for s in made.sittings)) == 717


def test_submitting_names_who_is_missing(session: Any) -> None:
    group = cohort()
    place = seat(group)
    one, other = enrolment(place), enrolment(place)
    made = session_of(group, *days(2))
    refused("C5", "state", rules.submit, SYSTEM, made)
    fill(made, [one])
    message = refused("C5", "state", rules.submit, SYSTEM, made)
    assert str(other.person.name) in message
    assert rules.submit(SYSTEM, made, accept_missing=True) == 2
    assert made.state is SessionState.SUBMITTED
    refused("C5", "session", rules.mark, SYSTEM, made, {(made.sittings[0].id, other.id): PRESENT})


def test_the_day_of_a_substitution_asks_for_one_of_the_two(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    heir = enrolment_rules.substitute(SYSTEM, one, person(), on=FRIDAY, reason="maladie")
    made = session_of(group)
    rules.mark(SYSTEM, made, {(made.sittings[0].id, heir.id): PRESENT})
    assert rules.submit(SYSTEM, made) == 0


def test_c6_whoever_entered_submitted_or_marked_does_not_validate(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    planner, marker, sender, judge = (officer() for _ in range(4))
    made = session_of(group, actor=planner)
    fill(made, [one], actor=marker)
    rules.submit(sender, made)
    for actor in (planner, marker, sender, SYSTEM):
        refused("C6", "state", rules.validate, actor, made)
    refused("permission", None, rules.validate, officer(Role.IMPLEMENTER), made)
    rules.validate(judge, made)
    assert (made.state, made.validated_by_id) == (SessionState.VALIDATED, judge.account_id)
    refused("state", "state", rules.return_, judge, made, "trop tard")


def test_a_session_goes_back_with_a_comment_and_comes_again(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    made = session_of(group)
    refused("state", "state", rules.return_, officer(), made, "x")
    fill(made, [one])
    rules.submit(SYSTEM, made)
    refused("reason", "reason", rules.return_, officer(), made, " ")
    rules.return_(officer(), made, "Il manque la feuille signée.")
    assert (made.state, made.state_reason) == (SessionState.RETURNED, "Il manque la feuille signée.")
    fill(made, [one], ABSENT)
    rules.submit(SYSTEM, made)
    assert made.state_reason is None
    refused("reason", "reason", rules.cancel, SYSTEM, session_of(group, plan(half="pm")), "")


def test_an_accompaniment_visit_concerns_its_association_only(session: Any) -> None:
    group = cohort()
    mine, theirs = enrolment(seat(group)), enrolment(seat(group))
    visit = session_of(group, kind=SessionKind.ACCOMPANIMENT, association_id=mine.seat.association_id)
    cell = visit.sittings[0].id
    refused("C5", "national_id", rules.mark, SYSTEM, visit, {(cell, theirs.id): PRESENT})
    rules.mark(SYSTEM, visit, {(cell, mine.id): PRESENT})
    assert rules.submit(SYSTEM, visit) == 0


def test_marked_days_can_neither_be_moved_nor_removed(session: Any) -> None:
    group = cohort()
    one = enrolment(seat(group))
    made = session_of(group, *days(2))
    morning = made.sittings[0]
    rules.mark(SYSTEM, made, {(morning.id, one.id): PRESENT})
    refused("C5", "date", rules.edit_sitting, SYSTEM, morning, plan(FRIDAY + dt.timedelta(days=9)))
    refused("C5", "sittings", rules.remove_sitting, SYSTEM, morning)
    rules.edit_sitting(SYSTEM, morning, plan(minutes=240))


def test_c5_nobody_leaves_before_a_day_of_attendance_or_comes_after_it(session: Any) -> None:
    one = enrolment(seat(cohort()))
    held(one.cohort, [one], *days(3))
    first, last = FRIDAY, FRIDAY + dt.timedelta(days=1)
    with pytest.raises(Refused, match="marquée présente") as refusal:
        enrolment_rules.withdraw(SYSTEM, one, on=first, reason="سفر")
    assert (refusal.value.field, refusal.value.code) == ("on", "C5")
    with pytest.raises(Refused, match="marquée présente") as refusal:
        enrolment_rules.substitute(SYSTEM, one, person(), on=first, reason="سفر")
    assert refusal.value.field == "on"
    with pytest.raises(Refused, match="marquée présente") as refusal:
        enrolment_rules.edit_enrolment(SYSTEM, one, enrolled_on=last)
    assert refusal.value.field == "enrolled_on"
    enrolment_rules.edit_enrolment(SYSTEM, one, enrolled_on=first)
    enrolment_rules.withdraw(SYSTEM, one, on=last, reason="سفر")


def test_c5_absences_and_cancelled_sessions_hold_nobody(session: Any) -> None:
    one = enrolment(seat(cohort()))
    fill(session_of(one.cohort, *days(2)), [one], ABSENT)
    cancelled = session_of(one.cohort, plan(FRIDAY + dt.timedelta(days=7)), code="S-2")
    fill(cancelled, [one])
    rules.cancel(SYSTEM, cancelled, "قاعة غير متوفرة")
    enrolment_rules.withdraw(SYSTEM, one, on=FRIDAY, reason="سفر")


def test_c3_a_session_is_not_restored_over_where_its_people_were_meanwhile(session: Any) -> None:
    one = enrolment(seat(cohort()))
    day = FRIDAY + dt.timedelta(days=1)
    first = session_of(one.cohort, plan(day))
    fill(first, [one])
    rules.cancel(SYSTEM, first, "قاعة غير متوفرة")
    second = session_of(one.cohort, plan(day))
    fill(second, [one])
    assert second.code in refused("C3", "status", rules.restore, SYSTEM, first)
    fill(second, [one], ABSENT)
    rules.restore(SYSTEM, first)
    rules.cancel(SYSTEM, first, "قاعة غير متوفرة")
    enrolment_rules.withdraw(SYSTEM, one, on=FRIDAY, reason="سفر")
    refused("C5", "date", rules.restore, SYSTEM, first)


def test_the_journal_tells_marks_in_words_and_keeps_their_proof_to_itself(
    session: Any, client: HouseClient
) -> None:
    one = enrolment(seat(cohort()))
    made = held(one.cohort, [one], plan())
    rules.correct(SYSTEM, (made.sittings[0], one), EXCUSED, "شهادة طبية")
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for page in (client.page("/journal"), client.page(f"/sessions/{made.id}/history")):
        assert str(EXCUSED.label) in page
        assert "شهادة طبية" in page
        assert f"{made.sittings[0].id}:{one.id}" not in page
        assert "excused" not in page
