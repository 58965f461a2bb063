"""The life of a transfer, every refusal seen (RULES, Counting, C6, C7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.people.models import PersonPair
from cohorts.transfer import rules
from cohorts.transfer.models import MOVES, TransferState
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Role, Scope
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.base.states import moves_from
from tests.factories.cohorts import an_association, enrolment
from tests.factories.people import person
from tests.factories.transfers import DAY, SYSTEM, actor, declared, host, participant, transfer, validated

pytestmark = pytest.mark.usefixtures("house")


def refused(code: str, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        rule(*args, **kwargs)
    assert caught.value.code == code, caught.value.message
    return caught.value


def test_a_transfer_is_declared_submitted_and_validated_by_another_person() -> None:
    officer = actor()
    made = transfer(by=officer)
    assert (made.state, made.region_id, made.code[:4]) == (TransferState.DRAFT, made.host.region_id, "T03-")
    rules.submit(officer, made)
    assert made.submitted_at is not None
    for entered in (officer, SYSTEM):
        refused("C6", rules.validate, entered, made)
    rules.validate(actor(), made)
    assert made.state is TransferState.VALIDATED
    assert made.validated_at is not None
    db.session.commit()
    said = [entry.event for entry in journal.history(db.session, "transfer_activity", made.id)]
    assert said[:2] == ["transfer:activity:validate", "transfer:activity:submit"]


def test_whoever_put_someone_on_the_sheet_does_not_validate_it() -> None:
    made, second = transfer(by=actor()), actor()
    rules.add_participants(second, made, [participant(an_association())])
    rules.submit(SYSTEM, made)
    db.session.commit()
    refused("C6", rules.validate, second, made)


@pytest.mark.parametrize("change", ["add", "remove", "time", "said"])
def test_whoever_changed_a_declared_sheet_does_not_validate_it(change: str) -> None:
    made, officer, other = declared(), actor(), actor()
    assert rules.is_stranger(officer, made)
    line = made.participations[0]
    if change == "add":
        rules.add_participants(officer, made, [participant(an_association())])
    elif change == "remove":
        rules.remove_participant(officer, made, line)
    elif change == "time":
        rules.change_minutes(officer, line, 300)
    else:
        rules.edit(officer, made, venue="Fès")
    db.session.commit()
    refused("C6", rules.validate, officer, made)
    assert not rules.is_stranger(officer, made)
    rules.validate(other, made)


def test_a_refused_line_says_which_one() -> None:
    made = transfer()
    guest = participant(an_association(), line=3)
    again = replace(guest, line=7)
    said = refused("participation", rules.add_participants, SYSTEM, made, [guest, again])
    assert said.message.startswith("Participant 7 :")
    assert said.field == "participants"


def test_the_host_has_a_seat_and_a_representative_declares_for_their_own() -> None:
    stranger, own = an_association(), host()
    assert refused("transfer-host", rules.enter, SYSTEM, host=stranger).field == "host"
    member = actor(Role.ASSOCIATION_REPRESENTATIVE)
    scope = Scope(associations=frozenset({own.id}))
    assert refused("permission", rules.enter, member, host=host(), scope=scope).status == 403
    refused("permission", rules.enter, member, host=own)
    assert rules.enter(member, host=own, scope=scope).host_id == own.id
    elsewhere = Scope(regions=frozenset({own.region_id + 1}))
    refused("scope", rules.enter, actor(), host=own, scope=elsewhere)
    with pytest.raises(Refused) as caught:
        rules.enter(actor(Role.AUDITOR), host=own)
    assert caught.value.status == 403


def test_a_code_is_taken_once_and_made_where_none_is_given() -> None:
    first = transfer(code="NAQL-1")
    refused("unique", lambda: transfer(code=first.code))
    assert transfer().code != transfer().code


def test_the_trainer_is_one_of_the_hosts_trainees() -> None:
    giver, stranger = host(), person()
    assert refused("transfer-trainer", transfer, host=giver, trainer_id=stranger.id).field == "trainer_id"
    own = enrolment(a_seat_of(giver))
    assert transfer(host=giver, trainer_id=own.person_id).trainer_id == own.person_id


def a_seat_of(association: Any) -> Any:
    from cohorts.enrolment.models import Seat

    return db.session.scalars(sa.select(Seat).where(Seat.association_id == association.id)).one()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"on_date": dt.date(2999, 1, 1)}, "date"),
        ({"association_name": " "}, "C7"),
        ({"name": "  "}, "required"),
    ],
)
def test_lines_that_cannot_be(fault: dict[str, Any], code: str) -> None:
    guest = None if "association_name" in fault else an_association()
    refused(code, transfer, participant(guest, **fault))


def test_nobody_stands_twice_on_a_sheet_on_one_day() -> None:
    guest = an_association()
    twice = participant(guest)
    refused("participation", transfer, twice, twice)
    made = transfer(
        twice, participant(guest, national_id=twice.national_id, on_date=DAY + dt.timedelta(days=1))
    )
    assert len({p.person_id for p in made.participations}) == 1


def test_an_empty_sheet_is_not_submitted() -> None:
    made = rules.enter(SYSTEM, host=host())
    refused("transfer-empty", rules.submit, SYSTEM, made)


def test_without_a_national_id_one_sheet_knows_its_own_and_another_only_suspects() -> None:
    guest = an_association()
    who = {
        "national_id": None,
        "name": "سعاد الهلالي",
        "birth_date": dt.date(1990, 5, 4),
        "phone": "0612345678",
    }
    made = transfer(participant(guest, **who), participant(guest, **who, on_date=DAY + dt.timedelta(days=1)))
    assert len({p.person_id for p in made.participations}) == 1
    other = transfer(participant(guest, **who))
    assert other.participations[0].person_id != made.participations[0].person_id
    assert db.session.scalar(sa.select(sa.func.count(PersonPair.id))) == 1


def test_an_unknown_association_is_declared_in_the_province_or_the_hosts_region() -> None:
    made = transfer(participant(association_name="جمعية بدون إقليم"))
    named = made.participations[0].association
    assert (named.region_id, named.province_id, named.receipt_no) == (made.region_id, None, None)


def test_a_validated_sheet_changes_only_after_a_reopening_with_its_reason() -> None:
    made = validated()
    part = made.participations[0]
    refused("C6", rules.add_participants, SYSTEM, made, [participant(an_association())])
    refused("C6", rules.remove_participant, SYSTEM, made, part)
    refused("C6", rules.change_minutes, SYSTEM, part, 60)
    refused("C6", rules.edit, SYSTEM, made, venue="دار الشباب")
    refused("reason", rules.reopen, SYSTEM, made, " ")
    rules.reopen(SYSTEM, made, "خطأ في المدة")
    assert (made.state, made.validated_at, made.state_reason) == (
        TransferState.SUBMITTED,
        None,
        "خطأ في المدة",
    )
    version = made.version
    assert rules.change_minutes(SYSTEM, part, 60)
    assert not rules.change_minutes(SYSTEM, part, 60)
    assert made.version > version
    rules.remove_participant(SYSTEM, made, part)
    assert part not in made.participations


def test_returned_with_a_comment_it_comes_back_and_refused_it_does_not() -> None:
    made = declared()
    refused("reason", rules.return_, SYSTEM, made, "")
    rules.return_(SYSTEM, made, "أضيفوا الأرقام")
    assert (made.state, made.state_reason) == (TransferState.RETURNED, "أضيفوا الأرقام")
    assert rules.edit(SYSTEM, made, venue="دار الشباب") == {"venue": (None, "دار الشباب")}
    rules.submit(SYSTEM, made)
    rules.move(SYSTEM, made, "refuse", "غير صحيح")
    refused("state", rules.submit, SYSTEM, made)
    refused("C6", rules.edit, SYSTEM, made, venue="x")


@pytest.mark.parametrize("name", sorted(MOVES))
@pytest.mark.parametrize("state", list(TransferState))
def test_every_move_from_every_state(name: str, state: TransferState) -> None:
    made = transfer()
    made.state = state
    if state is TransferState.VALIDATED:
        made.validated_at = clock.now()
    db.session.flush()
    who = actor()
    if state in MOVES[name].sources:
        rules.move(who, made, name, "سبب")
        assert made.state is MOVES[name].target
    else:
        refused("state", rules.move, who, made, name, "سبب")


def test_buttons_follow_the_permission() -> None:
    assert list(moves_from(MOVES, TransferState.SUBMITTED, actor(Role.IMPLEMENTER))) == []
    assert list(moves_from(MOVES, TransferState.DRAFT, actor(Role.IMPLEMENTER))) == ["submit"]
    everyone = Actor(1, "x", None, frozenset(Permission))
    assert set(moves_from(MOVES, TransferState.SUBMITTED, everyone)) == {"validate", "return", "refuse"}
