"""Data that served go in time, in one place, with a dry run (law 09-08, article 3)."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from cohorts.enrolment.models import Cohort
from cohorts.people.models import Person
from programme.base import clock, journal
from programme.base.access import Role
from programme.base.accounts import SignInAttempt, WebSession
from programme.base.batches import ImportChange
from programme.base.extensions import db
from programme.base.once import OnceKey
from programme.cli import cli
from programme.commands import context
from programme.config import Settings
from programme.privacy import retention
from programme.privacy.models import PersonalRequest, RequestState
from regions.programmes.models import RegionalProgramme
from tests.client import HouseClient


@pytest.fixture
def old(whole: Person, settings: Settings) -> Person:
    """Things of today, and things of long ago."""
    now = clock.now()
    for age, name in ((0, "new"), (400, "old")):
        at = now - dt.timedelta(days=age)
        db.session.add(SignInAttempt(key=name.ljust(64, "0"), at=at))
        db.session.add(OnceKey(key=name, used_at=at))
        path = settings.instance / "outbox" / f"{name}.eml"
        path.write_bytes(b"To: x@example.ma\n\nBonjour")
        os.utime(path, (at.timestamp(), at.timestamp()))
    db.session.commit()
    return whole


def counted(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_dry_run_says_what_a_run_then_does(old: Person, settings: Settings) -> None:
    due = retention.due()
    assert (due["attempts"], due["once"], due["mails"], due["persons"]) == (1, 1, 1, 0)
    assert (counted(SignInAttempt), counted(OnceKey)) == (2, 2)
    assert retention.apply() == due
    assert (counted(SignInAttempt), counted(OnceKey)) == (1, 1)
    assert (settings.instance / "outbox" / "new.eml").exists()
    assert not (settings.instance / "outbox" / "old.eml").exists()
    assert sum(retention.due().values()) == 0
    entry = db.session.scalars(
        sa.select(journal.JournalEntry).where(journal.JournalEntry.event == retention.EVENT)
    ).one()
    assert ("Essais de connexion", None, 1) in entry.changes


def test_every_rule_lets_go_what_it_counts(old: Person) -> None:
    """In ten years nothing is left of what has a rule, and what was counted went."""
    request = db.session.scalars(sa.select(PersonalRequest)).one()
    request.state, request.decided_at = RequestState.REFUSED, clock.now()
    for group in db.session.scalars(sa.select(Cohort)):
        group.ends_on = dt.date(2024, 7, 31)
    for running in db.session.scalars(sa.select(RegionalProgramme)):
        running.ends_on = dt.date(2024, 12, 31)
    db.session.commit()
    later = clock.now() + dt.timedelta(days=3660)
    due = retention.due(later)
    assert due["persons"] == counted(Person)
    assert due["imports"] == 1
    assert due["requests"] == 1
    assert due["sessions"] == 1
    retention.apply(later)
    db.session.expire_all()
    assert sum(retention.due(later).values()) == 0
    assert all(one.erased_at for one in db.session.scalars(sa.select(Person)))
    assert db.session.scalars(sa.select(ImportChange)).one().before is None
    request = db.session.scalars(sa.select(PersonalRequest)).one()
    assert (request.asker, request.contact, request.state) == (None, None, RequestState.REFUSED)
    assert counted(WebSession) == 0


def test_who_is_still_in_a_programme_is_kept(old: Person) -> None:
    assert retention.due(clock.now() + dt.timedelta(days=36600))["persons"] < counted(Person)


def test_a_restart_of_the_clock_erases_a_bounded_number(old: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "A_NIGHT", 1)
    for group in db.session.scalars(sa.select(Cohort)):
        group.ends_on = dt.date(2024, 7, 31)
    for running in db.session.scalars(sa.select(RegionalProgramme)):
        running.ends_on = dt.date(2024, 12, 31)
    db.session.commit()
    done = retention.apply(clock.now() + dt.timedelta(days=3660))
    assert done["persons"] == 1
    assert sum(one.erased_at is not None for one in db.session.scalars(sa.select(Person))) == 1


def test_the_command_has_a_dry_run(old: Person, house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "create_app", lambda: house)
    db.session.remove()
    dry = CliRunner().invoke(cli, ["retention", "--dry-run"])
    assert "Rien n'a été changé" in dry.output
    assert counted(SignInAttempt) == 2
    db.session.remove()
    assert "Fait" in CliRunner().invoke(cli, ["retention"]).output
    assert counted(SignInAttempt) == 1


def test_the_auditor_reads_the_rules_and_the_last_run(old: Person, client: HouseClient) -> None:
    retention.apply()
    client.sign_in_as(Role.AUDITOR)
    page = client.page("/privacy/retention")
    assert "5 ans" in page
    assert "Durées de conservation appliquées" in page
    client.speak("ar")
    client.page("/privacy/retention")
    client.sign_in_as(Role.TRAINER)
    assert client.get("/privacy/retention").status_code == 403
