"""Every report in every format and language, asked for as its readers do."""

from __future__ import annotations

import json

import pytest

from programme.base.access import Role
from reports.catalogue import REPORTS
from tests.client import HouseClient
from tests.factories.country import small_country

NEEDS = {"cohort": "cohort=C-03", "attendance": "session=S-03-1"}
FORMATS = ("pdf", "xlsx", "csv", "json")
STARTS = {"pdf": b"%PDF-", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf", "json": b"{"}


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("name", list(REPORTS))
def test_each_report_opens_and_downloads(client: HouseClient, name: str, language: str) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    asked = NEEDS.get(name, "")
    client.page(f"/reports/{name}?{asked}")
    for kind in FORMATS:
        answer = client.get(f"/reports/{name}.{kind}?{asked}")
        assert answer.status_code == 200, f"{name}.{kind}: {answer.status_code}"
        assert answer.data.startswith(STARTS[kind])


def test_exports_are_in_the_journal(client: HouseClient) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.get("/reports/progress.json?region=03")
    assert "Rapport exporté" in client.page("/journal")


def test_a_wrong_filter_is_told_in_a_sentence(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert "écrivez-la" in client.page("/reports/progress?as_at=hier", 422)
    client.page("/reports/progress?region=99", 404)
    client.page("/reports/cohort.pdf", 422)
    assert client.get("/reports/cohort").location == "/cohorts"
    assert client.get("/reports/attendance").location == "/sessions"
    client.page("/reports/cohort?cohort=X", 404)
    client.page("/reports/nothing", 404)


def test_a_partner_reads_totals_and_no_person(client: HouseClient) -> None:
    made = small_country()
    client.sign_in_as(Role.REGIONAL_PARTNER, region=made.region_id)
    client.page("/reports/progress")
    for name in ("trainees", "cohort", "attendance", "reached-associations", "enrolled-associations"):
        client.page(f"/reports/{name}?{NEEDS.get(name, '')}", 404)


def test_figures_of_a_small_country(client: HouseClient) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    data = json.loads(client.get("/reports/progress.json?region=03").data)
    (region,) = data["regions"]
    assert (region["associations_enrolled"], region["trainees_enrolled"]) == (2, 4)
    assert (region["trainees_completed"], region["associations_completed"]) == (2, 1)
    assert (region["reached"], region["reached_by_cohort"], region["reached_by_transfer"]) == (2, 1, 1)
    assert region["sessions_held"] == 1
    assert region["hours_attended"] == 12
    assert region["trainees_by_sex"] == {"F": 2, "M": 1, "unknown": 1}
    assert data["total"]["reached"] == 2


def test_the_page_takes_a_fixed_number_of_statements(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page("/reports/progress")
    empty = client.statements("/reports/progress")
    small_country()
    assert client.statements("/reports/progress") <= empty + 8
