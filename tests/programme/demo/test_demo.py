"""The demonstration: real facts, invented people, every state, all of it entered through the rules."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from cohorts.enrolment.models import Cohort, CohortState, Enrolment, EnrolmentState, Seat
from cohorts.people.models import Person
from cohorts.reached.queries import Census, census
from cohorts.sessions.models import Attendance as Mark
from cohorts.sessions.models import AttendanceStatus, Session, SessionKind, SessionState, Sitting
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from partnerships.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    CommitmentState,
)
from partnerships.agreements.queries import agreement_by_reference
from partnerships.agreements.rules import checks_for_force
from partnerships.commitments.queries import commitments
from partnerships.commitments.standing import standings
from programme.accounts import passwords, queries
from programme.base import chain, clock, journal
from programme.base.access import Role, Scope
from programme.base.carriage import carriage_of
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.measures import Moment
from programme.base.refusals import Refused
from programme.commands import context
from programme.commands.demo import demo
from programme.config import Settings
from programme.demo import load
from programme.demo.accounts import PASSWORD, SIGN_INS, printed
from programme.demo.agreements import AMSED_BILATERAL, ENNAKHIL_BILATERAL, KAS_FRAMEWORK, TRIPARTITE
from programme.demo.inventing import Inventor, shared_out
from programme.demo.queries import provinces_in, region_ids
from regions.associations.models import Association, AssociationSuspicion, SuspicionState
from regions.programmes.models import ProgrammeState, RegionalProgramme
from regions.programmes.queries import is_demonstration
from tests.client import HouseClient
from tests.conftest import empty_tables

COUNTRY = Scope.country()
JULY, JANUARY = dt.date(2025, 7, 31), dt.date(2026, 1, 21)


@pytest.fixture(scope="module")
def loaded(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application with the demonstration in its database."""
    try:
        with app.app_context(), speaking("fr"):
            load.load(settings.uploads)
        yield app
    finally:
        with app.app_context():
            empty_tables()


@pytest.fixture
def inside(loaded: Flask) -> Iterator[Flask]:
    with loaded.app_context(), speaking("fr"):
        yield loaded
        db.session.rollback()


def _count(region: str, as_at: dt.date, known_on: dt.date | None = None) -> Census:
    return census(COUNTRY, Moment(as_at, known_on or clock.today()), region_ids()[region])


def _states(column: Any) -> set[Any]:
    return set(db.session.scalars(sa.select(column).distinct()))


@pytest.mark.slow
@pytest.mark.parametrize(("as_at", "reached"), [(JULY, 350), (JANUARY, 359), (dt.date(2026, 11, 1), 359)])
@pytest.mark.parametrize("is_known_then", [True, False])
def test_the_published_figures_hold(inside: Flask, as_at: dt.date, reached: int, is_known_then: bool) -> None:
    found = _count("03", as_at, as_at if is_known_then else None)

    assert len(found.evidence) == reached
    assert found.range_of() == (reached, reached)
    assert len(found.reached(kind="N")) == 29
    assert len(found.reached(kind="T")) == reached - 29


@pytest.mark.slow
def test_the_cohort_is_the_one_of_september_2023(inside: Flask) -> None:
    cohort = db.session.scalars(sa.select(Cohort).where(Cohort.code == "FM-1")).one()
    seats = db.session.scalars(sa.select(Seat).where(Seat.cohort_id == cohort.id).order_by(Seat.number)).all()
    active = db.session.scalar(
        sa.select(sa.func.count(Enrolment.id)).where(
            Enrolment.cohort_id == cohort.id, Enrolment.state == EnrolmentState.CONFIRMED
        )
    )
    days = db.session.scalars(
        sa.select(Sitting.on_date).join(Session).where(Session.code == "FM1-S1").order_by(Sitting.on_date)
    ).all()

    assert len(seats) == 31
    assert cohort.seats_target == 30
    assert [seat.number for seat in seats if seat.reason] == [31]
    assert active == 124
    assert (days[0], days[-1]) == (dt.date(2023, 9, 8), dt.date(2023, 9, 10))
    assert len(_count("03", JANUARY).completions) == 112
    assert sum(module.minutes for module in cohort.modules) == 84 * 60


@pytest.mark.slow
def test_more_than_1300_actors_and_all_nine_provinces(inside: Flask) -> None:
    trained = sa.select(Enrolment.person_id).join(Cohort).where(Cohort.code == "FM-1")
    given = (
        sa.select(TransferParticipation.person_id)
        .join(TransferActivity)
        .where(
            TransferActivity.state == TransferState.VALIDATED,
            TransferParticipation.on_date <= JANUARY,
        )
    )
    actors = set(db.session.scalars(trained)) | set(db.session.scalars(given))
    provinces = {one.province_id for one in _count("03", JANUARY).evidence}

    assert len(actors) > 1300
    assert provinces == {ident for ident, _people in provinces_in("03").values()}


@pytest.mark.slow
def test_the_second_region_shows_its_range(inside: Flask) -> None:
    found = _count("07", JANUARY)
    assert found.range_of() == (2, 3)
    assert len(found.evidence) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "states"),
    [
        (RegionalProgramme.state, ProgrammeState),
        (Agreement.state, AgreementState),
        (Agreement.kind, AgreementKind),
        (Cohort.state, CohortState),
        (Session.state, SessionState),
        (Session.kind, SessionKind),
        (Mark.status, AttendanceStatus),
        (Enrolment.state, EnrolmentState),
        (TransferActivity.state, TransferState),
    ],
)
def test_every_state_of_every_state_machine_is_there(
    inside: Flask, column: Any, states: type[StrEnum]
) -> None:
    assert _states(column) == set(states)


@pytest.mark.slow
def test_commitments_stand_in_every_state(inside: Flask) -> None:
    found = commitments(COUNTRY, recorded_by=clock.now())
    assert {
        one.state for one in standings(found, Moment(dt.date(2026, 11, 1), clock.today())).values()
    } == set(CommitmentState)


@pytest.mark.slow
def test_agreements_of_the_sources_name_their_signatories(inside: Flask) -> None:
    tripartite = agreement_by_reference(COUNTRY, TRIPARTITE)
    bilateral = agreement_by_reference(COUNTRY, AMSED_BILATERAL)
    assert tripartite is not None
    assert bilateral is not None

    assert [str(party.signatory).split(" (")[0] for party in tripartite.parties] == [
        "مصطفى بايتاس",
        "السعيد زنيبر",
        "يونس الرفيق",
    ]
    assert [str(party.signatory).split(" (")[0] for party in bilateral.parties] == [
        "مصطفى بايتاس",
        "امبارك موغلي",
    ]
    for agreement in (tripartite, bilateral):
        assert {party.signed_on for party in agreement.parties} == {dt.date(2023, 6, 14)}
        assert agreement.state is AgreementState.IN_FORCE


@pytest.mark.slow
@pytest.mark.parametrize("reference", [KAS_FRAMEWORK, ENNAKHIL_BILATERAL])
def test_without_a_named_signatory_an_agreement_stays_short_of_force(inside: Flask, reference: str) -> None:
    agreement = agreement_by_reference(COUNTRY, reference)
    assert agreement is not None
    assert agreement.state is AgreementState.APPROVED
    assert {check.name for check in checks_for_force(agreement) if not check.holds} == {
        "signatory",
        "capacity",
        "signed_on",
    }


@pytest.mark.slow
def test_what_no_agreement_carries_is_only_planned_and_says_why(inside: Flask) -> None:
    carried = carriage_of(ENNAKHIL_BILATERAL)
    planned = db.session.scalars(sa.select(Session).join(Cohort).where(Cohort.code == "MS-1")).all()

    assert carried is not None
    assert carried.starts_on is None
    assert planned
    assert all(one.state is SessionState.PLANNED and one.override_reason for one in planned)


@pytest.mark.slow
@pytest.mark.parametrize(
    "table",
    [Association, Person, RegionalProgramme, Cohort, Seat, Enrolment, Session, TransferActivity, Agreement],
)
def test_every_record_came_through_a_rule(inside: Flask, table: type[Base]) -> None:
    """A rule journals what it makes: no record stands without its entry."""
    known = db.session.scalars(
        sa.select(journal.JournalEntry.subject_id).where(
            journal.JournalEntry.subject_type == table.__tablename__
        )
    )
    assert set(db.session.scalars(sa.select(table.__table__.c.id))) <= set(known)


@pytest.mark.slow
def test_the_journal_is_sound(inside: Flask) -> None:
    assert chain.verify(db.session) == []


@pytest.mark.slow
def test_who_validated_is_not_who_entered(inside: Flask) -> None:
    for table, entered in (
        (Session, Session.entered_by_id),
        (TransferActivity, TransferActivity.entered_by_id),
    ):
        same = sa.select(table.id).where(table.validated_by_id == entered)
        assert db.session.scalars(same).all() == []


@pytest.mark.slow
def test_awkward_records_are_among_them(inside: Flask) -> None:
    names = list(db.session.scalars(sa.select(Association.name_ar)))
    persons = db.session.execute(sa.select(Person.sex, Person.phone, Person.national_id_hash)).all()

    assert max(map(len, names)) > 150
    assert {"جمعية الوفاء 1", "جمعية الوفاء 2", "Association Tifawine d'Oudka"} <= set(names)
    assert _states(AssociationSuspicion.state) >= {SuspicionState.OPEN, SuspicionState.DISTINCT}
    assert all(any(row[index] is None for row in persons) for index in range(3))
    assert db.session.scalars(sa.select(Person.id).where(Person.is_national_id_odd)).all()
    assert db.session.scalars(sa.select(Association.id).where(Association.odd.is_not(None))).all()
    assert db.session.scalars(sa.select(Association.id).where(Association.name_fr.is_(None))).all()


@pytest.mark.slow
def test_everyone_can_sign_in_with_the_printed_password(inside: Flask) -> None:
    assert {one.role for one in SIGN_INS} == set(Role)
    lines = printed("http://127.0.0.1:8000")
    for one in SIGN_INS:
        account = queries.account_by_email(one.email)
        assert account is not None
        assert account.role is one.role
        assert passwords.matches(PASSWORD, account.password_hash)
        assert any(one.email in line and PASSWORD in line for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "word"), [("fr", "émonstration"), ("ar", "عرض")])
def test_every_page_says_that_it_is_a_demonstration(inside: Flask, language: str, word: str) -> None:
    assert is_demonstration()
    account = queries.account_by_email("ministere@example.ma")
    assert account is not None
    client = inside.test_client()
    assert isinstance(client, HouseClient)
    client.sign_in(account, language)
    assert word in client.page("/rights").split("<main", 1)[0]


@pytest.fixture
def as_command(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands on this database; a command is a process of its own, so nothing here may hold it."""
    monkeypatch.setattr(context, "create_app", lambda: inside)
    db.session.rollback()
    return CliRunner()


@pytest.mark.slow
def test_a_second_load_is_refused_with_a_sentence(as_command: CliRunner, settings: Settings) -> None:
    again = as_command.invoke(demo, [])
    assert again.exit_code == 1
    assert "contient déjà des données" in again.output
    assert "Chargement" not in again.output
    with pytest.raises(Refused, match="contient déjà des données"):
        load.load(settings.uploads)


@pytest.mark.slow
def test_if_empty_loads_nothing_and_tells_the_sign_ins_again(as_command: CliRunner) -> None:
    told = as_command.invoke(demo, ["--if-empty"])
    assert told.exit_code == 0
    assert told.output.splitlines()[1:] == printed("")[1:]


@pytest.mark.slow
def test_if_empty_is_silent_where_the_data_are_no_demonstration(
    as_command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regions.programmes.queries.is_demonstration", lambda: False)
    silent = as_command.invoke(demo, ["--if-empty"])
    assert (silent.exit_code, silent.output) == (0, "")


def test_the_same_people_are_invented_at_every_run() -> None:
    places = [("فاس", "Fès", 1), ("صفرو", "Sefrou", 2)]
    first, second = Inventor(), Inventor()
    assert [first.association("03.231", places) for _one in range(120)] == [
        second.association("03.231", places) for _one in range(120)
    ]
    assert [first.person() for _one in range(50)] == [second.person() for _one in range(50)]


def test_names_are_not_given_twice_in_a_province() -> None:
    inventor = Inventor()
    names = [inventor.association("03.231", [("فاس", "Fès", 1)])["name_ar"] for _one in range(400)]
    assert len(set(names)) == len(names)


def test_shares_add_up() -> None:
    assert shared_out(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert shared_out(0, {"a": 5}) == {"a": 0}


def test_nothing_is_written_past_the_rules() -> None:
    """Only `dating.py` writes, and only instants: it says why."""
    folder = Path(load.__file__).parent
    writing = {
        (path.name, node.attr)
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"add_all", "insert", "update", "merge", "delete"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"sa", "session"}
    }
    assert writing == {("dating.py", "update")}
