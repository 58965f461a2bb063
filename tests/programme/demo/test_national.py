"""The invented country, written in bulk, holds what the rules would have written one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.people.models import Person
from cohorts.people.rules import identity
from cohorts.reached.queries import census
from cohorts.sessions.models import Attendance, Session, SessionState
from programme.base import chain, cleaning, folding
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.measures import Moment
from programme.base.refusals import Refused
from programme.base.vault import vault
from programme.commands.demo import demo
from programme.demo.national.country import regions
from programme.demo.national.load import load
from programme.demo.national.scale import DAY, Scale
from regions.associations import fields
from regions.associations.models import Association, AssociationWord
from regions.associations.rules import rebuild_words
from tests.client import HouseClient
from tests.conftest import empty_tables
from tests.migrations.test_migrations import differences

SMALL = Scale(registry=1500, cohorts=1, seats=4, places=2, sessions=15, transfers=3, suspicions=1, pairs=1)
COUNTRY, NOW = Scope.country(), Moment(DAY, DAY)


@pytest.fixture(scope="module")
def country(app: Flask) -> Iterator[Flask]:
    with app.app_context(), speaking("fr"):
        load(SMALL)
    yield app
    with app.app_context():
        empty_tables()


@pytest.fixture
def inside(country: Flask) -> Iterator[Flask]:
    with country.app_context(), speaking("fr"):
        yield country
        db.session.rollback()


def number_of(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_smallest_region_has_who_is_to_be_seated(inside: Flask) -> None:
    large = Scale.of(10)
    shared = [sum(p.number for p in region.provinces) for region in regions(large.registry, large.seated)]
    assert sum(shared) == large.registry
    assert (
        min(shared)
        == large.seated
        > min(sum(p.number for p in region.provinces) for region in regions(large.registry))
    )


def test_the_planner_knows_how_full_the_tables_are(inside: Flask) -> None:
    known = {
        "sqlite": "SELECT DISTINCT tbl FROM sqlite_stat1",
        "postgresql": "SELECT relname FROM pg_class WHERE reltuples > 0",
    }
    found = set(db.session.scalars(sa.text(known[db.engine.dialect.name])))
    assert {"attendance", "association_word", "journal_entry", "enrolment", "sitting"} <= found


def test_indexes_and_references_that_were_put_off_are_there(inside: Flask) -> None:
    assert differences() == []


def test_there_is_as_much_as_was_asked_for(inside: Flask) -> None:
    assert number_of(Association) == SMALL.registry
    assert number_of(Cohort) == 12 * (SMALL.cohorts + 1)
    assert number_of(Enrolment) == 12 * (SMALL.cohorts + 1) * SMALL.seats * SMALL.places
    held = 12 * (SMALL.cohorts * SMALL.sessions + 5)  # the running cohort has had five of its sessions
    assert number_of(Attendance) == held * SMALL.seats * SMALL.places


def test_missions_scale_is_the_default() -> None:
    plain = Scale()
    assert 12 * plain.associations == 7_200
    assert 12 * plain.associations * plain.places == 28_800
    assert 12 * plain.cohorts * plain.sessions == 3_600
    assert 12 * plain.cohorts * plain.sessions * plain.seats * plain.places == 432_000
    assert (plain.registry, Scale.of(10).cohorts) == (236_000, 200)


def test_the_chain_holds_and_the_rules_can_go_on(inside: Flask) -> None:
    assert chain.verify(db.session) == []


def test_the_count_finds_both_ways_of_being_reached(inside: Flask) -> None:
    counted = census(COUNTRY, NOW)
    by_cohort, by_transfer = len(counted.reached(kind="N")), len(counted.reached(kind="T"))
    assert 12 <= by_cohort <= 12 * (SMALL.seats - 2)
    assert by_transfer >= 12
    assert counted.pending or len(counted.evidence) == 12 * SMALL.seats
    running = db.session.scalars(sa.select(Session.state).distinct()).all()
    assert set(running) == {SessionState.PLANNED, SessionState.SUBMITTED, SessionState.VALIDATED}


def test_associations_carry_the_keys_that_the_rule_gives(inside: Flask) -> None:
    for one in db.session.scalars(sa.select(Association).order_by(Association.id).limit(40)):
        assert one.sort_key == fields.sort_key_of(one.name_ar)
        assert one.match_key == folding.match_key(one.name_ar)
        typed = {name: getattr(one, name) for name in ("name_ar", "name_fr", "receipt_no", "phone", "email")}
        cleaned = fields.clean(typed)
        assert (cleaned.values, cleaned.raw) == (typed, dict.fromkeys(typed))
    taken = sa.select(Association.province_id, Association.receipt_no)
    assert len(set(db.session.execute(taken).all())) == SMALL.registry


def test_the_words_are_those_of_a_rebuilding(inside: Flask) -> None:
    chosen = sa.select(AssociationWord.association_id, AssociationWord.word)
    before = set(db.session.execute(chosen).all())
    rebuild_words()
    assert set(db.session.execute(chosen).all()) == before


def test_persons_are_sealed_as_the_rule_seals(inside: Flask) -> None:
    chosen = sa.select(Person).where(Person.national_id_sealed.is_not(None)).order_by(Person.id).limit(20)
    for one in db.session.scalars(chosen):
        assert one.national_id_sealed
        card = vault().open(one.national_id_sealed)
        assert one.national_id_hash == vault().keyed_hash(card)
        assert one.national_id_masked == cleaning.mask_national_id(card)
        assert (one.sort_key, one.name_key) == (
            identity.sort_key(one.name_ar),
            identity.name_key(one.name_ar),
        )


def test_it_loads_into_an_empty_database_only(inside: Flask) -> None:
    with pytest.raises(Refused):
        load(SMALL)


def test_pages_open_on_it(inside: Flask) -> None:
    client = inside.test_client()
    assert isinstance(client, HouseClient)
    client.sign_in_as("ministry_officer", language="ar")
    for address in ("/", "/regions/03", "/cohorts", "/cohorts?page=2", "/associations", "/transfers?q=N03"):
        client.page(address)


def test_the_command_takes_a_scale() -> None:
    helped = CliRunner().invoke(demo, ["--help"])
    assert "--national" in helped.output
    assert "--times" in helped.output
