"""One agreement as it is read: its history in words, and what stands first on its page."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest

from partnerships.agreements import rules
from partnerships.agreements.drawing import Mark, line_of
from partnerships.commitments import rules as commitments
from programme.base import journal
from programme.base.access import Actor, Role
from programme.base.language import speaking
from programme.base.states import Tone
from tests.client import HouseClient
from tests.factories import partnerships as make

SYSTEM = Actor.system()


@pytest.mark.parametrize(("which", "name"), [("fr", "Wilaya de l'essai"), ("ar", "ولاية الاختبار")])
def test_the_history_names_parties_in_the_readers_language(
    client: HouseClient, which: str, name: str, session: Any
) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=which)
    agreement = make.agreement(parties=0)
    party = rules.add_party(
        SYSTEM, agreement, make.organisation("ولاية الاختبار", name_fr="Wilaya de l'essai"), role="lead"
    )
    written = {"organisation": party.organisation.name_ar, "role": "lead"}
    journal.record(session, SYSTEM, "partnerships:party:edit", agreement, after=written)
    due = dt.date(2025, 1, 1)
    commitments.add_commitment(SYSTEM, agreement, party, article="1", text_ar="نص", due_on=due)
    session.commit()
    page = html.unescape(client.page(f"/agreements/{agreement.id}/history"))
    assert page.count(f"<bdi>{name}</bdi>") == 3


def test_what_is_owed_stands_before_who_signed(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(f"/agreements/{make.in_force().id}")
    assert page.index('id="commitments"') < page.index('id="parties"')
    assert "en vigueur du 20 juin 2023" in page
    same = make.in_force(starts_on=dt.date(2023, 6, 20))
    assert "en vigueur du" not in client.page(f"/agreements/{same.id}")


def main_button(page: str) -> list[str]:
    """The labels of the filled buttons in the head of the record."""
    head = page.partition('class="record-moves"')[2].partition("</header>")[0]
    return re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', html.unescape(head))


def test_the_main_button_leads_on_and_what_leads_back_stands_after(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    agreement = make.agreement()
    address = f"/agreements/{agreement.id}"
    for step, label in (("negotiate", "Ouvrir la négociation"), ("approve", "Approuver")):
        assert main_button(client.page(address)) == [label]
        rules.move(SYSTEM, agreement, step)
    page = client.page(address)
    assert main_button(page) == ["Constater les signatures"]
    assert page.index("Constater les signatures") < page.index("Rouvrir la négociation")
    running = make.in_force()
    assert main_button(client.page(f"/agreements/{running.id}")) == []
    rules.move(SYSTEM, running, "suspend", "motif")
    page = client.page(f"/agreements/{running.id}")
    assert main_button(page) == ["Lever la suspension"]
    assert 'class="remark"' in page
    past = make.in_force(ends_on=dt.date(2025, 12, 31))
    for step, label in (
        ("expire", "Constater l'échéance"),
        ("wind_up", "Ouvrir la clôture"),
        ("close", "Clore"),
    ):
        assert main_button(client.page(f"/agreements/{past.id}")) == [label]
        rules.move(SYSTEM, past, step)


def test_who_may_not_approve_finds_no_main_step_back(client: HouseClient) -> None:
    agreement = make.agreement()
    rules.move(SYSTEM, agreement, "negotiate")
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[agreement.region_id])
    page = client.page(f"/agreements/{agreement.id}")
    assert "Revenir au projet" in page
    assert main_button(page) == []


def test_a_step_marks_the_reason_that_its_rule_asks(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    agreement = make.in_force()
    address = f"/agreements/{agreement.id}/steps/terminate"
    page = html.unescape(client.page(address))
    assert re.search(
        r'<textarea[^>]*name="reason"[^>]*required|<textarea[^>]*required[^>]*name="reason"', page
    )
    assert "à la date d'effet choisie" in page
    assert client.post(address, data={"version": agreement.version, "reason": ""}).status_code == 422
    assert client.post(address, data={"version": agreement.version, "reason": "m"}).status_code == 302


def test_what_is_over_takes_no_agreement_below_it(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    agreement = make.in_force()
    address, link = f"/agreements/{agreement.id}", f"/agreements/new?parent={agreement.id}"
    page = html.unescape(client.page(address))
    assert link in page
    assert "Aucun engagement." in page
    rules.move(SYSTEM, agreement, "terminate", "motif")
    assert link not in client.page(address)
    assert "Aucun engagement n'est encore écrit." in html.unescape(
        client.page(f"/agreements/{make.agreement().id}")
    )


@pytest.mark.parametrize(
    ("which", "one", "two", "three"),
    [
        ("fr", "article 1", "articles 1 et 2", "articles 1, 2 et 4 bis"),
        ("ar", "المادة 1", "المادتان 1 و2", "المواد 1، 2 و4 bis"),
    ],
)
def test_the_line_joins_articles_as_the_language_does(
    session: Any, which: str, one: str, two: str, three: str
) -> None:
    agreement = make.agreement()
    due, owed = agreement.ends_on, agreement.commitments

    def mark(*kept: int) -> Mark:
        with make.app_request(), speaking(which):
            return next(m for m in line_of(agreement, list(owed), due, kept).marks if m.date == due)

    for article, expected in (("1", one), ("1", one), ("2", two), ("4 bis", three)):
        commitments.add_commitment(
            SYSTEM, agreement, agreement.parties[0], article=article, text_ar="نص", due_on=due
        )
        assert f"{expected} ·" in f"{mark().label} ·"
    ids = [made.id for made in owed]
    assert (mark(*ids[1:]).tone, mark(*ids).tone) == (Tone.AMBER, Tone.GREEN)


def test_no_column_of_actions_where_there_are_none(client: HouseClient) -> None:
    agreement = make.agreement()
    party = agreement.parties[0]
    commitments.add_commitment(
        SYSTEM, agreement, party, article="1", text_ar="نص", due_on=dt.date(2025, 1, 1)
    )
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert 'data-label="Actions"' in client.page(f"/agreements/{agreement.id}")
    rules.move(SYSTEM, agreement, "negotiate")
    rules.move(SYSTEM, agreement, "approve")
    assert 'data-label="Actions"' not in client.page(f"/agreements/{agreement.id}")
    client.sign_in_as(Role.REGIONAL_PARTNER, organisation=[party.organisation_id])
    assert 'data-label="Actions"' not in client.page(f"/agreements/{agreement.id}")
