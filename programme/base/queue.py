"""The queue of jobs: a file in the instance, or Redis where several machines share the work.

Its messages are signed: what was put there by someone else is never read.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from programme.base.database import SAFE_WAL

log = logging.getLogger("programme.jobs")
FILE = "jobs.sqlite3"
NAME = "programme"
PATIENCE = 5.0
"""Seconds that a request waits for the queue; the job is found in the database all the same."""
Do = Callable[[str, int], object]


class Queue:
    """Names and ids that wait to be done. The connection is made at first use, once a process: none is inherited."""

    def __init__(self, folder: Path, redis_url: str, secret: str) -> None:
        self._folder, self._redis_url, self._secret = folder, redis_url, secret
        self._made: tuple[int, Any] | None = None
        self._task: Any = None
        self._do: Do | None = None

    def put(self, name: str, ident: int) -> None:
        """Add one job. Raises what the queue's storage raises where it does not answer."""
        self._huey()
        self._task(name, ident)

    def waiting(self) -> set[tuple[str, int]]:
        """The jobs in the queue that nobody has taken yet."""
        return {(task.args[0], task.args[1]) for task in self._huey().pending() if len(task.args) == 2}

    def empty(self) -> None:
        """Forget what is in the queue: the next round puts in again what waits."""
        self._huey().storage.flush_queue()

    def consumer(self, do: Do, each_minute: Callable[[], object], workers: int) -> Consumer:
        """What takes jobs and does them with `do`, in `workers` threads, until the process is told to end."""
        huey = self._huey()
        self._do = do

        @huey.periodic_task(lambda _now: True, name="each-minute")  # type: ignore[untyped-decorator]
        def minute() -> None:
            each_minute()

        return huey.create_consumer(
            workers=workers, max_delay=1.0, scheduler_interval=5, graceful_signal="TERM", shutdown_timeout=20
        )

    def _huey(self) -> Any:
        if self._made is None or self._made[0] != os.getpid():
            made = self._open()
            self._made = (os.getpid(), made)
            self._task = made.task(name="job")(self._taken)
        return self._made[1]

    def _taken(self, name: str, ident: int) -> None:
        if self._do is not None:
            self._do(name, ident)

    def _open(self) -> Any:
        common: dict[str, Any] = {"results": False, "serializer": SignedSerializer(self._secret, "jobs")}
        if self._redis_url:
            return RedisHuey(NAME, url=_patient(self._redis_url), blocking=False, **common)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / FILE
        mode = "wal" if sqlite3.sqlite_version_info >= SAFE_WAL else "delete"
        options = {"filename": str(path), "journal_mode": mode, "fsync": True, "timeout": PATIENCE}
        try:
            return SqliteHuey(NAME, **options, **common)
        except sqlite3.DatabaseError as broken:
            if isinstance(broken, sqlite3.OperationalError):
                raise
            # Nothing is lost with the file: what waits stands in the database.
            log.warning("the file of the queue is broken; a new one is begun")
            path.replace(path.with_suffix(".broken"))
            return SqliteHuey(NAME, **options, **common)


def _patient(url: str) -> str:
    """The address with how long to wait for an answer, unless it says so itself."""
    if "timeout" in url:
        return url
    limits = f"socket_connect_timeout={PATIENCE}&socket_timeout={PATIENCE}"
    return f"{url}{'&' if '?' in url else '?'}{limits}"
