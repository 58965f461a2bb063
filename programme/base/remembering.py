"""Answers that hold until the next fact.

A fact is committed together with its entry in the journal (RULES D3), by whichever process: as long as the
chain has the same head, what was read from the facts reads the same. Figures and to-dos, which every page
shows, are found once a head and then remembered in the process.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from programme.base import clock
from programme.base.extensions import db
from programme.base.journal import JournalHead
from programme.base.language import language

T = TypeVar("T")
MOST = 512
"""How many answers a process keeps; the one that was asked for longest ago goes first."""
_HEAD, _WROTE = "remembered_head", "remembered_wrote"
_kept: OrderedDict[tuple[Hashable, ...], Any] = OrderedDict()
_lock = threading.Lock()


def remembered(key: Hashable, find: Callable[[], T]) -> T:
    """What `find` answered to `key` since the last fact, else what it answers now.

    `key` names the question and everything it depends on beside the facts, the day and the reader's language:
    who asks, the scope, the moment. The answer is shared: nobody may change it. A transaction that has itself
    written asks anew.
    """
    session = db.session()
    if session.info.get(_WROTE):
        return find()
    head = _head(session)
    whole = (head, clock.today(), language(), key)
    with _lock:
        if whole in _kept:
            _kept.move_to_end(whole)
            return _kept[whole]  # type: ignore[no-any-return]
    found = find()
    with _lock:
        if _kept and next(iter(_kept))[0] != head:
            _kept.clear()  # nobody asks at an earlier head again, but for requests that are just ending
        _kept[whole] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Ask everything anew: for whoever writes beside the sessions of this process."""
    with _lock:
        _kept.clear()


def _head(session: Session) -> tuple[str, str | None]:
    """The database and the head of its chain, read once a transaction."""
    known: tuple[str, str | None] | None = session.info.get(_HEAD)
    if known is None:
        digest = session.scalar(sa.select(JournalHead.digest).where(JournalHead.id == 1))
        known = session.info[_HEAD] = (str(session.get_bind().engine.url), digest)
    return known


@sa_event.listens_for(Session, "after_flush")
def _flushed(session: Session, _flush: UOWTransaction) -> None:
    session.info[_WROTE] = True


@sa_event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if not state.is_select:
        state.session.info[_WROTE] = True


@sa_event.listens_for(Session, "after_commit")
@sa_event.listens_for(Session, "after_rollback")
def _ended(session: Session) -> None:
    if session.in_nested_transaction():  # SQLAlchemy calls this at the end of a savepoint too
        return
    session.info.pop(_WROTE, None)
    session.info.pop(_HEAD, None)
