"""Turns of writers: first come, first served, and nobody waits for ever."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from programme.base import turns
from programme.base.turns import Turns


def test_whoever_came_first_is_next() -> None:
    line, order = Turns(), []
    assert line.take(0)
    threads = []
    for number in range(5):
        one = threading.Thread(target=lambda n=number: (line.take(60), order.append(n), line.give()))
        one.start()
        threads.append(one)
        while len(line._waiting) <= number:
            pass
    line.give()
    for one in threads:
        one.join(60)
    assert order == list(range(5))
    assert line.take(0), "the last one gave the turn back"


def test_whoever_waits_too_long_is_turned_away_and_leaves_the_line() -> None:
    line = Turns()
    assert line.take(0)
    assert not line.take(0.01)
    line.give()
    assert line.take(0)


def test_a_connection_gives_its_turn_back_whatever_becomes_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}")
    with engine.connect() as first:
        first.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        with engine.connect() as second, pytest.raises(OperationalError, match="locked"):
            second.exec_driver_sql("INSERT INTO one VALUES (1)")
        first.commit()
        with engine.connect() as second:
            second.exec_driver_sql("INSERT INTO one VALUES (1)")
            second.invalidate()
        first.exec_driver_sql("INSERT INTO one VALUES (2)")
        first.rollback()
    with pytest.raises(sa.exc.OperationalError, match="nowhere"), engine.begin() as broken:
        broken.exec_driver_sql("INSERT INTO nowhere VALUES (1)")
    with engine.begin() as last:
        last.exec_driver_sql("INSERT INTO one VALUES (3)")
    engine.dispose()
