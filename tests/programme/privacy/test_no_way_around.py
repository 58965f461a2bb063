"""A full national id is opened in a few known places, each of which journals it or shows it to nobody (RULES D1)."""

from __future__ import annotations

import re

from programme.config import ROOT

KNOWN = {
    "cohorts/people/rules/persons.py": "shown once; journalled as people:person:identify",
    "cohorts/people/rules/identity.py": "input as typed, for the two below and to see whether it changed",
    "programme/privacy/dossier.py": "handed to the person; journalled as an export and as a reading",
    "programme/privacy/rules/erasure.py": "searched for, to be erased; shown to nobody",
    "programme/privacy/rules/parts.py": "a mail that waits, to be dropped",
    "programme/base/mail.py": "a mail, handed to the server",
    "programme/accounts/second_factor.py": "a second factor's secret, shown to its owner",
    "programme/keeping/checks/contents.py": "a sample, to see whether the key fits",
}
OPENING = re.compile(r"vault\(\)\.open\(")


def test_what_is_sealed_is_opened_in_known_places_only() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ("cohorts", "programme", "regions", "partnerships", "reports")
        for path in (ROOT / room).rglob("*.py")
        if OPENING.search(path.read_text("utf-8"))
    }
    assert found == set(KNOWN), "say here how a reading gets into the journal"


def test_no_report_has_a_column_of_full_national_ids() -> None:
    sealed = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "reports").rglob("*.py")
        if "national_id_sealed" in path.read_text("utf-8")
    ]
    assert sealed == []
