"""Writers of one process take turns on a SQLite file, in the order in which they came.

SQLite lets those who wait look again every tenth of a second, and whoever looks first after a commit is next: in a
crowd somebody is always late, and is turned away at last. Here only the head of each process's queue looks.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import Pool

PATIENCE = 30.0
"""Seconds that a writer waits for its turn, and for writers of other processes."""
_TURN = "programme_turn"


class Turns:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Event] = deque()

    def take(self, patience: float) -> bool:
        """Wait for one's turn; False where it did not come in time."""
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(patience):
            return True
        with self._mutex:
            if mine.is_set():  # it came at the very end
                return True
            self._waiting.remove(mine)
            return False

    def give(self) -> None:
        """End one's turn."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


_turns: dict[str, Turns] = {}
_mutex = threading.Lock()


def take(connection: sa.Connection) -> None:
    """Wait until this connection may write. Raises OperationalError, as SQLite does, where that takes too long."""
    name = connection.engine.url.database
    if not name or name == ":memory:" or _TURN in connection.info:
        return
    with _mutex:
        turns = _turns.setdefault(name, Turns())
    if not turns.take(PATIENCE):
        raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
    connection.info[_TURN] = turns


def _give(info: dict[Any, Any]) -> None:
    turns: Turns | None = info.pop(_TURN, None)
    if turns is not None:
        turns.give()


@event.listens_for(Engine, "commit")
@event.listens_for(Engine, "rollback")
def _ended(connection: sa.Connection) -> None:
    if not connection.invalidated and _TURN in connection.info:
        _give(connection.info)


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "invalidate")
def _left(_link: Any, record: Any, *_why: Any) -> None:
    """Whatever became of the transaction, nobody waits for a connection that was given back."""
    _give(record.info)
