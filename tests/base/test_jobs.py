"""Jobs leave after the commit, wait in the database, and the work of a day is done once."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from programme.base import clock, jobs
from programme.base.extensions import db
from programme.base.jobs import DailyRun
from programme.config import Settings

NIGHT = dt.datetime(2026, 11, 22, 3, 0, tzinfo=clock.RABAT)


@pytest.fixture
def done(house: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A kind of job that says what it did."""
    did: list[int] = []
    monkeypatch.setattr(jobs, "KINDS", {})
    monkeypatch.setattr(jobs, "DAILY", {})
    jobs.register("test", did.append, lambda: [1, 2], lambda: 0)
    jobs.queue().empty()
    yield did
    jobs.queue().empty()


def test_asked_after_the_commit_only(done: list[int]) -> None:
    jobs.ask(db.session, "test", 7)
    assert jobs.queue().waiting() == set()
    db.session.rollback()
    db.session.commit()
    assert jobs.queue().waiting() == set()
    jobs.ask(db.session, "test", 7)
    db.session.execute(db.text("SELECT 1"))
    db.session.commit()
    assert jobs.queue().waiting() == {("test", 7)}


def test_a_name_that_nobody_registered_is_an_error(done: list[int]) -> None:
    with pytest.raises(KeyError):
        jobs.ask(db.session, "no such job", 7)


def test_what_waits_is_put_in_once_and_worked_off(done: list[int]) -> None:
    jobs.look_round()
    jobs.look_round()
    assert jobs.queue().waiting() == {("test", 1), ("test", 2)}
    assert jobs.work_off() == 2
    assert done == [1, 2]
    assert jobs.counts() == {"test": 2}


def test_what_fails_is_logged_by_its_kind_alone(done: list[int], caplog: pytest.LogCaptureFixture) -> None:
    def fails(_ident: int) -> None:
        raise ValueError("زينب AB123456")

    jobs.register("fails", fails, list, lambda: 3)
    with caplog.at_level(logging.ERROR):
        assert not jobs.run("fails", 1)
    assert "ValueError" in caplog.text
    assert "AB123456" not in caplog.text
    assert jobs.failures()["fails"] == 3


def test_a_message_of_another_hand_is_not_read(done: list[int], settings: Settings) -> None:
    from programme.base.queue import Queue

    stranger = Queue(settings.instance, "", "another secret" * 3)
    stranger.put("test", 9)
    assert jobs.queue().waiting() == set()


def test_a_broken_file_is_begun_anew(done: list[int], tmp_path: pytest.TempPathFactory) -> None:
    from pathlib import Path

    from programme.base.queue import FILE, Queue

    folder = Path(str(tmp_path))
    (folder / FILE).write_bytes(b"this is no database at all" * 100)
    queue = Queue(folder, "", "secret" * 6)
    queue.put("test", 1)
    assert queue.waiting() == {("test", 1)}


def test_the_day_is_done_once_after_night(done: list[int]) -> None:
    calls: list[str] = []
    jobs.daily("sweep", lambda: calls.append("sweep"))
    assert jobs.do_daily(NIGHT.replace(hour=1)) == []
    assert jobs.do_daily(NIGHT) == ["sweep"]
    assert jobs.do_daily(NIGHT) == []
    assert jobs.do_daily(NIGHT + dt.timedelta(days=1)) == ["sweep"]
    assert calls == ["sweep", "sweep"]


def test_of_several_workers_one_does_the_day(house: Flask, done: list[int]) -> None:
    calls: list[int] = []
    jobs.daily("sweep", lambda: calls.append(1))
    db.session.rollback()
    start = threading.Barrier(4)

    def one() -> None:
        with house.app_context():
            start.wait()
            jobs.do_daily(NIGHT)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_a_day_that_failed_is_seen(done: list[int]) -> None:
    def fails() -> None:
        raise RuntimeError("AB123456")

    now = clock.now().astimezone(clock.RABAT).replace(hour=12)
    jobs.daily("fails", fails)
    assert jobs.do_daily(now) == []
    one = db.session.get_one(DailyRun, ("fails", now.date()))
    assert one.failure == "RuntimeError"
    assert jobs.failures()["daily"] == 1
