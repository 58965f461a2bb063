"""Every form of every page is walked: a stale one shows both versions, one that is sent twice is saved once."""

from __future__ import annotations

import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.app import concepts
from programme.base.access import GRANTS, Role
from programme.base.accounts import Account
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.forms import HouseForm, OnceForm
from programme.config import Settings
from tests.access.registry import Door, address, doors
from tests.access.world import World, build
from tests.client import HouseClient
from tests.faults.pages import Form, main_form

WITHOUT_KEY = {
    "ConfirmForm": "proves who it is; sent twice it proves it twice",
    "SignInForm": "makes nothing but a session of its own",
    "CodeForm": "a code is taken once by itself",
    "ForgottenForm": "a second link is a second mail, throttled",
    "PasswordForm": "its link is used once",
    "ChangePasswordForm": "it needs the former password",
    "RequirementsForm": "the same roles twice are the same roles",
    "AskForm": "asked for twice, one export is prepared",
    "UploadForm": "a preview writes nothing; its import has the draft for a key",
}
"""Forms without a one-time key, and why they do not need it."""

INLINE = {
    "cohorts.enrolment.confirm": "a nomination is confirmed once, by its state and version",
    "cohorts.people.decide": "a pair is decided once, its row held",
    "cohorts.people.identify": "reads",
    "cohorts.people.withdraw_consent": "a consent is withdrawn once, its row held",
    "cohorts.sessions.marks": "the same marks twice are the same marks",
    "cohorts.sessions.restore": "by its state, with the version that was read",
    "cohorts.sessions.validate": "by its state, with the version that was read",
    "cohorts.transfer.remove": "a line is removed once",
    "partnerships.agreements.remove_party": "a party is removed once",
    "partnerships.commitments.remove": "a commitment is removed once",
    "programme.accounts.link": "a second link is a second mail; both lead the owner to a password of their own",
    "programme.accounts.reopen": "an account is reopened once, by its state",
    "programme.imports.marked": "reads",
    "programme.imports.run": "the draft's token is its key: tests/programme/test_imports.py",
    "programme.imports.take_back": "a batch is taken back once, its row held",
    "regions.associations.decide": "a suspicion is decided once, its row held",
    "regions.associations.selection": "marks what is to be checked, or leads to a file",
    "regions.associations.settle": "what is checked is checked",
}
"""POST doors without a form of their own, and why a second press does no harm."""

OWN = {
    "programme.accounts.begin_factor": "one factor an account, begun anew",
    "programme.accounts.confirm": WITHOUT_KEY["ConfirmForm"],
    "programme.accounts.end_others": "what is ended is ended",
    "programme.accounts.enrol_factor": WITHOUT_KEY["CodeForm"],
    "programme.accounts.own": WITHOUT_KEY["ChangePasswordForm"],
    "programme.accounts.renew_codes": "the last codes are those that hold",
    "programme.accounts.requirements": WITHOUT_KEY["RequirementsForm"],
    "programme.accounts.turn_off_factor": "what is off is off",
    "programme.accounts.end_session": "what is ended is ended",
    "programme.exports.cancel": "what is cancelled is cancelled",
    "programme.exports.retry": "by its state",
    "programme.exports.new": "the same export asked for twice is one",
    "programme.imports.show": WITHOUT_KEY["UploadForm"],
}
"""Doors whose form needs no key, and why."""

GIVEN: dict[str, dict[str, Any]] = {
    "cohorts.enrolment.new": {"code": "NOUVEAU-1"},
    "cohorts.curriculum.new": {"code": "NOUVEAU-2", "hours": "5"},
    "cohorts.enrolment.substitute": {"on": "2024-01-08"},
    "cohorts.enrolment.withdraw": {"on": "2024-01-08"},
    "cohorts.transfer.add": {"lines-0-name": "فاطمة الزهراء", "lines-0-association": "جمعية جديدة"},
    "cohorts.people.edit": {"national_id": ""},
    "cohorts.transfer.new": {
        "trainer_id": "",
        "lines-0-name": "فاطمة الزهراء",
        "lines-0-association": "جمعية جديدة",
    },
    "partnerships.agreements.new": {"ends_on": "2030-09-08"},
    "partnerships.organisations.new": {
        "name_ar": "مؤسسة الأطلس الجديدة",
        "name_fr": "Fondation Atlas",
        "acronym": "",
    },
    "programme.accounts.edit": {"associations": "", "person": ""},
    "programme.accounts.new": {"associations": "", "person": "", "role": "auditor"},
    "regions.associations.change_mandate": {"from_on": "2024-01-08"},
    "regions.associations.end_mandate": {"until_on": "2024-01-08"},
    "regions.programmes.new": {"region": "12", "ends_on": "2026-09-08"},
    "regions.programmes.set_targets": {"reach_target": "650", "effective_on": "2023-10-08"},
}
"""What must be typed for a form to be taken, where something plausible is not enough."""

NOT_TAKEN = {
    "cohorts.enrolment.substitute": "its cohort was closed by an earlier door",
    "cohorts.people.reopen": "nobody decided on the pair yet",
    "programme.privacy.own": "the request of an earlier door stands",
    "partnerships.agreements.sign": "its agreement is a draft",
}
"""Forms without a version that cannot be taken in this world, and why."""

ELSEWHERE = {
    "cohorts.sessions.attach": "its form stands on the page of the evidence: tests/cohorts/sessions",
    "cohorts.sessions.correct": "its session must be validated: tests/cohorts/sessions",
}
"""Forms with a key whose page the walk does not open."""


@pytest.fixture
def world(house: Flask, settings: Settings) -> World:
    return build(settings.uploads)


@pytest.fixture
def clients(house: Flask, world: World) -> dict[Role, HouseClient]:
    found = {}
    for role, account_id in world.accounts.items():
        made = house.test_client()
        assert isinstance(made, HouseClient)
        made.sign_in(db.session.get_one(Account, account_id))
        found[role] = made
    return found


def classes() -> Iterator[type[HouseForm]]:
    """The forms of all rooms, those of one-letter private bases left out."""
    for concept in concepts():
        try:
            module = importlib.import_module(f"{concept.__name__}.forms")
        except ModuleNotFoundError:
            continue
        for _name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, HouseForm) and kind.__module__ == module.__name__:
                yield kind


def bases() -> set[type]:
    return {base for kind in classes() for base in kind.__mro__[1:]}


def test_every_form_that_writes_has_a_one_time_key() -> None:
    without = {kind.__name__ for kind in classes() if not issubclass(kind, OnceForm) and kind not in bases()}
    assert without <= set(WITHOUT_KEY), f"without a one-time key: {sorted(without - set(WITHOUT_KEY))}"


def pages(
    app: Flask, world: World, clients: dict[Role, HouseClient]
) -> Iterator[tuple[Door, str, HouseClient, Form]]:
    """Each page that has a form with a one-time key, opened by the first role that is shown it."""
    for door in doors(app):
        if door.method != "GET" or "POST" not in (door.rule.methods or ()):
            continue
        path = address(app, door, world)
        for role in Role:
            if door.permission not in GRANTS[role]:
                continue
            try:
                answer = clients[role].get(path)
            except Exception:  # a page that breaks is another test's to tell
                continue
            form = main_form(answer.get_data(as_text=True)) if answer.status_code == 200 else None
            if form is not None:
                yield door, path, clients[role], form
                break


def test_every_door_that_writes_is_known(
    house: Flask, world: World, clients: dict[Role, HouseClient]
) -> None:
    """A POST door has a form with a key on a page of its own, or stands in the list with its reason."""
    shown = {door.endpoint for door, *_rest in pages(house, world, clients)}
    posting = {door.endpoint for door in doors(house) if door.method == "POST"}
    lost = posting - shown - set(INLINE) - set(ELSEWHERE) - set(OWN)
    assert not lost, f"neither a form with a one-time key nor a reason: {sorted(lost)}"


def test_a_stale_form_is_told_and_keeps_what_was_typed(
    house: Flask, world: World, clients: dict[Role, HouseClient]
) -> None:
    faults, seen = [], Counter[str]()
    for door, path, client, form in pages(house, world, clients):
        if "version" not in form.names:
            continue
        before = form.value("version")
        sent = form.filled(**GIVEN.get(door.endpoint, {}), version="0", once="")
        answer = client.post(path, data=sent, content_type="multipart/form-data")
        text = answer.get_data(as_text=True)
        again = main_form(text)
        if answer.status_code != 409 or again is None:
            faults.append(f"{door} {path}: {answer.status_code} instead of 409 with the form")
        elif again.value("version") != before:
            faults.append(f"{door}: the form did not take the stored version")
        else:
            seen["both" if 'class="both"' in text else "told"] += 1
            lost = [
                n
                for n, v in sent.items()
                if isinstance(v, str)
                and v
                and n in again.names
                and n not in {"version", "once"}
                and again.value(n) not in {v, ""}
                and not _same(again.value(n), v)
            ]
            if lost:
                faults.append(f"{door}: lost what was typed in {lost}")
    assert not faults, "\n".join(faults)
    assert seen["both"] >= 8, f"too few forms had something to compare: {seen}"


def _same(shown: str, typed: str) -> bool:
    return shown.strip() == typed.strip()


def refusals(text: str) -> str:
    """What the summary of a refused form says."""
    return re.sub(r"<[^>]+>|\s+", " ", text.partition("data-errors>")[2].partition("</div>")[0])


def rows() -> dict[str, int]:
    """How many rows every table has but those that any request writes."""
    passing = {"once_key", "web_session", "journal_head", "sign_in_attempt"}
    with db.engine.connect() as link:
        return {
            name: link.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
            if name not in passing
        }


def test_a_form_that_is_sent_twice_is_saved_once(
    house: Flask, world: World, clients: dict[Role, HouseClient]
) -> None:
    faults, taken = [], []
    for door, path, client, form in pages(house, world, clients):
        values = GIVEN.get(door.endpoint, {})
        first = client.post(path, data=form.filled(**values), content_type="multipart/form-data")
        if first.status_code == 422 and ("version" in form.names or door.endpoint in NOT_TAKEN):
            continue  # a rule refuses; that it does not save is other tests' to tell
        if first.status_code != 302 and door.endpoint != "programme.accounts.new":
            faults.append(
                f"not taken: {door} {path}: {first.status_code} {refusals(first.get_data(as_text=True))}"
            )
            continue
        after = rows()
        second = client.post(path, data=form.filled(**values), content_type="multipart/form-data")
        taken.append(door.endpoint)
        if second.status_code != 302 or (first.location or second.location) != second.location:
            faults.append(f"{door}: sent twice {second.status_code} {second.location} not {first.location}")
        elif rows() != after:
            faults.append(f"{door}: sent twice, saved twice")
    assert not faults, "\n".join(faults)
    assert len(taken) >= 30, taken
