"""One agreement as it is read: its history in words, and what stands first on its page."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest

from partnerships.agreements import rules
from partnerships.commitments import rules as commitments
from programme.base import journal
from programme.base.access import Actor, Role
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
