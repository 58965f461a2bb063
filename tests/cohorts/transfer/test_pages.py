"""Pages of transfers in both languages, by role, with a fixed number of statements."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.enrolment.models import Seat
from cohorts.transfer import rules
from cohorts.transfer.models import TransferActivity, TransferState
from programme.base import finding, todos
from programme.base.access import Actor, Permission, Role, Scope
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.commands.transfers import transfers as command
from tests.client import HouseClient
from tests.factories.cohorts import an_association, enrolment, module
from tests.factories.partnerships import agreement
from tests.factories.people import person
from tests.factories.transfers import SYSTEM, actor, declared, host, participant, transfer


def lines(*rows: dict[str, Any]) -> dict[str, Any]:
    return {f"lines-{n}-{key}": value for n, row in enumerate(rows) for key, value in row.items()}


def line(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"نادية العمراني {number}",
        "national_id": f"LL{number:06d}",
        "association": "جمعية الأفق",
        "hours": "6",
        "sex": "F",
        **more,
    }


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_transfer_goes_from_its_sheet_to_validation(
    client: HouseClient, session: Any, language: str
) -> None:
    giver = host()
    carried = agreement(reference="CONV-2023-01")
    client.sign_in_as(Role.IMPLEMENTER, agreement=carried.id, language=language)
    client.page("/transfers")
    client.page("/transfers/new")
    answer = client.post(
        "/transfers/new",
        data={"host_id": giver.id, "on_date": "2024-03-01", **lines(line(1), line(2, hours="٦,٥"))},
    )
    assert answer.status_code == 302
    made = session.scalars(sa.select(TransferActivity)).one()
    assert [p.minutes for p in made.participations] == [360, 390]
    address = f"/transfers/{made.id}"
    client.page(address)
    assert client.post(f"{address}/steps/submit", data={"version": made.version}).status_code == 302
    assert client.post(f"{address}/steps/validate", data={"version": made.version}).status_code == 403
    client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id, language=language)
    client.page(f"{address}/steps/return")
    assert (
        client.post(f"{address}/steps/return", data={"version": made.version, "reason": ""}).status_code
        == 422
    )
    assert client.post(f"{address}/steps/validate", data={"version": "0"}).status_code == 409
    assert client.post(f"{address}/steps/validate", data={"version": made.version}).status_code == 302
    assert made.state is TransferState.VALIDATED
    client.page(address)
    assert client.page("/transfers?state=validated").count("code") > 0


def test_more_lines_keep_what_was_typed(client: HouseClient, session: Any) -> None:
    giver = host()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id)
    answer = client.post(
        "/transfers/new", data={"host_id": giver.id, "more": "1", **lines(*map(line, range(4)))}
    )
    text = answer.get_data(as_text=True)
    assert "نادية العمراني 3" in text
    assert "lines-7-name" in text
    assert session.scalar(sa.select(sa.func.count(TransferActivity.id))) == 0


def test_what_is_refused_is_kept_beside_its_field(client: HouseClient, session: Any) -> None:
    giver = host()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id)
    answer = client.post(
        "/transfers/new", data={"host_id": giver.id, "on_date": "2024-03-01", **lines(line(1), line(1))}
    )
    assert answer.status_code == 422
    assert "figure déjà" in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count(TransferActivity.id))) == 0


def test_participants_are_added_and_removed_on_an_open_sheet(client: HouseClient, session: Any) -> None:
    made = transfer()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    address = f"/transfers/{made.id}/participants"
    client.page(f"{address}/new")
    data = {"on_date": "2024-03-01", **lines(line(1))}
    assert client.post(f"{address}/new", data=data).status_code == 302
    assert len(made.participations) == 3
    assert client.post(f"{address}/{made.participations[0].id}/remove").status_code == 302
    assert client.post(f"{address}/999999/remove").status_code == 404
    assert len(made.participations) == 2


def test_a_refused_line_names_its_place_among_those_shown(client: HouseClient, session: Any) -> None:
    giver = host()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id)
    rows = {
        **lines(line(1), {"name": ""}, line(2, association="")),
        "host_id": giver.id,
        "on_date": "2024-03-01",
    }
    answer = client.post("/transfers/new", data=rows)
    assert "Participant 3 :" in answer.get_data(as_text=True)
    made = transfer()
    answer = client.post(f"/transfers/{made.id}/participants/new", data={**rows, "host_id": ""})
    assert "Participant 3 :" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "une autre personne doit la valider"), ("ar", "يجب أن يصادق عليها شخص آخر")],
)
def test_who_changed_a_declared_sheet_is_not_offered_to_validate_it(
    client: HouseClient, session: Any, language: str, said: str
) -> None:
    made = declared()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id, language=language)
    address = f"/transfers/{made.id}"
    step = f"{address}/steps/validate"
    before = client.page(address)
    assert step in before
    assert said not in before
    client.post(f"{address}/participants/{made.participations[0].id}/remove")
    after = client.page(address)
    assert step not in after
    assert said in after
    assert f"{address}/steps/return" in after


def test_the_places_of_the_host_come_first(client: HouseClient, session: Any) -> None:
    giver, other = host("03.591"), host("01.511")
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(f"/transfers/new?host={giver.id}")
    (provinces,) = re.findall(r'<select[^>]*name="lines-0-province_id".*?</select>', page, re.DOTALL)
    names = re.findall(r"<option[^>]*>([^<]+)</option>", provinces)
    assert names[:3] == ["non précisé", "Moulay Yacoub", "Meknès"]
    (communes,) = re.findall(r'<select[^>]*name="commune_id".*?</select>', page, re.DOTALL)
    places = re.findall(r"<option[^>]*>([^<]+)</option>", communes)
    assert places[1].endswith("(Moulay Yacoub)")
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[giver.region_id])
    host("03.231")
    session.commit()
    names = re.findall(r"<option[^>]*>([^<]+)</option>", client.page("/transfers/new"))
    assert names.index("Meknès") < names.index(str(other.province.name if other.province else ""))


def test_each_step_says_what_it_did(client: HouseClient, session: Any) -> None:
    made = declared()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    answer = client.post(f"/transfers/{made.id}/steps/validate", data={"version": made.version})
    assert answer.status_code == 302
    shown = client.page(f"/transfers/{made.id}")
    assert "Transfert validé : ses participants entrent dans les chiffres." in shown
    assert "maintenant" not in shown


def test_a_representative_declares_for_their_own_association_only(client: HouseClient, session: Any) -> None:
    own, other = host(), host()
    theirs = transfer(host=other)
    client.sign_in_as(Role.ASSOCIATION_REPRESENTATIVE, association=own.id, language="ar")
    data = {"on_date": "2024-03-01", **lines(line(1))}
    client.page("/transfers/new")
    assert client.post("/transfers/new", data={"host_id": own.id, **data}).status_code == 302
    assert client.post("/transfers/new", data={"host_id": other.id, **data}).status_code == 422
    client.page(f"/transfers/{theirs.id}", 404)
    assert client.post(f"/transfers/{theirs.id}/participants/new", data=data).status_code == 404


def test_another_region_is_not_there_and_partners_do_not_open_it(client: HouseClient, session: Any) -> None:
    made = transfer(host=host("07.351"))
    fes = host().region_id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=fes)
    client.page(f"/transfers/{made.id}", 404)
    assert client.post(f"/transfers/{made.id}/steps/submit").status_code == 404
    client.sign_in_as(Role.REGIONAL_PARTNER, region=fes)
    client.page("/transfers", 403)
    client.sign_in_as(Role.AUDITOR)
    client.page(f"/transfers/{made.id}")
    client.page("/transfers/new", 403)


def test_the_list_takes_as_many_statements_for_thirty_as_for_one(client: HouseClient, session: Any) -> None:
    giver, guest = host(), an_association()
    transfer(participant(guest), host=giver)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page("/transfers")
    few = client.statements("/transfers")
    for _number in range(30):
        transfer(participant(guest), host=giver)
    session.commit()
    assert client.statements("/transfers") == few
    assert "before=" in client.page("/transfers")
    client.page("/transfers?q=%D8%AC%D9%85%D8%B9%D9%8A%D8%A9&region=03&state=draft&before=5&host=x")


def test_a_page_takes_as_many_statements_for_a_long_sheet(client: HouseClient, session: Any) -> None:
    giver, guest = host(), an_association()
    made = transfer(participant(guest), host=giver)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page(f"/transfers/{made.id}")
    few = client.statements(f"/transfers/{made.id}")
    rules.add_participants(SYSTEM, made, [participant(guest) for _ in range(29)])
    session.commit()
    assert client.statements(f"/transfers/{made.id}") == few


def test_what_waits_and_what_is_found(client: HouseClient, session: Any) -> None:
    made = declared()
    returned = declared()
    rules.return_(actor(), returned, "ناقص")
    session.commit()
    everyone = Actor(1, "x", None, frozenset(Permission))
    with client.application.test_request_context():
        kinds = {t.kind: t.count for t in todos.todos(everyone, Scope.country())}
        hits = dict(finding.find(everyone, Scope.country(), made.code))
    assert (kinds["transfer_submitted"], kinds["transfer_returned"]) == (1, 1)
    assert made.code in {hit.title for hit in hits["transfer"]}


def test_a_draft_waits_for_its_association(client: HouseClient, session: Any) -> None:
    made, returned = transfer(), declared()
    rules.return_(actor(), returned, "ناقص")
    session.commit()
    representative = Actor.of(9, "r", Role.ASSOCIATION_REPRESENTATIVE)
    own = Scope(associations=frozenset({made.host_id, returned.host_id}))
    judge = Actor.of(8, "m", Role.MINISTRY_OFFICER)
    with client.application.test_request_context():
        mine = {one.kind: one for one in todos.todos(representative, own)}
        theirs = {one.kind: one for one in todos.todos(judge, Scope.country())}
    assert mine["transfer_draft"].href == f"/transfers/{made.id}"
    assert str(made.host.name) in mine["transfer_draft"].text
    assert (mine["transfer_returned"].owner, "transfer_draft" in theirs) == ("", False)
    assert theirs["transfer_returned"].owner == str(returned.host.name)
    for _ in range(3):
        transfer(host=made.host)
    with client.application.test_request_context():
        counts = {one.kind: one.count for one in todos.todos(representative, own)}
    assert (counts["transfer_draft"], counts["transfer_returned"]) == (4, 1)


def test_the_command_validates_all_or_nothing(client: HouseClient, session: Any, monkeypatch: Any) -> None:
    from contextlib import nullcontext

    officer = client.sign_in_as(Role.MINISTRY_OFFICER)
    good, bad = declared(), transfer()
    session.commit()
    run = client.application.test_cli_runner()
    monkeypatch.setattr("programme.commands.transfers.house", lambda lang="fr": nullcontext())
    done = run.invoke(command, ["validate", good.code, bad.code, "--as", officer.email])
    assert done.exit_code != 0
    session.rollback()
    assert session.get(TransferActivity, good.id).state is TransferState.SUBMITTED
    done = run.invoke(command, ["validate", "--region", "03", "--as", officer.email])
    assert (done.exit_code, done.output.split()) == (0, [good.code]), done.output
    assert run.invoke(command, ["validate", "RIEN", "--as", officer.email]).exit_code != 0
    assert run.invoke(command, ["validate", "--as", officer.email]).exit_code == 2
    db.session.expire_all()
    assert session.get(TransferActivity, good.id).state is TransferState.VALIDATED


def test_a_territory_gives_no_sheet_but_those_of_the_agreements_hosts(
    client: HouseClient, session: Any
) -> None:
    made = declared()
    client.sign_in_as(Role.IMPLEMENTER, region=made.region_id, agreement=agreement(parties=0).id)
    for address in ("", "/participants/new", "/steps/submit"):
        client.page(f"/transfers/{made.id}{address}", 404)
    assert made.code not in client.page("/transfers")
    assert str(made.host.name) not in client.page("/transfers/new")
    data = {"host_id": made.host_id, "on_date": "2024-03-01", **lines(line(1))}
    assert client.post("/transfers/new", data=data).status_code in {404, 422}
    assert session.scalar(sa.select(sa.func.count(TransferActivity.id))) == 1
    client.sign_in_as(Role.IMPLEMENTER, agreement=agreement(reference="CONV-2023-01").id)
    client.page(f"/transfers/{made.id}")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_what_is_said_of_an_open_activity_is_corrected(
    client: HouseClient, session: Any, language: str
) -> None:
    giver = host()
    taught = module("M7")
    own = enrolment(session.scalars(sa.select(Seat).where(Seat.association_id == giver.id)).one())
    made = transfer(host=giver, venue="Mauvais lieu")
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id, language=language)
    address = f"/transfers/{made.id}"
    assert f"{address}/edit" in client.page(address)
    client.page(f"{address}/edit")
    data = {
        "version": made.version,
        "title_ar": "نقل المعارف",
        "title_fr": "Visite à Fès",
        "venue": "دار الشباب",
        "module_id": taught.id,
        "trainer_id": own.person_id,
        "commune_id": "",
        "head_count": "12",
    }
    assert client.post(f"{address}/edit", data=data).status_code == 302
    session.refresh(made)
    assert (made.venue, made.module_id, made.trainer_id) == ("دار الشباب", taught.id, own.person_id)
    assert (made.title_ar, made.title_fr, made.head_count) == ("نقل المعارف", "Visite à Fès", 12)
    shown = client.page(address)
    assert ("نقل المعارف" if language == "ar" else "Visite à Fès") in shown
    event = session.scalars(
        sa.select(JournalEntry).where(JournalEntry.event == "transfer:activity:edit")
    ).one()
    assert "Mauvais lieu" in (event.before or "")


def test_a_second_editor_sees_both_versions_and_keeps_what_was_typed(
    client: HouseClient, session: Any
) -> None:
    made = transfer(venue="Salle A")
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    data = {"version": made.version, "venue": "Salle C"}
    rules.edit(SYSTEM, made, venue="Salle B")
    session.commit()
    answer = client.post(f"/transfers/{made.id}/edit", data=data)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, "Salle B" in text, "Salle C" in text) == (409, True, True)
    again = client.post(f"/transfers/{made.id}/edit", data={**data, "version": made.version})
    assert (again.status_code, made.venue) == (302, "Salle C")


def test_edits_that_are_refused(client: HouseClient, session: Any) -> None:
    made, other = transfer(), transfer(host=host("07.351"))
    closed = declared()
    stranger = person().id
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    address = f"/transfers/{made.id}"
    for fault in (
        {"trainer_id": stranger},
        {"head_count": "-1"},
        {"module_id": 99_999},
        {"venue": "x" * 201},
    ):
        sent = {"version": made.version, **fault}
        assert client.post(f"{address}/edit", data=sent).status_code == 422, fault
    line, theirs = made.participations[0].id, other.participations[0].id
    client.page(f"/transfers/{other.id}/edit", 404)
    client.page(f"/transfers/{other.id}/participants/{theirs}/edit", 404)
    client.page(f"{address}/participants/{theirs}/edit", 404)
    rules.validate(actor(), closed)
    session.commit()
    for page in ("edit", f"participants/{closed.participations[0].id}/edit"):
        assert client.get(f"/transfers/{closed.id}/{page}", check=False).status_code == 409
    assert f"/transfers/{closed.id}/edit" not in client.page(f"/transfers/{closed.id}")
    client.sign_in_as(Role.AUDITOR)
    client.page(f"{address}/edit", 403)
    client.page(f"{address}/participants/{line}/edit", 403)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_participants_time_is_corrected(client: HouseClient, session: Any, language: str) -> None:
    made = transfer(participant(minutes=359), participant())
    line = made.participations[0]
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id, language=language)
    address = f"/transfers/{made.id}/participants/{line.id}/edit"
    assert address in client.page(f"/transfers/{made.id}")
    assert 'value="5.98"' in client.page(address)
    for hours, status in (("0", 422), ("", 422), ("25", 422), ("x", 422)):
        data = {"version": made.version, "hours": hours}
        assert client.post(address, data=data).status_code == status
    assert client.post(address, data={"version": "0", "hours": "4"}).status_code == 409
    assert client.post(address, data={"version": made.version, "hours": "5.98"}).status_code == 302
    assert line.minutes == 359
    assert client.post(address, data={"version": made.version, "hours": "٤,٥"}).status_code == 302
    assert line.minutes == 270


def test_a_trainer_who_left_the_list_does_not_stop_a_correction(session: Any) -> None:
    """What is not changed is not checked again: seats of a merged record, for one, are no more the host's."""
    made = transfer(venue="Salle A")
    made.trainer_id = person().id
    session.flush()
    assert rules.edit(SYSTEM, made, venue="Salle B", trainer_id=made.trainer_id) == {
        "venue": ("Salle A", "Salle B")
    }
