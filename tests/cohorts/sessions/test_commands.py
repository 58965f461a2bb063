"""`programme sessions submit` and `programme sessions validate` (WORKBOOKS.md)."""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from cohorts.sessions import rules
from cohorts.sessions.models import Session
from programme.base.access import Actor, Role
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.commands import context
from programme.commands.sessions import sessions
from tests.factories.cohorts import SYSTEM, cohort, enrolment, seat
from tests.factories.sessions import PRESENT, fill, officer, plan, session_of


@pytest.fixture
def run(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command on the test's database; answers click's result."""
    monkeypatch.setattr(context, "create_app", lambda: house)

    def go(*words: str) -> Any:
        db.session.commit()
        result = CliRunner().invoke(sessions, words)
        db.session.expire_all()
        return result

    return go


def email(actor: Actor) -> str:
    return db.session.get_one(Account, actor.account_id).email


def states() -> list[str]:
    return [one.state.value for one in db.session.query(Session).order_by(Session.code)]


def test_sessions_of_a_cohort_are_submitted_and_validated_by_another(run: Any) -> None:
    group = cohort("FM-1")
    place = seat(group)
    one, _other = enrolment(place), enrolment(place)
    clerk, judge = officer(Role.MINISTRY_OFFICER), officer(Role.MINISTRY_OFFICER)
    whole, _empty = session_of(group, code="A"), session_of(group, plan(half="pm"), code="B")
    fill(whole, [one])
    result = run("submit", "--cohort", "FM-1", "--as", email(clerk))
    assert result.exit_code == 0
    assert "A : soumise, 1 présence non saisie" in result.output
    assert "B : aucune présence saisie" in result.output
    assert states() == ["submitted", "planned"]
    refused = run("validate", "A", "--as", email(clerk))
    assert refused.exit_code == 1
    assert "une autre personne" in refused.output
    assert run("validate", "--cohort", "FM-1", "--as", email(judge)).exit_code == 0
    assert states() == ["validated", "planned"]


def test_commands_are_all_or_nothing_and_say_why(run: Any) -> None:
    group = cohort("FM-1")
    one = enrolment(seat(group))
    for code, half in (("A", "am"), ("B", "pm")):
        fill(session_of(group, plan(half=half), code=code), [one], PRESENT)
    clerk = officer()
    unknown = run("submit", "A", "ZZ", "--as", email(clerk))
    assert (unknown.exit_code, "ZZ" in unknown.output) == (1, True)
    assert states() == ["planned", "planned"]
    rules.submit(SYSTEM, db.session.query(Session).filter_by(code="B").one())
    again = run("submit", "A", "B", "--as", email(clerk))
    assert again.exit_code == 1
    assert states() == ["planned", "submitted"]
    assert run("submit", "--cohort", "ZZ").exit_code == 1
    assert run("submit").exit_code == 2
    assert run("validate", "A").exit_code == 2
    assert isinstance(sessions, click.Group)
