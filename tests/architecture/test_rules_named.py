"""Every rule that the code cites is told of in docs/rules.md, with files that exist, and some test names it."""

from __future__ import annotations

import re
from pathlib import Path

from programme.config import ROOT

PACKAGES = ("programme", "regions", "cohorts", "partnerships", "reports")
CODE = re.compile(r"\b[ACDP][1-7]\b")
CITED = re.compile(r"RULES ((?:[ACDP][1-7](?:[–,] ?|, | and )?)+)")
ROWS = [line.split("|") for line in (ROOT / "docs" / "rules.md").read_text().splitlines() if "|" in line]
TOLD = {row[1].strip(): row for row in ROWS if CODE.fullmatch(row[1].strip())}


def cited(folder: Path) -> set[str]:
    texts = (path.read_text() for path in folder.rglob("*.py"))
    return {code for text in texts for found in CITED.findall(text) for code in CODE.findall(found)}


def test_what_the_code_cites_is_told() -> None:
    found = set().union(*(cited(ROOT / package) for package in PACKAGES))
    assert found
    assert found <= set(TOLD)


def test_every_rule_that_is_held_is_named_by_a_test() -> None:
    held = {code for code, row in TOLD.items() if row[3].strip()}
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(CODE.findall(tests)) | {code.upper() for code in re.findall(r"_([acdp][1-7])_", tests)}
    assert held - named == set()


def test_the_files_that_it_names_exist() -> None:
    for code, row in TOLD.items():
        for name in re.findall(r"`([\w/]+(?:/|\.py))`", row[3]):
            assert (ROOT / name).exists(), f"{code}: {name}"
