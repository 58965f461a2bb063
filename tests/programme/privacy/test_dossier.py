"""Everything held on a person, handed to them whole and journalled (law 09-08, article 7; RULES D1)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from cohorts.people import rules as people
from cohorts.people.models import PairState, Person, PersonPair
from programme.base import clock
from programme.base.access import Role
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from tests.client import HouseClient
from tests.programme.privacy.scene import SYSTEM


@pytest.fixture
def officer(whole: Person, client: HouseClient) -> HouseClient:
    people.give_consent(
        SYSTEM,
        whole,
        purpose="photo",
        text_version="1",
        language="ar",
        channel="paper",
        given_on=clock.today(),
    )
    people.full_national_id(SYSTEM, whole)
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    return client


def told(client: HouseClient, person: Person) -> dict[str, Any]:
    answer = client.get(f"/privacy/people/{person.id}/file.json")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return found


def test_the_file_holds_everything(officer: HouseClient, whole: Person) -> None:
    found = told(officer, whole)
    sections = {one["title"]: one["rows"] for one in found["sections"]}
    values = {row["field"]: row["value"] for row in sections["Identité"]}
    assert values["Numéro de CNIE"] == "BK774411"
    assert values["Numéro de CNIE tel que saisi"] == "bk 774411"
    assert values["Téléphone tel que saisi"] == "+212 661-77.22.11"
    assert values["Date de naissance"] == "19 mai 1987"
    assert len(sections["Consentements"]) == 1
    assert len(sections["Inscriptions et heures"]) == 1
    assert len(sections["Présences"]) == 2
    assert sections["Doublons probables"][0]["decision"] == "distinct"
    assert sections["Demandes sur ses données"][0]["details"] == "mes heures, Zhor Benatiq"
    assert sections["Comptes"][0]["email"] == "zhor.benatiq@exemple.ma"
    read = [row["what"] for row in sections["Journal, lectures du numéro complet comprises"]]
    assert "Numéro de CNIE lu en entier" in read
    assert found["journal"]["sequence"] > 0


def test_every_export_of_the_file_is_an_entry_and_a_reading(officer: HouseClient, whole: Person) -> None:
    before = db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0
    for kind in ("xlsx", "pdf", "json"):
        answer = officer.get(f"/privacy/people/{whole.id}/file.{kind}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "Benatiq" not in answer.headers["Content-Disposition"]
    entries = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.sequence > before)).all()
    mine = [(one.event, one.subject_id) for one in entries]
    assert mine.count(("privacy:file:export", whole.id)) == 3
    assert mine.count(("people:person:identify", whole.id)) == 3


def test_each_record_whose_number_is_opened_is_a_reading(officer: HouseClient, whole: Person) -> None:
    pair = db.session.scalars(sa.select(PersonPair)).one()
    other = db.session.get_one(Person, pair.second_id if pair.first_id == whole.id else pair.first_id)
    people.edit_person(SYSTEM, other, national_id="QQ111222")
    pair.state = PairState.SAME
    db.session.commit()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0
    assert "QQ111222" in json.dumps(told(officer, whole))
    entries = sa.select(JournalEntry).where(
        JournalEntry.sequence > before, JournalEntry.event == "people:person:identify"
    )
    assert {one.subject_id for one in db.session.scalars(entries)} == {whole.id, other.id}


def test_the_workbook_opens_with_a_sheet_a_part(officer: HouseClient, whole: Person) -> None:
    data = officer.get(f"/privacy/people/{whole.id}/file.xlsx").get_data()
    book = load_workbook(io.BytesIO(data), read_only=True)
    assert len(book.sheetnames) >= 9
    texts = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert {"BK774411", "Zhor Benatiq"} <= texts


@pytest.mark.parametrize("role", [Role.REGIONAL_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.TRAINEE])
def test_nobody_else_takes_it(whole: Person, client: HouseClient, role: Role) -> None:
    client.sign_in_as(role, **({"person": whole.id} if role is Role.TRAINEE else {}))
    assert client.get(f"/privacy/people/{whole.id}/file.json").status_code == 403
