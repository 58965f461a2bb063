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
    "accounts.ConfirmForm": "proves who it is; sent twice it proves it twice",
    "accounts.SignInForm": "makes nothing but a session of its own",
    "accounts.CodeForm": "a code is taken once by itself",
    "accounts.ForgottenForm": "a second link is a second mail, throttled",
    "accounts.PasswordForm": "its link is used once",
    "accounts.ChangePasswordForm": "it needs the former password",
    "accounts.RequirementsForm": "the same roles twice are the same roles",
    "exports.AskForm": "asked for twice, one export is prepared",
    "imports.UploadForm": "a preview writes nothing; its import has the draft for a key",
    "accounts.EnrolForm": "a secret is set up once, by the code that it gives",
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
    "programme.accounts.stop_seeing": "what is ended is ended",
    "programme.privacy.erase": "a person is erased once, by the state of the request",
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
    "programme.accounts.confirm": WITHOUT_KEY["accounts.ConfirmForm"],
    "programme.accounts.end_others": "what is ended is ended",
    "programme.accounts.enrol_factor": WITHOUT_KEY["accounts.CodeForm"],
    "programme.accounts.own": WITHOUT_KEY["accounts.ChangePasswordForm"],
    "programme.accounts.renew_codes": "the last codes are those that hold",
    "programme.accounts.requirements": WITHOUT_KEY["accounts.RequirementsForm"],
    "programme.accounts.turn_off_factor": "what is off is off",
    "programme.accounts.end_session": "what is ended is ended",
    "programme.exports.cancel": "what is cancelled is cancelled",
    "programme.exports.retry": "by its state",
    "programme.exports.new": "the same export asked for twice is one",
    "programme.imports.show": WITHOUT_KEY["imports.UploadForm"],
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
    "programme.accounts.see_as": "an account that works with persons is not looked at",
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
    without = {
        f"{kind.__module__.split('.')[-2]}.{kind.__name__}"
        for kind in classes()
        if not issubclass(kind, OnceForm) and kind not in bases()
    }
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


def test_every_form_of_every_page(house: Flask, world: World, clients: dict[Role, HouseClient]) -> None:
    """A stale one shows both versions, one that is sent twice is saved once; no door that writes is forgotten."""
    faults: list[str] = []
    shown: set[str] = set()
    seen = Counter[str]()
    opened = list(pages(house, world, clients))
    for door, path, client, form in opened:  # changes nothing
        shown.add(door.endpoint)
        if form.is_versioned:
            seen[_stale(door, path, client, form, faults)] += 1
    for door, path, client, _form in opened:
        now = main_form(client.get(path).get_data(as_text=True))
        if now is not None:  # an earlier door may have closed this one
            seen[_twice(door, path, client, now, faults)] += 1
    posting = {door.endpoint for door in doors(house) if door.method == "POST"}
    lost = posting - shown - {*INLINE, *ELSEWHERE, *OWN}
    assert not faults, "\n".join(faults)
    assert not lost, f"neither a form with a one-time key nor a reason: {sorted(lost)}"
    assert seen["both"] >= 8, f"too few forms had something to compare: {seen}"
    assert seen["saved once"] >= 30, f"too few forms were taken: {seen}"


def _stale(door: Door, path: str, client: HouseClient, form: Form, faults: list[str]) -> str:
    """Send the form as of another version."""
    sent = form.filled(**GIVEN.get(door.endpoint, {}), version="0", once="")
    answer = client.post(path, data=sent, content_type="multipart/form-data")
    text = answer.get_data(as_text=True)
    again = main_form(text)
    if answer.status_code != 409 or again is None:
        faults.append(f"{door} {path}: {answer.status_code} instead of 409 with the form {refusals(text)}")
    elif again.value("version") != form.value("version"):
        faults.append(f"{door}: the form did not take the stored version")
    else:
        kept = {one.name: one.value.strip() for one in again.controls if one.kind in {"text", "textarea"}}
        lost = [name for name, value in kept.items() if value != str(sent.get(name, "")).strip()]
        if lost:
            faults.append(f"{door}: lost what was typed in {lost}")
        return "both" if 'class="both"' in text else "told"
    return "fault"


def _twice(door: Door, path: str, client: HouseClient, form: Form, faults: list[str]) -> str:
    """Send the form, and send it once more."""
    values = GIVEN.get(door.endpoint, {})
    first = client.post(path, data=form.filled(**values), content_type="multipart/form-data")
    if first.status_code == 422 and (form.is_versioned or door.endpoint in NOT_TAKEN):
        return "refused"  # a rule refuses; that it does not save is other tests' to tell
    if first.status_code != 302 and door.endpoint != "programme.accounts.new":
        said = refusals(first.get_data(as_text=True))
        faults.append(f"not taken: {door} {path}: {first.status_code} {said}")
        return "fault"
    after = rows()
    second = client.post(path, data=form.filled(**values), content_type="multipart/form-data")
    if second.status_code != 302 or (first.location or second.location) != second.location:
        faults.append(f"{door}: sent twice {second.status_code} {second.location} not {first.location}")
    elif rows() != after:
        faults.append(f"{door}: sent twice, saved twice")
    return "saved once"


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
