"""Loading the territory and reading it back inside a scope."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.base.access import Scope
from programme.base.extensions import db
from programme.reference.territory import read_territory
from regions.geography import queries
from regions.geography.models import Commune, CommuneKind, Province, ProvinceKind, Region
from regions.geography.rules import load_territory
from regions.geography.territory import Territory

COUNTRY = Scope.country()


@pytest.fixture(scope="module")
def _loaded() -> Iterator[None]:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    with app.app_context():
        for table in (Region, Province, Commune):
            table.__table__.create(db.engine)  # type: ignore[attr-defined]
        load_territory(db.session(), read_territory())
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


pytestmark = pytest.mark.usefixtures("_loaded")


def _count(table: type[Region | Province | Commune]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_everything_is_stored_and_loading_again_changes_nothing() -> None:
    assert (_count(Region), _count(Province), _count(Commune)) == (12, 75, 1503 + 41)
    assert sum(queries.count_communes(COUNTRY).values()) == 1503
    assert load_territory(db.session(), read_territory()) == 0


def test_a_changed_row_is_updated_in_place_and_a_missing_one_kept() -> None:
    row = next(row for row in read_territory().provinces if row.code == "03.561")
    before = queries.get_province(COUNTRY, "03.561")
    assert before is not None
    number = before.id
    region = read_territory().regions[2]
    changed = dataclasses.replace(row, name_fr="Taza (ville)", kind="prefecture")
    try:
        assert load_territory(db.session(), Territory((region,), (changed,), (), ())) == 1
        after = queries.get_province(COUNTRY, "03.561")
        assert after is not None
        assert (after.id, after.name_fr, after.kind) == (number, "Taza (ville)", ProvinceKind.PREFECTURE)
        assert _count(Province) == 75
    finally:
        db.session.rollback()


def test_reads_of_the_country() -> None:
    assert [region.code for region in queries.regions(COUNTRY)] == [f"{n:02}" for n in range(1, 13)]
    region = queries.get_region(COUNTRY, "03")
    assert region is not None
    assert region.name.ar == "فاس-مكناس"
    assert len(queries.provinces(COUNTRY)) == 75
    assert len(queries.provinces_of(COUNTRY, region)) == 9
    assert queries.get_region(COUNTRY, "99") is None


def test_communes_leave_arrondissements_out_unless_asked() -> None:
    fes = queries.get_province(COUNTRY, "03.231")
    assert fes is not None
    communes = queries.communes_of(COUNTRY, fes)
    assert len(communes) == 5
    assert [commune.name_fr for commune in communes] == sorted(commune.name_fr for commune in communes)
    assert len(queries.communes_of(COUNTRY, fes, arrondissements=True)) == 11
    agdal = queries.get_commune(COUNTRY, "03.231.01.01")
    assert agdal is not None
    assert agdal.kind is CommuneKind.ARRONDISSEMENT
    assert agdal.province is fes


def test_another_region_is_out_of_reach() -> None:
    home = queries.get_region(COUNTRY, "03")
    other = queries.get_region(COUNTRY, "06")
    assert home is not None
    assert other is not None
    province = queries.provinces_of(COUNTRY, other)[0]
    for scope in (Scope(regions=frozenset({home.id})), Scope(territory=frozenset({home.id}))):
        assert list(queries.regions(scope)) == [home]
        assert queries.get_region(scope, "06") is None
        assert queries.provinces_of(scope, other) == []
        assert len(queries.provinces(scope)) == 9
        assert queries.get_province(scope, "06.141") is None
        assert queries.communes_of(scope, province) == []
        assert queries.get_commune(scope, "06.141.01.0") is None
        assert sum(queries.count_communes(scope).values()) == 194
    assert queries.regions(Scope()) == []
