"""The history of a transfer, and the steps that need their reason."""

from __future__ import annotations

from cohorts.transfer import pages, queries, rules
from programme.base.access import Role
from tests.client import HouseClient
from tests.factories.cohorts import an_association
from tests.factories.transfers import SYSTEM, host, participant, transfer


def test_people_of_one_sheet_are_one_line_of_the_history(client: HouseClient) -> None:
    first, second = an_association(), an_association()
    people = [participant(first), participant(first), participant(second)]
    made = rules.enter(SYSTEM, host=host(), participants=people)
    client.sign_in_as(Role.MINISTRY_OFFICER, language="fr")
    page = client.page(f"/transfers/{made.id}")
    assert "3 participants ajoutés" in page
    assert "Participant ajouté" not in page
    assert f"{first.name_ar}\u2069 (2)" in page
    assert "Transfert saisi" in page


def test_what_is_alone_is_told_with_its_own_changes(client: HouseClient) -> None:
    made = rules.enter(SYSTEM, host=host(), participants=[participant(an_association())])
    rules.remove_participant(SYSTEM, made, made.participations[0])
    entries = queries.history(made)
    assert [one.changes for one in pages.told(entries)] == [one.changes for one in entries]


def test_a_step_with_a_reason_marks_it_as_needed_and_says_what_follows(client: HouseClient) -> None:
    made = transfer()
    rules.submit(SYSTEM, made)
    client.sign_in_as(Role.MINISTRY_OFFICER, language="fr")
    page = client.page(f"/transfers/{made.id}/steps/return")
    assert 'class="required"' in page
    assert "revient à son auteur" in page
    assert "btn-danger" in client.page(f"/transfers/{made.id}/steps/refuse")
    data = {"version": made.version, "reason": "  "}
    assert client.post(f"/transfers/{made.id}/steps/refuse", data=data).status_code == 422
