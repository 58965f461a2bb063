"""Answers that hold until the next fact.

A fact is committed together with its entry in the journal (RULES D3), which moves the marks of the regions it
concerns (programme.base.marks), by whichever process: as long as these stand, what was read from the facts reads
the same. Figures and to-dos, which every page shows, are found once and then remembered in the process.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy import event as sa_event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from programme.base import clock, marks
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import language

T = TypeVar("T")
MOST = 1024
"""How many answers a process keeps; the one that was asked for longest ago goes first."""
NOW = float("inf")
_MARKS, _WROTE = "remembered_marks", "remembered_wrote"
_kept: OrderedDict[tuple[Hashable, ...], tuple[Hashable, Any, float]] = OrderedDict()
_named: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()
_passing: OrderedDict[tuple[Hashable, ...], tuple[Any, float]] = OrderedDict()
_lock = threading.Lock()
_turns: dict[Hashable, list[Any]] = {}
"""By question the lock of who finds the answer, and how many hold it or wait for it."""


def remembered(
    key: Hashable,
    find: Callable[[], T],
    regions: Collection[int] | None = None,
    *,
    since: float = NOW,
) -> T:
    """What `find` answered to `key` since anything changed in these regions (None: anywhere), else what it answers now.

    `key` names the question and everything it depends on beside the facts, the day and the reader's language:
    who asks, the scope, the moment. The answer is shared: nobody may change it. A transaction that has itself
    written asks anew.

    `since` (seconds as `time.time` gives them): what was found then or later is good enough whatever changed in
    the meantime, for what is said in passing.
    """
    session = db.session()
    if session.info.get(_WROTE):
        return find()
    whole = (_database(session), clock.today(), language(), key)
    recent = _recalled(whole, None, since) if since < NOW else None
    if recent is not None:
        return recent[0]  # type: ignore[no-any-return]
    version = marks.version(_marks(session), regions, facts_only=False)
    return _known_or(whole, version, find, since)


def lately(key: Hashable, find: Callable[[], T], since: float) -> T:
    """What `find` answered to `key` in this process at `since` (seconds as `time.time` gives them) or later.

    Whatever happened meanwhile: for what changes without an entry in the journal, or may lag. Apart from the
    figures, which no number of such questions crowds out. The day and the language ask anew.
    """
    whole = (_database(db.session()), clock.today(), language(), key)
    with _lock:
        known = _passing.get(whole)
    if known is not None and known[1] >= since:
        return known[0]  # type: ignore[no-any-return]
    begun = time.time()
    answer = find()
    with _lock:
        _passing[whole] = (answer, begun)
        _passing.move_to_end(whole)
        while len(_passing) > MOST:
            _passing.popitem(last=False)
    return answer


def within(scope: Scope) -> frozenset[int] | None:
    """The regions in which alone something changes that this scope sees; None: anywhere."""
    others = scope.agreements or scope.organisations or scope.associations or scope.trainers or scope.persons
    return None if scope.regions is None or others else scope.regions | scope.territory


def counted(
    key: Hashable, regions: Collection[int], find: Callable[[list[int]], dict[int, T]]
) -> dict[int, T]:
    """By region what `find` answered about it since a fact changed there; `find` is asked once for all others.

    As `remembered`, but for answers that depend on nothing but facts and `key`: neither day nor language. What
    `find` says of a region must not depend on which others it is asked about.
    """
    session = db.session()
    if session.info.get(_WROTE):
        return find(sorted(regions))
    found, database = _marks(session), _database(session)
    versions = {one: marks.version(found, (one,), facts_only=True) for one in regions}
    made = _recalled_of(versions, database, key)
    if len(made) == len(versions):
        return made
    with _alone((database, key)):
        made = _recalled_of(versions, database, key)
        missing = sorted(versions.keys() - made.keys())
        for one, answer in (find(missing) if missing else {}).items():
            made[one] = _keep((database, one, key), versions[one], answer)
    return made


def _recalled_of(versions: Mapping[int, Hashable], database: str, key: Hashable) -> dict[int, Any]:
    """By region what is known of those that did not change."""
    known = {one: _recalled((database, one, key), version) for one, version in versions.items()}
    return {one: answer[0] for one, answer in known.items() if answer is not None}


def together(key: Hashable, regions: Collection[int], find: Callable[[], T]) -> T:
    """What `find` made of the answers about several regions, since a fact changed in any of them."""
    session = db.session()
    if session.info.get(_WROTE):
        return find()
    version = marks.version(_marks(session), regions, facts_only=True)
    return _known_or((_database(session), tuple(sorted(regions)), key), version, find)


def settled(key: Hashable, find: Callable[[], T]) -> T:
    """What `find` answered in this process: for reference data, which only `programme init` writes."""
    return _known_or((_database(db.session()), key), None, find)


def forget() -> None:
    """Ask everything anew: for whoever writes beside the sessions of this process."""
    with _lock:
        _kept.clear()
        _passing.clear()


def _known_or(key: tuple[Hashable, ...], version: Hashable, find: Callable[[], T], since: float = NOW) -> T:
    known = _recalled(key, version, since)
    if known is None:
        with _alone(key):
            known = _recalled(key, version, since)
            if known is None:
                begun = time.time()  # what is committed from now on may not be seen
                return _keep(key, version, find(), begun)
    return known[0]  # type: ignore[no-any-return]


@contextmanager
def _alone(key: Hashable) -> Iterator[None]:
    """One thread at a time finds the same answer: four that count the country at once hold it four times.

    A question may ask others, never one that asks it again.
    """
    with _lock:
        turn = _turns.setdefault(key, [threading.RLock(), 0])
        turn[1] += 1
    try:
        with turn[0]:
            yield
    finally:
        with _lock:
            turn[1] -= 1
            if not turn[1]:
                _turns.pop(key, None)


def _recalled(key: tuple[Hashable, ...], version: Hashable, since: float = NOW) -> tuple[Any] | None:
    with _lock:
        known = _kept.get(key)
        if known is None or (known[0] != version and known[2] < since):
            return None
        _kept.move_to_end(key)
        return (known[1],)


def _keep(key: tuple[Hashable, ...], version: Hashable, answer: T, begun: float = 0.0) -> T:
    with _lock:
        _kept[key] = (version, answer, begun)
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return answer


def _database(session: Session) -> str:
    engine = session.get_bind().engine
    if engine not in _named:
        _named[engine] = str(engine.url)  # written out each time it takes longer than to remember
    return _named[engine]


def _marks(session: Session) -> marks.Marks:
    """The marks, read once a transaction."""
    known: marks.Marks | None = session.info.get(_MARKS)
    if known is None:
        known = session.info[_MARKS] = marks.marks(session)
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
    session.info.pop(_MARKS, None)
