"""Deciding whether two records are one person (RULES, Counting and D4), and what was typed beside it (A5)."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.enrolment import rules as enrolment_rules
from cohorts.people import queries, rules
from cohorts.people.many import Many
from cohorts.people.models import PairDecision, PairState, Person, PersonPair
from cohorts.people.rules import as_typed
from programme.base import clock, journal, todos
from programme.base.access import Actor, Role, Scope
from programme.base.extensions import db
from programme.base.measures import Moment, measure
from programme.base.refusals import Refused
from tests.client import HouseClient
from tests.factories.cohorts import cohort, enrolment, module, seat
from tests.factories.people import SYSTEM, person
from tests.factories.programmes import region
from tests.factories.sessions import days, held

TWIN = {"birth_date": dt.date(1990, 5, 1), "phone": "0661234567"}


def twins() -> tuple[Person, Person, PersonPair]:
    first, second = person("أمينة العلوي", **TWIN), person("العلوي أمينة", **TWIN)
    pair = queries.pair_of(first.id, second.id)
    assert pair is not None
    return first, second, pair


def officer(account_id: int, role: Role = Role.REGIONAL_OFFICER) -> Actor:
    return Actor.of(account_id, "", role)


def decisions(session: Any) -> list[PairState]:
    return list(session.scalars(sa.select(PairDecision.state).order_by(PairDecision.id)))


def test_a_decision_and_its_taking_back_are_both_kept(session: Any) -> None:
    first, second, pair = twins()
    rules.decide_pair(SYSTEM, pair, "same", reason="même carte d'électeur")
    assert (pair.state, pair.decided_at is not None) == (PairState.SAME, True)
    rules.reopen_pair(SYSTEM, pair, reason="erreur")
    assert (pair.state, pair.decided_at) == (PairState.OPEN, None)
    rules.decide_pair(SYSTEM, pair, PairState.DISTINCT)
    assert decisions(session) == [PairState.SAME, PairState.OPEN, PairState.DISTINCT]
    session.commit()
    for one in (first, second):
        events = [entry.event for entry in journal.history(session, "person", one.id)]
        assert events[:3] == ["people:pair:distinct", "people:pair:reopen", "people:pair:same"]


def test_nothing_is_decided_twice(session: Any) -> None:
    _first, _second, pair = twins()
    with pytest.raises(Refused, match="Rien n'est encore"):
        rules.reopen_pair(SYSTEM, pair, reason="erreur")
    with pytest.raises(Refused, match="déjà été traité"):
        rules.decide_pair(SYSTEM, pair, "open")
    rules.decide_pair(SYSTEM, pair, "distinct")
    with pytest.raises(Refused, match="déjà été traité"):
        rules.decide_pair(SYSTEM, pair, "same")


def test_who_entered_a_record_does_not_decide(session: Any, client: HouseClient) -> None:
    entered = client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id]).id
    found = rules.find_or_make(officer(entered), name_ar="أمينة العلوي", **TWIN)
    other = person("العلوي أمينة", **TWIN)
    pair = queries.pair_of(found.person.id, other.id)
    assert pair is not None
    session.commit()
    with pytest.raises(Refused, match="une autre personne"):
        rules.decide_pair(officer(entered), pair, "same")
    with pytest.raises(Refused, match="une autre personne"):
        rules.decide_pair(officer(entered), pair, "distinct")
    rules.decide_pair(SYSTEM, pair, "same")


def test_who_keeps_no_region_does_not_decide(session: Any) -> None:
    _first, _second, pair = twins()
    with pytest.raises(Refused, match="droit"):
        rules.decide_pair(officer(1, Role.IMPLEMENTER), pair, "same")
    with pytest.raises(Refused, match="droit"):
        rules.reopen_pair(officer(1, Role.IMPLEMENTER), pair, reason="erreur")


def test_two_national_ids_are_two_persons(session: Any) -> None:
    first, second, pair = twins()
    rules.edit_person(SYSTEM, first, national_id="AB123456")
    second.national_id_hash = "someone else"
    with pytest.raises(Refused, match="deux numéros de CNIE"):
        rules.decide_pair(SYSTEM, pair, "same")
    rules.decide_pair(SYSTEM, pair, "distinct")
    with pytest.raises(Refused, match="deux numéros de CNIE"):
        rules.reopen_pair(SYSTEM, pair, reason="erreur")


def test_a_second_national_id_overrules_a_decision(session: Any) -> None:
    first, second, pair = twins()
    rules.decide_pair(SYSTEM, pair, "same")
    rules.edit_person(SYSTEM, first, national_id="AB123456")
    assert pair.state is PairState.SAME
    rules.edit_person(SYSTEM, second, national_id="CD123456")
    assert pair.state is PairState.DISTINCT
    assert decisions(session) == [PairState.SAME, PairState.DISTINCT]


def test_a_sheet_that_brings_the_second_national_id_settles_the_pair(session: Any) -> None:
    first, second, pair = twins()
    rules.edit_person(SYSTEM, first, national_id="AB123456")
    sheet = Many(SYSTEM, session, [second.name_ar], ["CD123456"])
    sheet.find_or_make(name_ar=second.name_ar, national_id="CD123456", within=[second], **TWIN)
    sheet.finish()
    assert pair.state is PairState.DISTINCT


def test_two_places_in_one_regional_programme_are_not_one_person(session: Any) -> None:
    first, second, pair = twins()
    group = cohort()
    enrolment(seat(group), first)
    enrolment(seat(group), second)
    with pytest.raises(Refused, match="retirez-en une"):
        rules.decide_pair(SYSTEM, pair, "same")
    rules.decide_pair(SYSTEM, pair, "distinct")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_decides_and_takes_back_with_a_reason(
    client: HouseClient, session: Any, language: str
) -> None:
    _first, _second, pair = twins()
    session.commit()
    number = pair.id
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    page = client.page("/people/pairs")
    assert f"/people/pairs/{number}/same" in page
    assert "06 61 23 45 67" in page
    assert client.post(f"/people/pairs/{number}/same").status_code == 302
    assert f"/people/pairs/{number}/" not in client.page("/people/pairs")
    assert f"/people/pairs/{number}/reopen" in client.page("/people/pairs?state=same")
    assert client.post(f"/people/pairs/{number}/distinct").status_code == 409
    assert client.post(f"/people/pairs/{number}/reopen", data={"reason": " "}).status_code == 422
    client.page(f"/people/pairs/{number}/reopen")
    assert client.post(f"/people/pairs/{number}/reopen", data={"reason": "erreur"}).status_code == 302
    assert client.post(f"/people/pairs/{number}/reopen", data={"reason": "erreur"}).status_code == 422
    assert f"/people/pairs/{number}/distinct" in client.page("/people/pairs?state=nonsense")


def test_a_pair_is_decided_only_by_who_sees_both(client: HouseClient, session: Any) -> None:
    first, _second, pair = twins()
    enrolment(seat(cohort()), first)
    session.commit()
    number = pair.id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id])
    assert f"/people/pairs/{number}/" not in client.page("/people/pairs")
    assert client.post(f"/people/pairs/{number}/same").status_code == 404
    client.sign_in_as(Role.IMPLEMENTER)
    client.page("/people/pairs", status=403)


def test_what_waits_is_told_to_who_decides(session: Any, client: HouseClient) -> None:
    def kinds(role: Role) -> list[str]:
        return [one.kind for one in todos.todos(officer(1, role), Scope.country())]

    with client.application.test_request_context():
        assert "trainee:pair" not in kinds(Role.MINISTRY_OFFICER)
        _first, _second, pair = twins()
        assert "trainee:pair" in kinds(Role.MINISTRY_OFFICER)
        assert "trainee:pair" not in kinds(Role.IMPLEMENTER)
        rules.decide_pair(SYSTEM, pair, "distinct")
        assert "trainee:pair" not in kinds(Role.MINISTRY_OFFICER)


def test_what_was_typed_is_kept_beside_the_cleaned_value(session: Any) -> None:
    made = person("سلمى", national_id=" ab 123-456", phone="٠٦٦١ ٢٣ ٤٥ ٦٧")
    assert as_typed(made) == {"national_id": " ab 123-456", "phone": "٠٦٦١ ٢٣ ٤٥ ٦٧"}
    assert "123" not in (made.typed_sealed or "")
    sealed = made.typed_sealed
    rules.edit_person(SYSTEM, made, phone="+212661234567")
    assert made.typed_sealed == sealed, "another spelling of the same number is no change"
    rules.edit_person(SYSTEM, made, phone="+212661234568")
    assert as_typed(made) == {"national_id": " ab 123-456"}


def test_input_that_was_not_taken_is_not_kept(session: Any) -> None:
    made = person("سلمى", national_id="AB123456", phone="+212661234567")
    rules.find_or_make(SYSTEM, name_ar="سلمى", national_id="AB123456", phone="06 99 99 99 99")
    assert (made.phone, made.typed_sealed) == ("+212661234567", None)


def test_a_sheet_keeps_what_was_typed(session: Any) -> None:
    sheet = Many(SYSTEM, session, ["سلمى"], ["ab123456"])
    made = sheet.find_or_make(name_ar="سلمى", national_id="ab123456", phone="0661 234567").person
    sheet.finish()
    assert as_typed(made) == {"national_id": "ab123456", "phone": "0661 234567"}


def joined(*records: Person) -> list[PersonPair]:
    """Pairs of each record with the next, decided to be one person."""
    made = []
    for one, other in pairwise(records):
        low, high = sorted((one.id, other.id))
        pair = PersonPair(first_id=low, second_id=high, state=PairState.OPEN)
        db.session.add(pair)
        db.session.flush()
        rules.decide_pair(SYSTEM, pair, "same")
        made.append(pair)
    return made


def test_two_national_ids_are_not_joined_by_way_of_a_third_record(session: Any) -> None:
    first, between, last = person("أ"), person("ب"), person("ج")
    [pair] = joined(first, between)
    rules.edit_person(SYSTEM, first, national_id="AB123456")
    rules.edit_person(SYSTEM, last, national_id="CD123456")
    with pytest.raises(Refused, match="deux numéros de CNIE"):
        joined(between, last)
    assert pair.state is PairState.SAME


def test_a_national_id_that_comes_later_opens_what_joined_two(session: Any) -> None:
    first, between, last = person("أ"), person("ب"), person("ج")
    made = joined(first, between, last)
    rules.edit_person(SYSTEM, first, national_id="AB123456")
    rules.edit_person(SYSTEM, last, national_id="CD123456")
    assert [one.state for one in made] == [PairState.OPEN, PairState.OPEN]


def test_what_was_told_apart_is_not_joined_by_way_of_a_third_record(session: Any) -> None:
    first, between, last = person("أ"), person("ب"), person("ج")
    apart = PersonPair(first_id=first.id, second_id=last.id)
    session.add(apart)
    session.flush()
    rules.decide_pair(SYSTEM, apart, "distinct")
    with pytest.raises(Refused, match="deux ont été reconnues"):
        joined(first, between, last)


def test_c2_one_person_under_two_records_has_one_place(session: Any) -> None:
    first, second, pair = twins()
    group = cohort()
    enrolment(seat(group), first)
    rules.decide_pair(SYSTEM, pair, "same")
    with pytest.raises(Refused, match="est déjà dans la cohorte"):
        enrolment(seat(group), second)


def test_one_person_under_two_records_is_counted_and_listed_once(client: HouseClient, session: Any) -> None:
    first, second, pair = twins()
    here, there = cohort("FM-1"), cohort("MS-1", "07")
    for group, one in ((here, first), (there, second)):
        enrolled = enrolment(seat(group), one)
        held(group, [enrolled], *days(4, minutes=300, module=module("M1")), code=f"{group.code}-S1")
        held(group, [enrolled], *days(4, dt.date(2023, 9, 15), module=module("M2")), code=f"{group.code}-S2")
    today = clock.today()
    moment = Moment(today, today)
    figures = ("trainees_enrolled", "trainees_completed", "trainees_enrolled_unstated")

    def counted() -> list[int]:
        return [measure(code).value(Scope.country(), moment) for code in figures]

    before = counted()
    assert before[0] == 2
    rules.decide_pair(SYSTEM, pair, "same")
    assert counted() == [number and 1 for number in before]
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    told = client.get("/reports/progress.json").json
    assert told["total"]["trainees_enrolled"] == 1
    assert len(client.get("/reports/trainees.json").json["sections"][0]["rows"]) == 1


def test_c6_who_changed_a_record_decides_nothing_about_it(session: Any, client: HouseClient) -> None:
    first, second, pair = twins()
    editor = client.sign_in_as(Role.REGIONAL_OFFICER, region=[region().id]).id
    rules.edit_person(officer(editor), first, email="amina@example.ma")
    session.commit()
    with pytest.raises(Refused, match="une autre personne"):
        rules.decide_pair(officer(editor), pair, "same")
    rules.decide_pair(SYSTEM, pair, "same")
    with pytest.raises(Refused, match="une autre personne"):
        rules.reopen_pair(officer(editor), pair, reason="erreur")
    with pytest.raises(Refused, match="motif"):
        rules.reopen_pair(SYSTEM, pair, reason=" ")


def test_what_waits_in_a_region_is_as_long_as_its_list(client: HouseClient, session: Any) -> None:
    here = twins()
    other = {"birth_date": dt.date(1980, 1, 1), "phone": "0699999999"}
    there = person("سلمى", **other), person("سلمى", **other)
    for group, people in ((cohort("FM-1"), here[:2]), (cohort("MS-1", "07"), there)):
        for one in people:
            # Two withdrawn places, as one person has no two in a programme.
            enrolment_rules.withdraw(
                SYSTEM, enrolment(seat(group), one), on=dt.date(2023, 10, 1), reason="سفر"
            )
    session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert client.page("/people/pairs").count("/same") == 2
    assert client.page("/people/pairs?region=07").count("/same") == 1
    assert "/people/pairs?region=07" in client.page("/todo?region=07")
