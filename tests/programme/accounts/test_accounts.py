"""Accounts: invitation by one-time link, changes, closing; nobody chooses another's password."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from programme.accounts import invitations, queries, words
from programme.base import clock
from programme.base.access import Actor, Permission, Role
from programme.base.accounts import LinkPurpose, Serves, WebSession
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.config import Settings
from tests.client import HouseClient
from tests.factories.cohorts import an_association
from tests.factories.partnerships import agreement

SYSTEM = Actor.system()
PHRASE = "trois mots bien choisis"


def _outbox(settings: Settings) -> list[str]:
    return [path.read_text() for path in sorted(settings.outbox.glob("*.eml"))]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_open(client: HouseClient, language: str) -> None:
    account = client.sign_in_as(Role.ADMINISTRATOR, language=language)
    for address in ("/accounts", "/accounts/new", f"/accounts/{account.id}", f"/accounts/{account.id}/close"):
        client.page(address)
    for address in ("/rights", "/account", "/journal", "/journal/verify"):
        client.page(address)


def test_every_right_is_told_in_words_once(client: HouseClient) -> None:
    told = [permission for _label, lines in words.GROUPS for permission, _words in lines]
    assert sorted(told) == sorted(Permission)
    client.sign_in_as(Role.TRAINEE, language="ar")
    page = client.page("/rights")
    assert "association:read" not in page
    assert "الاطلاع على سجل الجمعيات" in page


def test_a_line_of_the_journal_opens_its_record(client: HouseClient) -> None:
    account = client.sign_in_as(Role.ADMINISTRATOR)
    client.post(f"/accounts/{account.id}/link")
    assert f'<a href="/accounts/{account.id}">' in client.page("/journal")


def test_an_invited_person_chooses_a_password(client: HouseClient, settings: Settings) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    answer = client.post(
        "/accounts/new",
        data={"name": "Salma Idrissi", "email": "salma@example.ma", "role": "auditor", "language": "fr"},
    )
    assert answer.status_code == 200
    mail = next(text for text in reversed(_outbox(settings)) if "salma@example.ma" in text)
    path = re.search(r"/welcome/[\w-]+", mail.replace("=\n", ""))
    assert path
    client.post("/sign-out")
    for _ in range(2):  # a mail scanner's GET consumes nothing
        client.page(path[0])
    assert client.post(path[0], data={"password": PHRASE, "again": PHRASE}).status_code == 302
    used = client.get(path[0])
    assert used.status_code == 404
    assert 'href="/forgotten"' in used.text
    assert client.post("/sign-in", data={"email": "salma@example.ma", "password": PHRASE}).status_code == 302


def test_weak_and_unequal_passwords_are_refused(client: HouseClient) -> None:
    made = invitations.create(SYSTEM, email="a@example.ma", name="A", role=Role.AUDITOR)
    token = invitations.issue_link(SYSTEM, made, LinkPurpose.INVITATION)
    db.session.commit()
    assert client.page(f"/welcome/{token}").count('class="required"') == 2
    for password, again in (
        ("court", "court"),
        (PHRASE, ""),
        ("1234567890", "1234567890"),
        (PHRASE, PHRASE + "x"),
    ):
        assert (
            client.post(f"/welcome/{token}", data={"password": password, "again": again}).status_code == 422
        )


def test_an_address_is_taken_once(session: object) -> None:
    invitations.create(SYSTEM, email="A@example.ma", name="A", role=Role.AUDITOR)
    with pytest.raises(Refused) as refusal:
        invitations.create(SYSTEM, email="a@example.ma", name="B", role=Role.AUDITOR)
    assert refusal.value.field == "email"


def test_only_administrators_make_accounts(session: object) -> None:
    officer = Actor.of(1, "x", Role.MINISTRY_OFFICER)
    with pytest.raises(Refused) as refusal:
        invitations.create(officer, email="b@example.ma", name="B", role=Role.AUDITOR)
    assert refusal.value.status == 403


def test_a_closed_account_is_out_at_once(client: HouseClient) -> None:
    victim = client.sign_in_as(Role.AUDITOR)
    client.page("/")
    invitations.close(SYSTEM, queries.get_account(victim.id) or victim, "départ")
    db.session.commit()
    assert client.get("/").status_code == 302


def test_nobody_closes_or_promotes_themselves(session: object) -> None:
    made = invitations.create(SYSTEM, email="adm@example.ma", name="A", role=Role.ADMINISTRATOR)
    self_actor = Actor.of(made.id, "A", Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        invitations.close(self_actor, made, "x")
    with pytest.raises(Refused):
        invitations.edit(self_actor, made, name="A", role=Role.MINISTRY_OFFICER, served={})


def test_a_stale_edit_is_told(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    made = invitations.create(SYSTEM, email="c@example.ma", name="C", role=Role.AUDITOR)
    db.session.commit()
    data = {"name": "Autre", "role": "auditor", "version": "7"}
    answer = client.post(f"/accounts/{made.id}", data=data)
    assert answer.status_code == 409
    assert "Autre" in answer.get_data(as_text=True)


def test_forgotten_answers_alike(client: HouseClient) -> None:
    invitations.create(SYSTEM, email="d@example.ma", name="D", role=Role.AUDITOR)
    db.session.commit()
    for email in ("d@example.ma", "personne@example.ma"):
        assert client.post("/forgotten", data={"email": email}).status_code == 302


def test_editing_keeps_what_the_form_cannot_show(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    bare, carried = an_association(receipt_no=None), agreement()
    served = {Serves.PERSON: [7], Serves.ASSOCIATION: [bare.id], Serves.AGREEMENT: [carried.id]}
    made = invitations.create(SYSTEM, email="t@example.ma", name="T", role=Role.TRAINEE, served=served)
    db.session.commit()
    data = {"version": made.version, "name": "U", "role": "trainee", "agreements": [carried.id]}
    assert client.post(f"/accounts/{made.id}", data=data).status_code == 302
    kinds = {(one.kind, one.target_id) for one in made.delegations}
    assert kinds == {(kind, ids[0]) for kind, ids in served.items()}
    client.page("/accounts")
    data = {"version": made.version, "name": "U", "role": "trainee"}
    assert client.post(f"/accounts/{made.id}", data=data).status_code == 302
    assert {one.kind for one in made.delegations} == {Serves.PERSON, Serves.ASSOCIATION}


def test_asking_for_a_link_ends_no_invitation_and_is_slowed_down(client: HouseClient) -> None:
    made = invitations.create(SYSTEM, email="a@example.ma", name="A", role=Role.AUDITOR)
    token = invitations.issue_link(SYSTEM, made, LinkPurpose.INVITATION)
    db.session.commit()
    answers = [client.post("/forgotten", data={"email": "a@example.ma"}).status_code for _ in range(9)]
    assert answers == [302] * 8 + [429]
    client.page(f"/welcome/{token}")
    assert client.post("/forgotten", data={"email": "b@example.ma"}).status_code == 302
    assert client.post("/sign-in", data={"email": "a@example.ma", "password": PHRASE}).status_code == 422
    assert client.post(f"/welcome/{token}", data={"password": PHRASE, "again": PHRASE}).status_code == 302
    assert queries.links_in_use(made.id) == []


def test_a_session_in_use_does_not_fall_asleep(client: HouseClient) -> None:
    account = client.sign_in_as(Role.AUDITOR)
    found = db.session.scalars(sa.select(WebSession).where(WebSession.account_id == account.id)).one()
    for past in (dt.timedelta(hours=11), dt.timedelta(minutes=6)):
        found.seen_at = clock.now() - past
        client.page("/account")
        assert found.seen_at > clock.now() - dt.timedelta(minutes=1)
    found.seen_at = clock.now() - dt.timedelta(hours=13)
    assert client.get("/account").status_code == 302


def test_a_form_sent_twice_is_refused_however_long_its_key(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    data = {"name": "S", "role": "auditor", "language": "fr", "once": "k" * 70}
    assert client.post("/accounts/new", data={**data, "email": "s@example.ma"}).status_code == 200
    again = client.post("/accounts/new", data={**data, "email": "u@example.ma", "once": "k" * 64 + "other"})
    assert again.status_code in {409, 422}
    assert "déjà" in again.get_data(as_text=True)
    assert queries.account_by_email("u@example.ma") is None


def test_an_administrator_reads_no_data_of_the_programme_in_the_journal(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    agreement()
    told = client.page("/journal")
    client.sign_in_as(Role.ADMINISTRATOR)
    client.post(f"/accounts/{client.sign_in_as(Role.ADMINISTRATOR).id}/link")
    seen = client.page("/journal")
    draft = "partnerships:agreement:draft"
    assert ("Convention enregistrée" in told, "Lien à usage unique émis" in seen) == (True, True)
    assert draft not in seen
    assert "Convention enregistrée" not in seen + client.page(f"/journal?event={draft}")
