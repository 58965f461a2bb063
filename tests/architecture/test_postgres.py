"""The server the suite runs on is a real PostgreSQL, and each worker's database is its own."""

from __future__ import annotations

import sqlalchemy as sa

from tests.postgres import postgres_url


def _answer(url: str, *statements: str) -> object:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as link:
        for statement in statements[:-1]:
            link.execute(sa.text(statement))
        found: object = link.execute(sa.text(statements[-1])).scalar_one()
    engine.dispose()
    return found


def test_workers_do_not_see_each_other() -> None:
    first, second = postgres_url("proof_a"), postgres_url("proof_b")
    seen = _answer(first, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (1)", "SELECT count(*) FROM t")
    assert seen == 1
    assert _answer(second, "SELECT to_regclass('t') IS NULL") is True
    assert str(_answer(first, "SHOW server_version_num")) >= "150000"


def test_asking_again_gives_an_empty_database() -> None:
    url = postgres_url("proof_again")
    _answer(url, "CREATE TABLE t (n integer)", "SELECT 1")
    assert postgres_url("proof_again") == url
    assert _answer(url, "SELECT to_regclass('t') IS NULL") is True
