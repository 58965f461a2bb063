"""The figures of `progress` are the same on the page, in JSON, in the workbook and in the text of the PDF."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from flask import Flask

from programme.base.access import Role
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import speaking
from tests.client import HouseClient
from tests.conftest import empty_tables
from tests.proofs.stories import THIRD
from tests.proofs.teller import Teller
from tests.proofs.telling import Telling
from tests.reports.pdf_support import flowing, text_of

SEED = 688
"""A story in which no figure is zero and the range is not one number (see `test_the_story_says_something`)."""
HEADLINES = {
    "Associations inscrites": "associations_enrolled",
    "Bénéficiaires inscrits": "trainees_enrolled",
    "Bénéficiaires formés": "trainees_completed",
    "Associations atteintes": "reached",
    "Déclarées, à valider": "declared_not_validated",
    "Sessions tenues": "sessions_held",
    "Heures suivies": "hours_attended",
}
TARGETS = {
    "Associations inscrites": "associations_target",
    "Bénéficiaires inscrits": "trainees_target",
    "Associations atteintes": "reach_target",
}
ROW = (
    ("associations_enrolled", "associations_target"),
    "associations_completed",
    ("trainees_enrolled", "trainees_target"),
    "trainees_completed",
    ("reached", "reach_target"),
    "reached_by_cohort",
    "reached_by_transfer",
    None,
    "declared_not_validated",
    "sessions_held",
    "hours_attended",
)
"""Columns of a region's row; None is the rate."""
SEXES = {"F": "Femmes", "M": "Hommes", "unknown": "Non précisé"}
TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Asked:
    """The story's report: its address's filters and its JSON."""

    client: HouseClient
    query: str
    data: dict[str, Any]

    @property
    def region(self) -> dict[str, Any]:
        found: dict[str, Any] = self.data["regions"][0]
        return found


@pytest.fixture(scope="module")
def asked(app: Flask) -> Iterator[Asked]:
    """A story told once for the whole file, and the report of its first region."""
    rng = Random(SEED)
    story = Teller(rng, 3).tell()
    days = [line[0] for given in story.given for line in given.lines]
    days += [sitting[0] for taught in story.taught for sitting in taught.sittings]
    with app.app_context(), speaking("fr"):
        try:
            Telling(story, rng).tell()
            client = app.test_client()
            assert isinstance(client, HouseClient)
            client.sign_in_as(Role.MINISTRY_OFFICER)
            query = f"region=03&as_at={max(days)}&known_on={THIRD}"
            yield Asked(client, query, json.loads(client.get(f"/reports/progress.json?{query}").data))
        finally:
            db.session.rollback()
    with app.app_context():
        empty_tables()


def words(markup: str) -> str:
    return " ".join(html.unescape(TAGS.sub(" ", markup)).split())


def number(text: str) -> float:
    """A number as either locale writes it."""
    return float(re.sub(r"[^\d,.-]", "", text).replace(",", "."))


def numbers_of(row: dict[str, Any]) -> list[float]:
    """A region's row, its rate left out."""
    found: list[float] = []
    for key in ROW:
        keys = key if isinstance(key, tuple) else (key,)
        found += [row[one] for one in keys if one]
    return found


def tables(page: str) -> list[list[list[str]]]:
    """Cells of every table of a page that is no chart, as words."""
    shown = re.sub(r'<table class="chart-table">.*?</table>', "", page, flags=re.S)
    return [
        [
            [words(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, flags=re.S)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, flags=re.S)
        ]
        for body in re.findall(r"<tbody>(.*?)</tbody>", shown, flags=re.S)
    ]


def tiles(page: str) -> dict[str, tuple[float, float | None, str | None]]:
    """(value, target, link) of each headline figure by its label."""
    found = {}
    for tile in re.findall(r'<section class="tile">(.*?)</section>', page, flags=re.S):
        label = re.search(r'<p class="tile-label"><span>(.*?)</span>', tile, flags=re.S)
        value = re.search(r'<p class="tile-value">.*?<bdi>(.*?)</bdi>', tile, flags=re.S)
        target = re.search(r"<small>(.*?)</small>", tile, flags=re.S)
        link = re.search(r'<p class="tile-value"><a href="([^"]+)"', tile)
        assert label
        assert value
        found[words(label[1])] = (
            number(words(value[1])),
            number(words(target[1])) if target else None,
            html.unescape(link[1]) if link else None,
        )
    return found


def test_the_story_says_something(asked: Asked) -> None:
    """Else equality would prove nothing."""
    assert len(asked.data["regions"]) == 1
    row = asked.region
    assert all(numbers_of(row)), row
    assert sum(one["reached"] for one in row["by_province"]) == row["reached"]
    assert row["reached_by_cohort"] + row["reached_by_transfer"] == row["reached"]
    assert sum(row["trainees_by_sex"].values()) == row["trainees_enrolled"]


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_page(asked: Asked, lang: str) -> None:
    asked.client.speak(lang)
    page, total = asked.client.page(f"/reports/progress?{asked.query}"), asked.data["total"]
    shown = tiles(page)
    with speaking(lang):
        for label, key in HEADLINES.items():
            target = total[TARGETS[label]] if label in TARGETS else None
            assert shown[_(label)][:2] == (total[key], target), label
        expected = [one["reached"] for one in asked.region["by_province"]]
        by_region, by_province, by_sex = tables(page)
        cells = [number(part) for cell in by_region[0][1:] for part in cell.split("/") if "%" not in cell]
        assert cells == numbers_of(asked.region)
        assert [number(row[3]) for row in by_province] == expected
        sexes = {row[0]: number(row[1]) for row in by_sex}
        assert sexes == {_(SEXES[key]): count for key, count in total["trainees_by_sex"].items()}
        low, high = total["range"]
        if low != high:
            assert f"{low}" in page
            assert f"{high}" in page


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_workbook(asked: Asked, lang: str) -> None:
    asked.client.speak(lang)
    answer = asked.client.get(f"/reports/progress.xlsx?{asked.query}")
    book, total = openpyxl.load_workbook(io.BytesIO(answer.data)), asked.data["total"]
    front, *sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    with speaking(lang):
        first: dict[Any, tuple[Any, ...]] = {}
        for row in front:
            first.setdefault(row[0], row)
        for label, key in HEADLINES.items():
            assert first[_(label)][1] == pytest.approx(total[key], abs=0.006), label
            assert first[_(label)][2] == (total[TARGETS[label]] if label in TARGETS else None), label
        by_region = next(row for row in sheets[0] if _("Total") not in row and isinstance(row[1], int))
        rate = 11
        assert [value for at, value in enumerate(by_region[1:], 1) if at != rate] == pytest.approx(
            numbers_of(asked.region), abs=0.006
        )
        assert by_region[rate] == pytest.approx(total["reached"] / total["reach_target"], abs=0.0001)
        coded = re.compile(r"\d\d\.\d{3}")
        listed = [row for row in sheets[1] if coded.fullmatch(str(row[0])) or row[1] == _("Non précisé")]
        reached = {row[0] or None: row[3] for row in listed}
        assert reached == {one["province"]: one["reached"] for one in asked.region["by_province"]}
        sexes = {row[0]: row[1] for row in sheets[2]}
        assert {key: sexes[_(label)] for key, label in SEXES.items()} == total["trainees_by_sex"]


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_text_of_the_paper(asked: Asked, lang: str, tmp_path: Path) -> None:
    asked.client.speak(lang)
    answer = asked.client.get(f"/reports/progress.pdf?{asked.query}")
    text, total = flowing(text_of(answer.data, tmp_path)).replace("\u00a0", " "), asked.data["total"]
    parts = []
    for key in ROW:
        keys = key if isinstance(key, tuple) else (key,)
        parts.append(r"\s*/\s*".join(written(total[one]) if one else r"[\d,]+\s*%" for one in keys))
    # A wide row is read as it is laid out: from right to left its first cell stands last on poppler's line.
    row = parts if lang == "fr" else parts[::-1]
    laid_out = flowing(text_of(answer.data, tmp_path, layout=True)).replace("\u00a0", " ")
    assert re.search(r"(?<![\d,])" + r"\s+".join(row) + r"(?![\d,])", laid_out), (row, laid_out)
    for one in asked.region["by_province"]:
        line = rf"{re.escape(one['province'] or '–')}\s\D+?\s\d+\s{one['reached']}\s"
        assert re.search(line, text), (line, text)
    with speaking(lang):
        for key, label in SEXES.items():
            assert re.search(rf"{_(label)}\s{total['trainees_by_sex'][key]}\s[\d,]+\s*%", text), label
        hours = re.escape(str(total["hours_attended"]).replace(".", ","))
        assert re.search(rf"{hours}\s*(h|س)", text), hours


def written(value: float) -> str:
    """A number as both locales print it, as a pattern."""
    return re.escape(str(value).replace(".", ","))


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_each_figure_opens_a_list_of_that_length(asked: Asked, lang: str) -> None:
    asked.client.speak(lang)
    page = asked.client.page(f"/reports/progress?{asked.query}")
    opened = 0
    for label, (value, _target, link) in tiles(page).items():
        if link is None:
            continue
        behind = asked.client.page(link)
        rows = sum(len(table) for table in tables(behind))
        assert rows == value, f"{label}: {value} on the tile, {rows} rows behind {link}"
        opened += 1
    assert opened == len(HEADLINES) - 1, "every figure but the hours is the length of a list"
