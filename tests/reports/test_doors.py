"""Each figure of `progress` leads to its list, for whoever may open it, and the list is as long as it says."""

from __future__ import annotations

import datetime as dt
import html
import io
import re

import openpyxl
import pytest

from programme.base import measures
from programme.base.access import Role, Scope
from reports import progress_report
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.definition import Kind
from reports.excel import render_xlsx
from reports.plain import render_json
from tests.client import HouseClient
from tests.factories.cohorts import an_association, cohort, enrolment, seat
from tests.factories.country import small_country

LISTED = re.compile(r'<a href="((?:/reports/|/reached)[^"]*as_at[^"]*)"[^>]*>(?:<bdi>)?(\d+)')


def listed(client: HouseClient, address: str) -> int:
    """How many rows the list of an address has."""
    if address.startswith("/reached"):
        page = client.page(address)
        return page.count('data-label="Association"')
    asked = address.replace("?", ".json?")
    (section,) = client.get(asked).json["sections"]
    return len(section["rows"])


@pytest.mark.parametrize("address", ["/reports/progress", "/reports/progress?region=03"])
def test_each_figure_opens_a_list_as_long_as_it_says(client: HouseClient, address: str) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page(address)
    doors = [(html.unescape(href), int(number)) for href, number in LISTED.findall(page)]
    totals = [LISTED.findall(foot) for foot in re.findall(r"<tfoot>.*?</tfoot>", page, re.DOTALL)]
    assert all(totals), "a row of totals opens its lists"
    kinds = {re.sub(r"\?.*", "", href) for href, _number in doors}
    assert {"/reached", "/reports/trainees", "/reports/enrolled-associations", "/reports/sessions"} <= kinds
    assert any("province=" in href for href, _number in doors)
    assert any("/enrolled-associations" in href and "completed=1" in href for href, _number in doors)
    assert any("sex=F" in href for href, _number in doors)
    for href, number in doors:
        assert listed(client, href) == number, href


def test_who_may_not_open_a_list_reads_its_figure(client: HouseClient) -> None:
    made = small_country()
    client.sign_in_as(Role.REGIONAL_PARTNER, region=made.region_id)
    page = client.page("/reports/progress")
    assert not LISTED.findall(page)
    assert "Associations atteintes" in page
    client.sign_in_as(Role.AUDITOR)
    for href, _number in LISTED.findall(client.page("/reports/progress")):
        client.page(html.unescape(href))


def test_a_list_downloads_what_its_page_shows(client: HouseClient) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = html.unescape(client.page("/reports/trainees?completed=1&sex=F"))
    assert "/reports/trainees.pdf?" in page
    (address,) = set(re.findall(r'href="(/reports/trainees\.json\?[^"]*)"', page))
    assert "completed=1" in address
    assert "sex=F" in address
    client.page("/reports/enrolled-associations?province=99.999", 404)


@pytest.mark.usefixtures("house")
def test_the_national_row_counts_once_what_stands_in_two_regions() -> None:
    guest = an_association(province="03.231")
    for code, region in (("A-1", "03"), ("A-2", "04")):
        held = seat(cohort(code, region=region), guest)
        enrolment(held)
    report = REPORTS["progress"]
    query = query_of(Scope.country(), report, {"as_at": dt.date.today().isoformat()})
    made = report.build(Scope.country(), query)
    first = made.sections[0]
    rows, totals = list(first.rows), first.totals
    assert totals is not None
    assert [row[1][0] for row in rows] == [1, 1]
    assert totals[1][0] == made.figures[0].value == 1
    assert progress_report.REGION_COLUMNS[1].kind is Kind.BAR
    assert b'"associations_enrolled": 1' in render_json(made)
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(report.build(Scope.country(), query))))
    lines = [row for row in book[str(first.title)].iter_rows(values_only=True) if row[0]]
    assert [row[1] for row in lines[-3:]] == [1, 1, 1]


def test_the_report_calls_a_figure_as_its_definition_does() -> None:
    for code, label in progress_report.LABELS.items():
        assert str(label) == str(measures.measure(code).label), code


def test_the_journal_tells_an_export_in_words(client: HouseClient) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert (
        client.get("/reports/sessions.xlsx?held=1&region=03&as_at=2024-06-30&known_on=2024-06-30").status_code
        == 200
    )
    page = client.page("/journal?event=report:exported")
    assert all(
        word in page for word in ("Rapport exporté", "Situation au", "30 juin 2024", "Excel", "Fès-Meknès")
    )
    assert not any(word in page for word in ("as_at", "known_on", "held", ">03<", ">sessions<"))
