"""Every rule that changes something leaves an entry: read from the code, and seen in a sample (RULES D3)."""

from __future__ import annotations

import ast
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from cohorts.curriculum import rules as curriculum
from cohorts.enrolment import rules as enrolment
from cohorts.people import rules as people
from cohorts.sessions import rules as sessions
from cohorts.transfer import rules as transfer
from cohorts.transfer.rules import Participant
from partnerships.agreements import rules as agreements
from partnerships.organisations.rules import register_organisation
from programme.base import chain
from programme.base.access import Actor, Role
from programme.base.extensions import db
from programme.config import ROOT
from regions.associations import rules as associations
from regions.programmes import rules as programmes
from tests.factories.associations import association
from tests.factories.cohorts import cohort, seat
from tests.factories.partnerships import agreement
from tests.factories.people import person
from tests.factories.programmes import regional_programme
from tests.factories.sessions import PRESENT, officer, plan, session_of

PACKAGES = ("programme", "regions", "cohorts", "partnerships")
ASKING = {
    "may_edit": "asks",
    "may_edit_all": "asks",
    "moves_for": "asks",
    "is_stranger": "asks",
    "check_sitting": "asks",
    "mask_journal": "redacts entries by `redacting.redact`, which adds the one that says so",
}
"""Functions of rules that take an actor and leave no entry of their own, and why."""


def rule_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("rules.py")
        yield from (ROOT / package).rglob("rules/*.py")


def called(function: ast.FunctionDef) -> set[str]:
    """Names of what a function calls; `journal.record` whole, as other things are called a record too."""
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            found.add(node.func.id)
        elif isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_journal = isinstance(owner, ast.Name) and owner.id == "journal"
            found.add(f"journal.{node.func.attr}" if is_journal else node.func.attr)
    return found


def functions() -> dict[str, list[tuple[Path, ast.FunctionDef]]]:
    """Every function and method of the rules by its name."""
    found: dict[str, list[tuple[Path, ast.FunctionDef]]] = defaultdict(list)
    for path in rule_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                found[node.name].append((path, node))
    return found


def test_every_rule_reaches_the_journal() -> None:
    """By name, through whatever it calls: a public function that takes an actor notes what it did."""
    known = functions()
    noting = {"journal.record"}
    while True:
        more = {name for name, some in known.items() if any(called(node) & noting for _path, node in some)}
        if more <= noting:
            break
        noting |= more
    assert set(ASKING) <= set(known) - noting, "ASKING names functions that note, or that are gone"
    silent = [
        f"{path.relative_to(ROOT)}: {name}"
        for name, some in sorted(known.items())
        for path, node in some
        if not name.startswith("_") and node.args.args and node.args.args[0].arg == "actor"
        if name not in noting and name not in ASKING
    ]
    assert not silent, (
        f"these rules take an actor and never reach journal.record: {'; '.join(silent)}. Record what they change, "
        "or say in ASKING why they need not."
    )
    assert len([name for name in noting if name in known]) > 60, (
        "the search found too little to prove anything"
    )


def entries(do: Callable[[], Any]) -> tuple[Any, int]:
    """What a call answers, and how many entries it added."""
    before = len(db.session.info.get("journal_pending", []))
    answer = do()
    db.session.flush()
    return answer, len(db.session.info.get("journal_pending", [])) - before


def test_a_sample_of_a_programmes_life_is_noted(house: Flask) -> None:
    """Calls that write, in the order of life; each leaves at least one entry, and the chain is sound."""
    clerk, judge = officer(Role.MINISTRY_OFFICER), officer(Role.MINISTRY_OFFICER)
    day = dt.date(2023, 9, 8)
    running = regional_programme()
    made = cohort()
    seated = seat(made)
    club, other = association(), association()
    one, two = person(), person()
    text = agreement()
    planned = session_of(made, plan(), actor=clerk)
    found: dict[str, Any] = {}

    def step(name: str, do: Callable[[], Any]) -> None:
        found[name], added = entries(do)
        assert added > 0, f"{name} wrote and left no entry"

    step("targets", lambda: programmes.set_targets(
        clerk, running, effective_on=day, set_by="A", reason="r", reach_target=700))  # fmt: skip
    step("module", lambda: curriculum.add_module(clerk, code="ZZ", title_ar="و", title_fr="m", minutes=60))
    step("association", lambda: associations.edit_association(clerk, club, name_ar="جمعية أخرى"))
    step("seat", lambda: enrolment.give_seat(clerk, made, club, granted_on=day))
    step("enrol", lambda: enrolment.enrol(clerk, seated, one, enrolled_on=day))
    step("mark", lambda: sessions.mark(
        clerk, planned, {(planned.sittings[0].id, found["enrol"].id): PRESENT}))  # fmt: skip
    step("submit", lambda: sessions.submit(clerk, planned))
    step("return", lambda: sessions.return_(judge, planned, "ناقص"))
    step("submit again", lambda: sessions.submit(clerk, planned))
    step("validate", lambda: sessions.validate(judge, planned))
    step("substitute", lambda: enrolment.substitute(
        clerk, found["enrol"], two, on=day + dt.timedelta(days=3), reason="سفر"))  # fmt: skip
    step("edit person", lambda: people.edit_person(clerk, one, phone="0612345678"))
    step("identify", lambda: people.full_national_id(judge, one))
    guests = [Participant(f"مشارك {n}", day, 360, association=other) for n in ("أ", "ب")]
    step("enter", lambda: transfer.enter(clerk, host=club, code="T-1", participants=guests))
    step("submit transfer", lambda: transfer.submit(clerk, found["enter"]))
    step("validate transfer", lambda: transfer.validate(judge, found["enter"]))
    step("reopen transfer", lambda: transfer.reopen(judge, found["enter"], "خطأ"))
    step("organisation", lambda: register_organisation(clerk, name_ar="هيأة جديدة"))
    step("party", lambda: agreements.add_party(clerk, text, found["organisation"], role="host"))
    step("negotiate", lambda: agreements.move(clerk, text, "negotiate"))
    step("approve", lambda: agreements.move(clerk, text, "approve"))
    step("sign", lambda: agreements.sign(
        clerk, text.parties[0], signatory="س", capacity="ق", signed_on=day))  # fmt: skip
    db.session.commit()
    assert chain.verify(db.session) == []


def test_what_changes_nothing_is_not_noted(house: Flask) -> None:
    """Saving a form unchanged writes no entry: the history tells changes, not clicks."""
    clerk: Actor = officer()
    club, one = association(), person()
    for do in (
        lambda: associations.edit_association(clerk, club, name_ar=club.name_ar),
        lambda: people.edit_person(clerk, one, name_ar=one.name_ar),
    ):
        assert entries(do)[1] == 0
