"""What the page of a report shows, beside what its files keep."""

from __future__ import annotations

import json
import re

import pytest

from programme.base.access import Role
from reports import routes
from tests.client import HouseClient
from tests.factories import partnerships as make
from tests.factories.cohorts import an_association
from tests.factories.country import small_country

LISTS = ("sessions", "agreements", "associations")
REFERENCE = re.compile(r'<bdi dir="ltr">([A-Z]{3}-[^<]+)</bdi>')


def reference_on(page: str) -> str:
    """The reference printed under the title of a report."""
    found = REFERENCE.search(page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", ["progress", *LISTS])
def test_an_account_of_one_region_reads_the_report_of_that_region(client: HouseClient, name: str) -> None:
    made = small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    asked = reference_on(client.page(f"/reports/{name}?region=03"))
    assert "Toutes les régions" in client.page(f"/reports/{name}")
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    page = client.page(f"/reports/{name}")
    assert reference_on(page) == asked
    assert "Toutes les régions" not in page


def test_a_partner_of_one_region_reads_its_name(client: HouseClient) -> None:
    made = small_country()
    client.sign_in_as(Role.REGIONAL_PARTNER, region=made.region_id)
    page = client.page("/reports/progress")
    assert "Toutes les régions" not in page
    assert reference_on(page).startswith("PRO-MA-"), "its files of the region are not all its own"


def test_the_part_of_an_implementer_is_not_headed_as_the_region(client: HouseClient) -> None:
    made = small_country()
    client.sign_in_as(Role.IMPLEMENTER, region=made.region_id)
    assert "Toutes les régions du périmètre" in client.page("/reports/sessions")
    assert "Toutes les régions du périmètre" not in client.page("/reports/progress")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_one_region_names_it_once_and_its_files_in_each_row(client: HouseClient, name: str) -> None:
    small_country()
    make.in_force()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    column = '<td data-label="Région">'
    assert column in client.page(f"/reports/{name}")
    assert column not in client.page(f"/reports/{name}?region=03")
    assert client.get(f"/reports/{name}.pdf?region=03").data.startswith(b"%PDF-")
    rows = json.loads(client.get(f"/reports/{name}.json?region=03").data)["sections"][0]["rows"]
    assert rows
    assert all(row["region"] == "Fès-Meknès" for row in rows)
    assert "Fès-Meknès" in client.get(f"/reports/{name}.csv?region=03").text


def test_a_long_list_is_cut_on_the_page_alone(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "SHOWN", 2)
    for _ in range(3):
        an_association()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/reports/associations")
    assert page.count('data-label="Association"') == 2
    assert "Les 2 premières lignes" in page
    assert client.get("/reports/associations.csv").text.count("\n") == 4


def test_a_form_stands_only_where_something_may_be_asked(client: HouseClient) -> None:
    made = small_country()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    for name, is_asked in {"agreements": False, "associations": False, "sessions": True}.items():
        assert ("filter-form" in client.page(f"/reports/{name}")) is is_asked, name


def test_no_cell_is_empty_and_no_code_is_cut(client: HouseClient) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER, language="ar")
    page = client.page("/reports/reached-associations")
    assert "<bdi></bdi>" not in page
    assert re.search(r'· <bdi class="ltr">[A-Z0-9]+-[A-Z0-9-]+</bdi>', page.replace("\u00a0", " "))
