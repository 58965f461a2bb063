"""Persons: who is the same, who only looks alike, and what is kept secret (RULES Counting, D1, D2, A5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.people import queries, rules
from cohorts.people.many import Many
from cohorts.people.models import ConsentPurpose, PairState, Person, PersonPair, Sex
from programme.base import journal
from programme.base.access import Actor, Role, Scope
from programme.base.refusals import Refused
from programme.base.vault import vault
from tests.factories.people import SYSTEM, person

BORN = dt.date(1990, 5, 1)
TWIN = {"birth_date": BORN, "phone": "0661234567"}


def open_pairs() -> list[tuple[int, int]]:
    return [(one.first_id, one.second_id) for one in queries.person_pairs(Scope.country())]


def test_the_same_national_id_is_the_same_person(session: Any) -> None:
    first = person("أمينة العلوي", national_id="ab 123456")
    found = rules.find_or_make(SYSTEM, name_ar="Amina Alaoui", national_id="AB123456", sex="F")
    assert found.person == first
    assert not found.created
    assert found.changed == {"sex": (None, Sex.F)}
    assert first.name_ar == "أمينة العلوي"


def test_overwriting_replaces_what_differs(session: Any) -> None:
    person("أمينة العلوي", national_id="AB123456", phone="0661000000")
    found = rules.find_or_make(
        SYSTEM, name_ar="أمينة العلوي", national_id="AB123456", phone="0661234567", overwrite=True
    )
    assert found.changed == {"phone": ("+212661000000", "+212661234567")}


def test_the_national_id_is_sealed_masked_and_hashed(session: Any) -> None:
    made = person("أمينة", national_id="AB123456")
    assert made.national_id_sealed is not None
    assert "123456" not in made.national_id_sealed
    assert made.national_id_masked == "AB••••56"
    assert made.national_id_hash == vault().keyed_hash("AB123456")
    assert not made.is_national_id_odd
    session.commit()
    entries = session.scalars(sa.select(journal.JournalEntry)).all()
    assert not any("AB123456" in (e.after or "") or "أمينة" in (e.after or "") for e in entries)


def test_an_odd_national_id_is_kept_and_flagged(session: Any) -> None:
    made = person("أمينة", national_id="12345678901")
    assert made.is_national_id_odd
    assert rules.full_national_id(SYSTEM, made) == "12345678901"


def test_without_national_id_only_those_within_are_the_same(session: Any) -> None:
    first = person("أمينة العلوي")
    assert rules.find_or_make(SYSTEM, name_ar="العلوي أمينة", within=[first.id]).person == first
    assert rules.find_or_make(SYSTEM, name_ar="أمينة العلوي").created


def test_a_national_id_given_later_is_added(session: Any) -> None:
    first = person("أمينة العلوي")
    found = rules.find_or_make(SYSTEM, name_ar="أمينة العلوي", national_id="AB123456", within=[first.id])
    assert found.person == first
    assert found.changed == {"national_id": (None, "AB••••56")}


@pytest.mark.parametrize("other", [{"birth_date": dt.date(1991, 1, 1)}, {"phone": "0600000000"}])
def test_a_contradiction_makes_another_person(session: Any, other: dict[str, Any]) -> None:
    first = person("أمينة العلوي", **TWIN)
    assert rules.find_or_make(SYSTEM, name_ar="أمينة العلوي", within=[first.id], **other).created


def test_another_national_id_makes_another_person(session: Any) -> None:
    first = person("أمينة العلوي", national_id="AB123456")
    assert rules.find_or_make(
        SYSTEM, name_ar="أمينة العلوي", national_id="CD123456", within=[first.id]
    ).created


def test_look_alikes_are_remembered_never_merged(session: Any) -> None:
    first = person("أمينة العلوي", **TWIN)
    found = rules.find_or_make(SYSTEM, name_ar="العلوي أمينة", national_id="AB123456", **TWIN)
    assert found.created
    assert found.suspects == [first]
    assert open_pairs() == [(first.id, found.person.id)]


def test_two_national_ids_are_no_suspicion(session: Any) -> None:
    person("أمينة العلوي", national_id="AB123456", **TWIN)
    assert not rules.find_or_make(SYSTEM, name_ar="أمينة العلوي", national_id="CD1234567", **TWIN).suspects


def test_a_pair_decided_on_is_not_suspected_again(session: Any) -> None:
    person("أمينة العلوي", **TWIN)
    second = person("أمينة العلوي", **TWIN)
    session.execute(sa.update(PersonPair).values(state=PairState.DISTINCT))
    rules.edit_person(SYSTEM, second, email="amina@example.ma")
    assert (
        rules.find_or_make(SYSTEM, name_ar="أمينة العلوي", within=[second.id], sex="F", **TWIN).suspects == []
    )
    assert open_pairs() == []


def test_a_person_needs_a_name(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.find_or_make(SYSTEM, name_ar=" . ")
    assert refusal.value.field == "name_ar"


def test_nobody_is_born_tomorrow(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.find_or_make(SYSTEM, name_ar="أمينة", birth_date=dt.date(2100, 1, 1))
    assert refusal.value.field == "birth_date"


def test_a_latin_name_alone_is_enough(session: Any) -> None:
    assert person("", name_fr="Amina Alaoui").name_ar == "Amina Alaoui"


def test_editing_moves_the_keys_with_the_name(session: Any) -> None:
    made = person("أمينة العلوي", national_id="AB123456")
    changed = rules.edit_person(SYSTEM, made, name_ar="سلمى التازي", national_id="")
    assert set(changed) == {"name_ar"}
    assert made.sort_key.startswith("سلمي")
    assert made.national_id_masked == "AB••••56"


def test_the_national_id_of_another_is_refused(session: Any) -> None:
    person("أمينة", national_id="AB123456")
    with pytest.raises(Refused, match="أمينة"):
        rules.edit_person(SYSTEM, person("سلمى"), national_id="AB 123456")


def test_reading_a_full_national_id_is_in_the_journal(session: Any) -> None:
    made = person("أمينة", national_id="AB123456")
    assert rules.full_national_id(SYSTEM, made) == "AB123456"
    session.commit()
    events = [entry.event for entry in journal.history(session, "person", made.id)]
    assert events == ["people:person:identify", "people:person:add"]
    assert rules.full_national_id(SYSTEM, person("بدون")) == ""


def test_who_may_not_identify_is_refused(session: Any) -> None:
    made = person("أمينة", national_id="AB123456")
    for role in (Role.AUDITOR, Role.IMPLEMENTER, Role.ASSOCIATION_REPRESENTATIVE):
        with pytest.raises(Refused) as refusal:
            rules.full_national_id(Actor.of(1, "x", role), made)
        assert refusal.value.status == 403


def _consent(made: Person, **more: Any) -> Any:
    given = {"purpose": "photo", "text_version": "1", "language": "ar", "channel": "paper", "given_on": BORN}
    return rules.give_consent(SYSTEM, made, **{**given, **more})


def test_consents_stand_apart_and_can_be_withdrawn(session: Any) -> None:
    made = person("أمينة")
    photo = _consent(made)
    _consent(made, purpose="partner_sharing")
    rules.withdraw_consent(SYSTEM, made, photo, dt.date(2024, 1, 1))
    standing = [c.purpose for c in queries.consents_of(made) if c.withdrawn_on is None]
    assert standing == [ConsentPurpose.PARTNER_SHARING]
    assert queries.get_consent(Scope.country(), made.id, photo.id) == photo
    assert queries.get_consent(Scope(), made.id, photo.id) is None


def test_consents_refused(session: Any) -> None:
    made = person("أمينة")
    photo = _consent(made)
    with pytest.raises(Refused, match="déjà recueilli"):
        _consent(made)
    with pytest.raises(Refused, match="à venir"):
        _consent(made, purpose="processing", given_on=dt.date(2100, 1, 1))
    with pytest.raises(Refused, match="précède"):
        rules.withdraw_consent(SYSTEM, made, photo, dt.date(1980, 1, 1))
    rules.withdraw_consent(SYSTEM, made, photo, BORN)
    with pytest.raises(Refused, match="déjà retiré"):
        rules.withdraw_consent(SYSTEM, made, photo, BORN)


def test_search_folds_both_sides(session: Any) -> None:
    made = person("أمينة العلوي", name_fr="Amina Alaoui")
    for text in ("امينه", "العلوي امينة", "alaoui", "AMI"):
        assert list(queries.persons_named(Scope.country(), text)) == [made], text
    assert list(queries.persons_named(Scope.country(), " % ")) == []
    assert list(queries.persons_named(Scope(), "امينه")) == []


def test_a_national_id_opens_nobodys_file_outside_the_scope(session: Any) -> None:
    somebody = person("أمينة العلوي", national_id="AB123456")
    nowhere = Scope()
    for name in ("سلمى التازي", "Salma Tazi"):
        with pytest.raises(Refused, match="sous un autre nom") as refusal:
            rules.find_or_make(SYSTEM, name_ar=name, national_id="AB123456", scope=nowhere)
        assert (refusal.value.field, "أمينة" in refusal.value.message) == ("national_id", False)
    many = Many(SYSTEM, session, ["سلمى التازي"], ["AB123456"], scope=nowhere)
    with pytest.raises(Refused, match="sous un autre nom"):
        many.find_or_make(name_ar="سلمى التازي", national_id="AB123456")
    given = {"name_ar": "العلوي امينة", "national_id": "AB123456"}
    assert rules.find_or_make(SYSTEM, scope=nowhere, **given).person == somebody
    other = rules.find_or_make(SYSTEM, name_ar="سلمى", national_id="AB123456", scope=Scope.country())
    assert other.person == somebody


def test_the_national_id_of_someone_out_of_sight_names_nobody(session: Any) -> None:
    person("أمينة", national_id="AB123456")
    with pytest.raises(Refused, match="sous un autre nom"):
        rules.edit_person(SYSTEM, person("سلمى"), national_id="AB123456", scope=Scope())


def test_a_second_national_id_settles_a_suspicion(session: Any) -> None:
    person("أمينة العلوي", national_id="AB123456", **TWIN)
    second = person("أمينة العلوي", **TWIN)
    assert len(open_pairs()) == 1
    rules.edit_person(SYSTEM, second, national_id="CD123456")
    pair = session.scalars(sa.select(PersonPair)).one()
    assert (pair.state, pair.decided_at is not None) == (PairState.DISTINCT, True)
    assert open_pairs() == []
