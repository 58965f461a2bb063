"""Invitations: what a role must serve, who reads a link, whom a trainee's account is; what histories tell."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from programme.accounts import invitations, management, passwords, queries
from programme.base import journal
from programme.base.access import Actor, Role
from programme.base.accounts import LinkPurpose, Serves
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.base.mail import Post
from programme.base.refusals import Refused
from programme.commands import context
from programme.commands.accounts import account
from programme.config import Settings
from regions.geography.models import Commune
from tests.client import HouseClient
from tests.factories.cohorts import an_association
from tests.factories.partnerships import agreement
from tests.factories.people import person

SYSTEM = Actor.system()
PHRASE = "trois mots bien choisis"


def _outbox(settings: Settings) -> list[str]:
    return [path.read_text() for path in sorted(settings.outbox.glob("*.eml"))]


def _invited(client: HouseClient, role: str, **more: object) -> tuple[int, str]:
    data = {"name": "Salma Idrissi", "email": f"{role}@example.ma", "role": role, "language": "fr", **more}
    answer = client.post("/accounts/new", data=data)
    return answer.status_code, answer.get_data(as_text=True)


def test_no_role_is_given_to_who_chose_none(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    assert 'value="administrator" selected' not in client.page("/accounts/new")
    status, page = _invited(client, "")
    assert (status, "Choisissez le rôle." in page) == (422, True)


@pytest.mark.parametrize(
    ("role", "field"),
    [
        ("regional_officer", "regions"),
        ("regional_partner", "organisations"),
        ("implementer", "organisations"),
        ("trainer", "trainers"),
        ("association_representative", "associations"),
        ("trainee", "person"),
    ],
)
def test_a_role_is_not_given_without_what_it_serves(client: HouseClient, role: str, field: str) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    status, page = _invited(client, role)
    assert (status, f'id="{field}-error"' in page) == (422, True)
    assert queries.account_by_email(f"{role}@example.ma") is None


def test_editing_takes_nobody_what_the_role_needs(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    carried = agreement()
    served = {Serves.AGREEMENT: [carried.id]}
    made = invitations.create(
        SYSTEM, email="p@example.ma", name="P", role=Role.REGIONAL_PARTNER, served=served
    )
    db.session.commit()
    data = {"version": made.version, "name": "P", "role": "regional_partner"}
    assert client.post(f"/accounts/{made.id}", data=data).status_code == 422


def test_a_trainee_is_found_by_name_or_card(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    first = person(name_ar="زينب التازي", national_id="AB123456")
    second = person(name_ar="زينب التازي", national_id="CD654321")
    db.session.commit()
    for text, error in (("زينب", "person-error"), ("زينب المجهولة", "person-error")):
        status, page = _invited(client, "trainee", person=text)
        assert (status, error in page) == (422, True)
    status, page = _invited(client, "trainee", person="زينب التازي")
    assert (status, f'value="{first.id}"' in page, f'value="{second.id}"' in page) == (422, True, True)
    status, _page = _invited(client, "trainee", person="زينب التازي", person_choice=str(second.id))
    made = queries.account_by_email("trainee@example.ma")
    assert made is not None
    assert (status, [one.target_id for one in made.delegations]) == (200, [second.id])
    status, _page = _invited(client, "trainee", person="ab 123456", email="card@example.ma")
    made = queries.account_by_email("card@example.ma")
    assert made is not None
    assert (status, [one.target_id for one in made.delegations]) == (200, [first.id])


def _told(event: str, account_id: int | None) -> list[str | None]:
    entries = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.sequence))
    return [one.after for one in entries if (one.event, one.subject_id) == (event, account_id)]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_an_invitation_that_no_mail_carries_is_shown_once_and_noted(
    client: HouseClient, language: str
) -> None:
    client.sign_in_as(Role.ADMINISTRATOR, name="Le gestionnaire", language=language)
    status, page = _invited(client, "auditor")
    made = queries.account_by_email("auditor@example.ma")
    assert made is not None
    assert (status, "/welcome/" in page) == (200, True)
    assert "/welcome/" not in client.page(f"/accounts/{made.id}")
    with client.session_transaction() as cookie:
        assert "/welcome/" not in str(dict(cookie))
    told = _told("account:link:shown", made.id)
    assert (len(told), "Le gestionnaire" in str(told[0])) == (1, True)
    again = client.post(f"/accounts/{made.id}/link")
    assert (again.status_code, "/welcome/" in again.get_data(as_text=True)) == (200, True)
    assert len(_told("account:link:shown", made.id)) == 2


def test_the_link_of_who_has_a_password_is_shown_to_nobody(client: HouseClient, settings: Settings) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    made = invitations.create(
        SYSTEM, email="o@example.ma", name="O", role=Role.MINISTRY_OFFICER, language="fr"
    )
    made.password_hash = "chosen"
    db.session.commit()
    answer = client.post(f"/accounts/{made.id}/link")
    with client.session_transaction() as cookie:
        kept = str(dict(cookie))
    page = client.page(f"/accounts/{made.id}")
    assert answer.status_code == 302
    assert "/welcome/" not in answer.get_data(as_text=True) + kept + page
    assert "programme outbox" in page
    assert "/welcome/" in _outbox(settings)[-1].replace("=\n", "")
    issued, shown = _told("account:link:issued", made.id), _told("account:link:shown", made.id)
    assert (len(issued), "reset" in str(issued[0]), shown) == (1, True, [])


def test_a_search_for_a_person_names_them_and_is_noted(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    for number in range(9):
        person(name_ar="ليلى العلوي", national_id=f"QQ{number:06d}")
    one, other = (person(name_ar="أمينة التازي", national_id=f"AB12345{n}") for n in (6, 7))
    member = an_association()
    db.session.commit()
    for text in ("ا ا", "ل م", "أمي تاز", "أمينة أمينة", "% %", "ليلى العلوي"):
        status, page = _invited(client, "trainee", person=text)
        assert (status, 'name="person_choice"' in page) == (422, False), text
    assert "précisez" in page
    _status, page = _invited(client, "trainee", person="التازي أمينة")
    assert all(f'value="{found.id}"' in page for found in (one, other))
    assert (str(one.national_id_masked) in page, "AB123456" in page, str(member.name) in page) == (
        True,
        False,
        False,
    )
    told = _told("account:person:searched", None)
    assert (len(told), any("ليلى" in str(after) or "أمينة" in str(after) for after in told)) == (3, False)
    assert "Personne cherchée pour un compte" in client.page("/journal")


def test_another_role_takes_along_nothing_that_it_does_not_use(client: HouseClient) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    found, region = person(), an_association().region_id
    served = {Serves.PERSON: [found.id]}
    made = invitations.create(SYSTEM, email="t@example.ma", name="T", role=Role.TRAINEE, served=served)
    db.session.commit()
    data = {"version": made.version, "name": "T", "role": "regional_officer", "regions": [region]}
    assert client.post(f"/accounts/{made.id}", data=data).status_code == 302
    assert [(one.kind, one.target_id) for one in made.delegations] == [(Serves.REGION, region)]
    entry = journal.history(db.session, "account", made.id)[0]
    assert (f"person:{found.id}" in str(entry.before), f"person:{found.id}" in str(entry.after)) == (
        True,
        False,
    )


def test_an_invitation_is_said_to_be_sent_once_a_server_took_it(
    client: HouseClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    monkeypatch.setattr("programme.base.mail.send", lambda post, message: True)
    monkeypatch.setattr(
        management, "post_office", lambda: Post("smtp://mail", "p@example.ma", settings.outbox)
    )
    _invited(client, "auditor")
    made = queries.account_by_email("auditor@example.ma")
    assert made is not None
    page = client.page(f"/accounts/{made.id}")
    assert ("/welcome/" in page, "Invitation envoyée" in page) == (False, True)


def test_the_command_warns_where_a_role_lacks_what_it_serves(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "create_app", lambda: house)
    words = ["create", "--email", "x@example.ma", "--name", "X", "--role", "trainer"]
    answer = CliRunner().invoke(account, words)
    assert (answer.exit_code, "/welcome/" in answer.output, "formateur" in answer.output) == (0, True, True)


def test_histories_tell_names_and_hours_but_no_person(client: HouseClient) -> None:
    first, second = an_association(), an_association()
    made = person(name_ar="زينب التازي")
    served = {Serves.ASSOCIATION: [first.id, second.id], Serves.PERSON: [made.id]}
    one = invitations.create(SYSTEM, email="t@example.ma", name="T", role=Role.TRAINEE, served=served)
    journal.record(db.session, SYSTEM, "account:edited", second, after={"commune_id": 283, "minutes": 90})
    journal.record(db.session, SYSTEM, "account:edited", second, after={"province_id": second.province_id})
    db.session.commit()
    client.sign_in_as(Role.ADMINISTRATOR)
    page = client.page(f"/accounts/{one.id}").partition('class="history"')[2]
    assert (str(first.name) in page, str(made.name) in page) == (True, False)
    assert f"fiche n° {made.id}" in page
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/journal")
    assert str(db.session.get_one(Commune, 283).name) in page
    assert str(second.province.name) in page
    assert "1,5 h" in page
    few = client.statements("/journal")
    for _ in range(5):
        journal.record(db.session, SYSTEM, "account:edited", first, after={"commune_id": 284, "minutes": 90})
    db.session.commit()
    client.page("/journal")
    assert client.statements("/journal") == few


@pytest.mark.parametrize("how", ["change", "close"])
def test_a_link_that_somebody_kept_ends_with_the_password_and_with_the_account(
    session: object, how: str
) -> None:
    made = invitations.create(SYSTEM, email="kept@example.ma", name="Kept", role=Role.AUDITOR)
    made.password_hash = passwords.hashed(PHRASE)
    kept = invitations.issue_link(SYSTEM, made, LinkPurpose.RESET)
    assert queries.links_in_use(made.id)
    if how == "change":
        invitations.change_password(SYSTEM, made, PHRASE, "quatre mots tout neufs ici")
    else:
        invitations.close(SYSTEM, made, "a quitté le service")
        invitations.reopen(SYSTEM, made)
    with pytest.raises(Refused, match="valable"):
        invitations.choose_password(kept, "voleur de mots passants")
