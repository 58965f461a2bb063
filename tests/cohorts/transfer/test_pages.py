"""Pages of transfers in both languages, by role, with a fixed number of statements."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.transfer import rules
from cohorts.transfer.models import TransferActivity, TransferState
from programme.base import finding, todos
from programme.base.access import Actor, Permission, Role, Scope
from programme.base.extensions import db
from programme.commands.transfers import transfers as command
from tests.client import HouseClient
from tests.factories.cohorts import an_association
from tests.factories.partnerships import agreement
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
