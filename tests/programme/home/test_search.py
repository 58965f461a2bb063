"""Search over everything: what one may open, grouped, the query kept."""

from __future__ import annotations

import re

import pytest

from programme.base import finding
from programme.base.access import Role
from programme.base.extensions import db
from tests.client import HouseClient
from tests.factories.cohorts import cohort
from tests.programme.home.scene import scene


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_empty_states(client: HouseClient, language: str) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    for address in ("/search", "/search?q=", "/search?q=a", "/search?q=%00", "/search?q=zzzzzz", "/todo"):
        client.page(address)


def test_hits_are_grouped_and_the_query_is_kept(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/search?q=CONV-03")
    assert 'value="CONV-03"' in page
    assert "<h2>Conventions</h2>" in page
    assert f"/agreements/{made.agreement.id if made.agreement else 0}" in page


def test_a_search_says_where_it_is_cut_and_only_there(client: HouseClient) -> None:
    for number in range(finding.MOST):
        cohort(f"ZX-{number}")
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/search?q=ZX")
    assert (f"{finding.MOST} résultats" in page, "premiers sont affichés" in page) == (True, False)
    cohort("ZX-9")
    db.session.commit()
    page = client.page("/search?q=ZX")
    assert ("Premiers résultats" in page, "premiers sont affichés" in page) == (True, True)
    assert len(set(re.findall(r"/cohorts/\d+", page))) == finding.MOST


def test_what_one_may_not_open_is_not_found(client: HouseClient) -> None:
    scene()
    client.sign_in_as(Role.TRAINER)
    assert "/agreements/" not in client.page("/search?q=CONV-03")
    client.sign_in_as(Role.TRAINEE)
    client.page("/search?q=CONV-03", 403)


def test_markup_in_the_query_stays_text(client: HouseClient) -> None:
    client.sign_in_as(Role.AUDITOR)
    page = client.page("/search?q=%3Cscript%3Ealert(1)%3C/script%3E" + "x" * 500)
    assert "<script>alert" not in page
