"""Erasure: no trace of the person, the same figures, the same chain (law 09-08, article 8; RULES D3)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cohorts.people import rules as people
from cohorts.people.models import PairState, Person, PersonPair
from cohorts.sessions.models import Session
from programme.base import chain, clock, mail
from programme.base.access import Role
from programme.base.accounts import Account, Delegation, Serves
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.config import Settings
from programme.privacy import rules
from programme.privacy.models import PersonalRequest, RequestState
from programme.privacy.rules import listed
from programme.privacy.rules.erasure import Choices, plan
from tests.factories.transfers import actor
from tests.programme.privacy.scene import SYSTEM, TOLD, WORDS, decided, figures, granted
from tests.programme.privacy.traces_support import in_files, in_tables


def test_nothing_of_the_person_is_left_and_every_figure_stands(whole: Person, settings: Settings) -> None:
    ident = whole.id
    assert in_tables(WORDS), "the search sees what is there"
    whole, before = db.session.get_one(Person, ident), figures()
    digests = dict(db.session.execute(sa.text("SELECT sequence, digest FROM journal_entry")).all())
    request = granted(whole)
    asked = request.id
    done = rules.erase(SYSTEM, whole, decided(whole), settings.instance, request=request)
    db.session.commit()
    db.session.remove()
    assert in_tables(WORDS) == []
    assert in_files(settings.instance, WORDS) == []
    assert figures() == before
    assert chain.verify(db.session) == []
    after = dict(db.session.execute(sa.text("SELECT sequence, digest FROM journal_entry")).all())
    assert {number: after[number] for number in digests} == digests, "the chain itself is what it was"
    person = db.session.get_one(Person, ident)
    assert (str(person.name), person.sex, person.erased_at is not None) == ("Données effacées", "F", True)
    assert db.session.scalars(sa.select(mail.WaitingMail)).all() == []
    assert (done.files, done.accounts, done.left) == (1, 1, 0)
    assert db.session.get_one(PersonalRequest, asked).state is RequestState.DONE
    assert [one.name for one in (settings.instance / "imports").glob("*")] == ["1-bb.part"]
    assert [line.person_id for line in listed.read(settings.instance / listed.FILE)] == [ident]
    account = db.session.scalars(sa.select(Account).where(Account.role == Role.TRAINEE)).one()
    assert (account.is_active, account.password_hash, account.delegations) == (False, None, [])


def test_a_text_that_nobody_decided_on_stops_it_all(whole: Person, settings: Settings) -> None:
    noted = next(one.token for one in plan(whole).texts if one.column == "notes")
    some = {token: text for token, text in decided(whole).words.items() if token != noted}
    with pytest.raises(Refused, match="nomme encore"):
        rules.erase(SYSTEM, whole, Choices(words=some), settings.instance)
    db.session.rollback()
    assert db.session.get_one(Person, whole.id).erased_at is None
    assert (settings.instance / "outbox" / "1.eml").exists()
    assert not (settings.instance / listed.FILE).exists()


def test_a_wording_that_still_names_the_person_is_none(whole: Person, settings: Settings) -> None:
    made = plan(whole)
    words = {one.token: one.text.upper() for one in made.texts}
    with pytest.raises(Refused, match="nomme encore"):
        rules.erase(SYSTEM, whole, Choices(words=words), settings.instance)
    db.session.rollback()


def test_a_text_written_meanwhile_is_seen(whole: Person, settings: Settings) -> None:
    choices = decided(whole)
    db.session.scalars(sa.select(Session)).one().override_reason = "Zhor Benatiq encore"
    with pytest.raises(Refused, match="nomme encore"):
        rules.erase(SYSTEM, whole, choices, settings.instance)
    db.session.rollback()


def test_a_wording_has_to_fit(whole: Person, settings: Settings) -> None:
    made = plan(whole)
    words = {one.token: "x" * 5000 for one in made.texts}
    with pytest.raises(Refused, match="dépasse"):
        rules.erase(SYSTEM, whole, Choices(words=words), settings.instance)
    db.session.rollback()


def test_somebody_else_of_that_name_is_left_alone(whole: Person, settings: Settings) -> None:
    homonym = people.find_or_make(SYSTEM, name_ar="زهور بنعتيق", national_id="QQ111222").person
    choices = decided(whole)
    made = plan(whole)
    noted = next(one for one in made.texts if one.column == "notes")
    others = Choices({**choices.words}, [noted.token], choices.removed)
    done = rules.erase(SYSTEM, whole, others, settings.instance)
    db.session.commit()
    assert db.session.get_one(Person, homonym.id).name_ar == "زهور بنعتيق"
    assert db.session.scalars(sa.select(Session)).one().notes == TOLD
    assert done.left == 1


def test_a_doubtful_pair_is_decided_first(whole: Person, settings: Settings) -> None:
    db.session.scalars(sa.select(PersonPair)).one().state = PairState.OPEN
    db.session.flush()
    with pytest.raises(Refused, match="doublon"):
        rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.rollback()


def test_records_that_are_one_person_are_erased_together(whole: Person, settings: Settings) -> None:
    pair = db.session.scalars(sa.select(PersonPair)).one()
    pair.state = PairState.SAME
    db.session.flush()
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    both = db.session.scalars(sa.select(Person).where(Person.id.in_((pair.first_id, pair.second_id)))).all()
    assert all(one.erased_at for one in both)


def test_only_a_granted_request_is_carried_out(whole: Person, settings: Settings) -> None:
    one = rules.receive(SYSTEM, kind="erasure", channel="counter", person=whole)
    with pytest.raises(Refused, match="accordé"):
        rules.erase(SYSTEM, whole, decided(whole), settings.instance, request=one)
    access = db.session.scalars(sa.select(PersonalRequest).where(PersonalRequest.kind == "access")).one()
    access.state = RequestState.GRANTED
    with pytest.raises(Refused, match="accordé"):
        rules.erase(SYSTEM, whole, decided(whole), settings.instance, request=access)
    db.session.rollback()


def test_who_does_not_decide_does_not_erase(whole: Person, settings: Settings) -> None:
    with pytest.raises(Refused) as refusal:
        rules.erase(actor(Role.REGIONAL_OFFICER), whole, Choices(), settings.instance)
    assert refusal.value.status == 403
    db.session.rollback()


def test_an_erased_person_is_neither_edited_nor_erased_again(whole: Person, settings: Settings) -> None:
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    for act in (
        lambda: people.edit_person(SYSTEM, whole, name_ar="زهور بنعتيق"),
        lambda: people.give_consent(
            SYSTEM,
            whole,
            purpose="photo",
            text_version="1",
            language="ar",
            channel="paper",
            given_on=clock.today(),
        ),
        lambda: rules.erase(SYSTEM, whole, Choices(), settings.instance),
        lambda: rules.receive(SYSTEM, kind="access", channel="post", person=whole),
    ):
        with pytest.raises(Refused):
            act()
    found = people.find_or_make(SYSTEM, name_ar="معطيات ممحوة", within=[whole.id])
    assert found.created
    db.session.rollback()


def test_an_account_that_serves_others_stays(whole: Person, settings: Settings) -> None:
    account = db.session.scalars(sa.select(Account).where(Account.role == Role.TRAINEE)).one()
    account.delegations.append(Delegation(kind=Serves.ASSOCIATION, target_id=1))
    db.session.flush()
    assert (plan(whole).closed, plan(whole).kept) == ([], [account.id])
    rules.erase(SYSTEM, whole, decided(whole), settings.instance)
    db.session.commit()
    db.session.refresh(account)
    assert account.is_active
    assert [one.kind for one in account.delegations] == [Serves.ASSOCIATION]
