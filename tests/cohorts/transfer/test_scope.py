"""A national id typed on a sheet opens nobody's file outside the scope of who types it (RULES D1)."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.enrolment import queries
from cohorts.people.models import Person
from cohorts.transfer import rules
from cohorts.transfer.models import TransferActivity, TransferParticipation
from programme.base.access import Role, Scope
from programme.base.refusals import Refused
from programme.commands.imports import import_ as command
from tests.client import HouseClient
from tests.cohorts.transfer.test_imports import book, row, run
from tests.cohorts.transfer.test_pages import line, lines
from tests.factories import partnerships
from tests.factories.cohorts import an_association, cohort, enrolment, seat
from tests.factories.people import person
from tests.factories.transfers import SYSTEM, actor, host, participant, transfer

pytestmark = pytest.mark.usefixtures("house")
CARD = "QQ000001"


def far_away(name: str = "زينب الصحراوي", **more: Any) -> Person:
    """Someone whom only a sheet of another region names."""
    somebody = person(name, national_id=CARD, **more)
    guest = an_association(province="07.351")
    transfer(participant(guest, name=name, national_id=CARD), host=host("07.351"))
    return somebody


def near(giver: Any) -> Scope:
    return Scope(regions=frozenset({giver.region_id}))


def test_the_rule_refuses_naming_nobody() -> None:
    far_away()
    giver = host()
    made = transfer(host=giver)
    stranger = participant(an_association(), name="مشاركة أخرى", national_id=CARD)
    for write in (
        lambda: rules.add_participants(actor(), made, [stranger], near(giver)),
        lambda: transfer(stranger, host=giver, scope=near(giver)),
    ):
        with pytest.raises(Refused, match="sous un autre nom") as refusal:
            write()
        assert (refusal.value.field, "زينب" in refusal.value.message) == ("national_id", False)
    rules.add_participants(SYSTEM, made, [stranger], Scope.country())


def test_the_screen_refuses_it_on_both_pages(client: HouseClient, session: Any) -> None:
    far_away()
    giver = host()
    made = transfer(host=giver)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id)
    data = {"host_id": giver.id, "on_date": "2024-03-01", **lines(line(1, national_id=CARD))}
    for address in ("/transfers/new", f"/transfers/{made.id}/participants/new"):
        answer = client.post(address, data=data)
        text = answer.get_data(as_text=True)
        assert (answer.status_code, "sous un autre nom" in text, "زينب" in text) == (422, True, False)
    assert len(made.participations) == 2


def test_the_import_refuses_it_and_the_command_too(
    client: HouseClient, session: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    far_away()
    giver = host()
    before = session.scalar(sa.select(sa.func.count(TransferActivity.id)))
    result = run(row(giver), by=actor(), scope=near(giver))
    assert [(e.row, e.column) for e in result.errors] == [(2, "participant_national_id")]
    assert "زينب" not in str(result.errors)
    officer = client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id)
    session.commit()
    file = tmp_path / "t.xlsx"
    file.write_bytes(book(row(giver)))
    monkeypatch.setattr("programme.commands.imports.house", lambda lang="fr": nullcontext())
    done = client.application.test_cli_runner().invoke(
        command, ["transfers", str(file), "--as", officer.email]
    )
    assert done.exit_code == 1, done.output
    assert "sous un autre nom" in done.output
    assert "زينب" not in done.output
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(TransferActivity.id))) == before


def test_a_known_persons_former_data_are_not_shown_out_of_scope() -> None:
    """The name fits, so the person is the same one; what their file said before stays with those who hold it."""
    somebody = far_away(phone="0611111111", birth_date=dt.date(1990, 5, 4))
    giver = host()
    given = row(giver, participant="الصحراوي زهرة", phone="0622222222")
    result = run(given, by=actor(), scope=near(giver))
    assert (result.errors, somebody.phone) == ([], "+212622222222")
    assert [
        (c.before, c.after) for c in result.changes if "0622" in str(c.after) or "622" in str(c.after)
    ] == [("…", "+212622222222")]
    assert "زينب" not in str(result.warnings)


def test_a_lookalike_out_of_sight_is_suspected_by_the_name_of_the_row(session: Any) -> None:
    who = {"birth_date": dt.date(1990, 5, 4), "phone": "0612345678"}
    other = person("الهلاليّ سعاد", **who)
    giver = host()
    given = row(
        giver,
        participant="سعاد الهلالي",
        participant_national_id=None,
        birth_date="1990-05-04",
        phone="0612345678",
    )
    result = run(given, by=actor(), scope=near(giver))
    assert (result.errors, result.counts()["suspected_duplicates"]) == ([], 1)
    assert other.name_ar not in str(result.warnings)
    assert session.scalar(sa.select(sa.func.count(TransferParticipation.id))) == 1


def test_only_trainees_in_scope_are_offered_as_trainers(client: HouseClient, session: Any) -> None:
    giver = an_association()
    mine = enrolment(seat(cohort("FM-1", agreement="A-1"), giver), person("سعاد المعروفة"))
    enrolment(seat(cohort("FM-2", agreement="A-2"), giver), person("نادية السرية"))
    made = transfer(host=giver)
    client.sign_in_as(Role.IMPLEMENTER, agreement=partnerships.in_force(reference="A-1").id)
    for address in (f"/transfers/{made.id}/edit", f"/transfers/new?host={giver.id}"):
        page = client.page(address)
        assert "سعاد المعروفة" in page
        assert "نادية" not in page
    assert queries.trainees_of(Scope(agreements=frozenset({"A-1"})), [giver.id]) == [
        (giver.id, mine.person_id, "سعاد المعروفة")
    ]
    assert len(queries.trainees_of(Scope.country(), [giver.id])) == 2
