"""Each sentence of RULES, Counting, seen to hold on both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cohorts.enrolment import rules as enrolment_rules
from cohorts.people.models import PairState
from cohorts.reached import queries
from cohorts.reached.queries import census, completions, evidence, pending, reached_range
from cohorts.sessions.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    SessionKind,
    SessionState,
)
from cohorts.transfer.models import TransferState
from programme.base import clock
from programme.base.access import Actor, Scope
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.geography.queries import region_ids
from regions.programmes import rules as programmes
from tests.client import Statements
from tests.cohorts.reached import rows
from tests.cohorts.reached.rows import activity, day, mark, midday, moment, pair, session
from tests.factories.associations import region
from tests.factories.cohorts import an_association, cohort, enrolment, module, seat
from tests.factories.people import person
from tests.factories.programmes import regional_programme
from tests.factories.transfers import stepped

ALL = Scope.country()
pytestmark = pytest.mark.usefixtures("house")


def counted(at: Moment | None = None, scope: Scope = ALL) -> dict[int, tuple[str, dt.date]]:
    return {e.association_id: (e.kind, e.on_date) for e in evidence(scope, at or moment())}


def trained(minutes: int = 960, on: int = 0, **more: Any) -> Any:
    """An enrolment of a cohort of 20 hours that attended so many minutes on one day."""
    made = cohort(**more)
    one = enrolment(seat(made))
    held = session(made, (day(on), 600, module("M1")), (day(on + 1), minutes - 600, module("M2")))
    for sitting in held.sittings:
        mark(one, sitting)
    return one


def test_nucleus_counts_at_exactly_the_share_of_the_curriculum_and_not_a_minute_below() -> None:
    one = trained(960)
    assert counted() == {one.seat.association_id: ("N", day(1))}
    assert [c.enrolment_id for c in completions(ALL, moment())] == [one.id]


def test_p3_a_scope_of_agreements_reads_the_cohorts_they_carry() -> None:
    made = [cohort(f"FM-{number}", agreement=f"CONV-{number}") for number in (1, 2)]
    for group in made:
        one = enrolment(seat(group))
        held = session(group, (day(0), 600, module("M1")), (day(1), 600, module("M2")))
        for sitting in held.sittings:
            mark(one, sitting)
    carried = Scope(agreements=frozenset({"CONV-2"}))
    assert [one.cohort_id for one in completions(carried, moment())] == [made[1].id]
    assert completions(Scope(agreements=frozenset({"CONV-3"})), moment()) == []


def test_a_minute_too_few_does_not_complete() -> None:
    trained(959)
    assert counted() == {}


@pytest.mark.parametrize("fault", ["panel", "no module", "foreign module", "submitted", "absent", "excused"])
def test_time_that_does_not_count(fault: str) -> None:
    made = cohort()
    one = enrolment(seat(made))
    taught = {"no module": None, "foreign module": module("ELSE")}.get(fault, module("M2"))
    kind = SessionKind.PANEL if fault == "panel" else SessionKind.SESSION
    state = SessionState.SUBMITTED if fault == "submitted" else SessionState.VALIDATED
    status = AttendanceStatus(fault) if fault in {"absent", "excused"} else AttendanceStatus.LATE
    first = session(made, (day(0), 600, module("M1")))
    second = session(made, (day(1), 600, taught), kind=kind, state=state)
    mark(one, first.sittings[0])
    mark(one, second.sittings[0], status)
    assert counted() == {}


def test_who_was_never_confirmed_does_not_complete() -> None:
    one = trained(960)
    one.confirmed_at = None
    db.session.flush()
    assert counted() == {}
    one.confirmed_at = midday(day(40))
    db.session.flush()
    assert counted(Moment(day(30), day(39))) == {}
    assert len(counted(Moment(day(30), day(40)))) == 1


def test_of_a_chain_of_replacements_only_the_first_completes() -> None:
    first = trained(960)
    actor = Actor.system()
    second = enrolment_rules.substitute(actor, first, person(), on=day(40), reason="سفر")
    later = session(first.cohort, (day(50), 600, module("M1")), (day(51), 600, module("M2")))
    for sitting in later.sittings:
        mark(second, sitting)
    assert [c.enrolment_id for c in completions(ALL, moment())] == [first.id]


def transferred(persons: int = 2, minutes: int = 360, on: int = 0, **more: Any) -> tuple[Any, Any]:
    host, guest = an_association(), an_association()
    made = activity(host, *((guest, person(), day(on), minutes) for _ in range(persons)), **more)
    return guest, made


def test_transfer_counts_with_two_persons_of_six_hours() -> None:
    guest, made = transferred()
    found = evidence(ALL, moment())
    assert [(e.association_id, e.kind, e.via, e.host_ids) for e in found] == [
        (guest.id, "T", (made.id,), (made.host_id,))
    ]


@pytest.mark.parametrize("case", [(1, 360), (2, 359), (3, 200)])
def test_too_few_persons_or_minutes_do_not_count(case: tuple[int, int]) -> None:
    transferred(*case)
    assert counted() == {}


def test_hours_add_up_over_activities_and_persons_need_not_share_one() -> None:
    host, guest = an_association(), an_association()
    first, second = person(), person()
    activity(host, (guest, first, day(0), 180))
    activity(host, (guest, first, day(1), 180))
    activity(host, (guest, second, day(2), 360))
    assert counted() == {guest.id: ("T", day(2))}


def test_a_person_named_for_two_associations_serves_each_sheet_for_itself() -> None:
    host, one, other = an_association(), an_association(), an_association()
    both, mate = person(), person()
    activity(host, (one, both, day(0), 180), (other, both, day(1), 360), (other, mate, day(1), 360))
    activity(host, (one, mate, day(0), 360))
    assert counted() == {other.id: ("T", day(1))}


def test_the_first_event_counts_and_the_other_stands_beside() -> None:
    one = trained(960, on=5)
    mine = one.seat.association
    activity(an_association(), *((mine, person(), day(2), 360) for _ in range(2)))
    (found,) = evidence(ALL, moment())
    assert (found.kind, found.on_date) == ("T", day(2))
    assert found.also is not None
    assert (found.also.kind, found.also.on_date) == ("N", day(6))
    assert counted(moment(day(1))) == {}


def test_thresholds_are_those_of_the_associations_region_on_that_day() -> None:
    programme = regional_programme("03")
    programmes.set_targets(
        Actor.system(), programme, effective_on=day(30), set_by="قرار", reason="قرار", transfer_min_persons=1
    )
    guest, _made = transferred(persons=1)
    assert counted(moment(day(29))) == {}
    assert counted(moment(day(30))) == {guest.id: ("T", day(0))}


def test_merged_records_count_once_and_come_back_when_taken_apart() -> None:
    host, one, other, third = (an_association() for _ in range(4))
    activity(host, (one, person(), day(0), 360), (other, person(), day(3), 360))
    assert counted() == {}
    rows.merge(other, third)
    rows.merge(third, one)
    assert counted() == {one.id: ("T", day(3))}
    other.merged_into_id = third.merged_into_id = None
    db.session.flush()
    assert counted() == {}


def test_known_on_looks_at_what_was_recorded_and_validated_by_then() -> None:
    validated, recorded = midday(day(20)), midday(day(10))
    guest, _made = transferred(validated_at=validated, recorded_at=recorded)
    assert counted(Moment(day(5), day(19))) == {}
    assert counted(Moment(day(5), day(20))) == {guest.id: ("T", day(0))}
    assert pending(ALL, Moment(day(5), day(9))) == []
    assert pending(ALL, Moment(day(5), day(19))) == [guest.id]
    assert pending(ALL, Moment(day(5), day(20))) == []


def test_a_later_correction_does_not_change_what_was_known() -> None:
    one = trained(960)
    one.confirmed_at = rows.LONG_AGO
    first = db.session.query(Attendance).order_by(Attendance.id).first()
    assert first is not None
    first.status = AttendanceStatus.ABSENT
    db.session.add(
        AttendanceCorrection(
            attendance_id=first.id,
            before=AttendanceStatus.PRESENT,
            after=AttendanceStatus.ABSENT,
            reason="خطأ",
            made_at=midday(day(60)),
        )
    )
    db.session.flush()
    assert counted(Moment(day(5), day(59))) == {one.seat.association_id: ("N", day(1))}
    assert counted(Moment(day(5), day(60))) == {}


def test_declared_is_not_reached_and_leaves_the_list_once_reached() -> None:
    guest, made = transferred(state=TransferState.SUBMITTED)
    assert (counted(), pending(ALL, moment())) == ({}, [guest.id])
    assert pending(ALL, moment(day(-1))) == []
    made.state, made.validated_at = TransferState.VALIDATED, rows.LONG_AGO
    stepped(made)
    assert (list(counted()), pending(ALL, moment())) == ([guest.id], [])


@pytest.mark.parametrize("state", [TransferState.DRAFT, TransferState.RETURNED, TransferState.REFUSED])
def test_what_is_not_declared_is_nowhere(state: TransferState) -> None:
    transferred(state=state)
    assert (counted(), pending(ALL, moment())) == ({}, [])


def test_open_pairs_give_a_range_and_decisions_close_it() -> None:
    host, guest, other = an_association(), an_association(), an_association()
    one, two = person(), person()
    half, rest, whole = person(), person(), person()
    activity(host, (guest, one, day(0), 360), (guest, two, day(0), 360))
    activity(host, (other, half, day(0), 180), (other, rest, day(0), 180), (other, whole, day(0), 360))
    first, second = pair(one, two), pair(half, rest)
    assert (list(counted()), reached_range(ALL, moment())) == ([guest.id], (0, 2))
    rows.decide(first, PairState.SAME)
    rows.decide(second, PairState.SAME)
    assert (list(counted()), reached_range(ALL, moment())) == ([other.id], (1, 1))
    rows.decide(first, PairState.DISTINCT)
    assert reached_range(ALL, moment()) == (2, 2)


def test_a_decision_taken_back_leaves_what_was_known_before() -> None:
    host, guest, one, two = an_association(), an_association(), person(), person()
    activity(host, (guest, one, day(0), 360), (guest, two, day(0), 360))
    doubt, today = pair(one, two), clock.today()
    rows.decide(doubt, PairState.SAME, clock.now() - dt.timedelta(days=2))
    rows.decide(doubt, PairState.OPEN, clock.now())
    known = [Moment(today, today - dt.timedelta(days=ago)) for ago in (3, 1, 0)]
    assert [reached_range(ALL, one) for one in known] == [(0, 1), (0, 0), (0, 1)]


def test_regions_add_up_and_each_scope_sees_its_own() -> None:
    host = an_association()
    here, there = an_association(), an_association(province="07.351")
    activity(host, *((to, person(), day(0), 360) for to in (here, there) for _ in range(2)))
    fes, other = region("03").id, there.region_id
    assert set(counted()) == {here.id, there.id}
    for scope in (Scope(regions=frozenset({fes})), Scope(territory=frozenset({fes}))):
        assert set(counted(scope=scope)) == {here.id}
        assert evidence(scope, moment(), other) == []
    assert [e.association_id for e in evidence(ALL, moment(), other)] == [there.id]
    assert counted(scope=Scope()) == {}
    whole = census(ALL, moment())
    assert whole.range_of() == (2, 2)
    assert [len(whole.reached(code)) for code in (fes, other)] == [1, 1]


def test_the_count_takes_as_many_statements_for_thirty_as_for_one() -> None:
    def statements() -> int:
        region_ids()  # known from then on
        with Statements() as some:
            census(ALL, moment())
        return len(some)

    first = trained(960)
    transferred()
    few = statements()
    for number in range(30):
        transferred(on=number)
    enrolled = [enrolment(seat(first.cohort)) for _ in range(20)]
    held = session(enrolled[0].cohort, (day(0), 600, module("M1")), (day(1), 600, module("M2")))
    for one in enrolled:
        for sitting in held.sittings:
            mark(one, sitting)
    assert len(queries.evidence(ALL, moment())) == 52
    assert statements() == few <= 14
