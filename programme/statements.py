"""How many statements a request has sent to the database: for its line in the log and for the metrics."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_counted: ContextVar[list[int] | None] = ContextVar("statements", default=None)


def counting() -> None:
    """Begin to count anew, for the request that begins now."""
    _counted.set([0])


def statements() -> int:
    """How many were sent since `counting` in this request; 0 outside of one."""
    box = _counted.get()
    return box[0] if box else 0


@event.listens_for(Engine, "before_cursor_execute")
def _count(_link: Any, _cursor: Any, statement: str, *_: Any) -> None:
    box = _counted.get()
    if box is not None and not statement.startswith("BEGIN"):  # which PostgreSQL's driver sends unseen
        box[0] += 1
