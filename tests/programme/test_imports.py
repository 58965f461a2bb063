"""The pages of imports: what comes first, what a file would do, and what is expected instead."""

from __future__ import annotations

import io
import re

from programme.base.access import Role
from programme.config import ROOT
from tests.client import HouseClient
from tests.factories.programmes import region


def _checked(client: HouseClient, lines: str) -> str:
    data = {"file": (io.BytesIO(lines.encode()), "modules.csv")}
    answer = client.post("/imports/modules", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_kinds_stand_in_the_order_that_the_readme_gives(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    shown = re.findall(r'href="/imports/([a-z-]+)">', client.page("/imports"))
    told = re.search(
        r"order in which an empty database wants\s+them:\s+([a-z,\s-]+)\.", (ROOT / "README.md").read_text()
    )
    assert told
    assert shown == re.split(r",\s+", told[1])


def test_the_only_region_of_an_account_is_chosen_for_the_lines_that_name_none(client: HouseClient) -> None:
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("03").id])
    page = client.page("/imports/associations")
    assert '<option selected value="03">' in page
    assert "Sert aux lignes qui n" in page
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[region("03").id, region("04").id])
    assert '<option selected value="03">' not in client.page("/imports/associations")


def test_a_preview_names_what_is_added_and_changed(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = _checked(client, "module,title_ar,hours\nM1,الحكامة,12\nM2,التدبير,10\n")
    assert ("Lignes ajoutées" in page, "M1 · الحكامة" in page, "M2 · التدبير" in page) == (True, True, True)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    assert (
        client.post("/imports/modules/run", data={"token": token[1], "filename": "m.csv"}).status_code == 302
    )
    page = _checked(client, "module,title_ar,hours\nM1,الحكامة,15\n")
    assert ("Valeurs modifiées" in page, "M1 · الحكامة" in page, "Ce qui est ajouté" in page) == (
        True,
        True,
        False,
    )


def test_a_fault_says_what_is_expected(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = _checked(client, "module,title_ar,hours\nM1,الحكامة,beaucoup\n")
    assert '<td data-label="Ce qui est attendu">heures, comme 3 ou 2,5 (obligatoire)</td>' in page


def test_a_file_under_another_name_is_asked_for_again(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = _checked(client, "module,title_ar,hours\nM1,الحكامة,12\n")
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    for door in ("run", "marked.xlsx"):
        answer = client.post(f"/imports/modules/{door}", data={"token": token[1]})
        assert (answer.status_code, answer.location) == (302, "/imports/modules")
    assert 'data-toast="error"' in client.page("/imports/modules")
    assert "M1" not in client.page("/modules")
