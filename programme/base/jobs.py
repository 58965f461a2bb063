"""Jobs: work done beside the requests, after the commit of the transaction that asked for it.

The database says what waits; the queue only says it sooner. A job is a name and the id of a record, so that the
queue holds nothing about anybody. Whoever does a job first takes the record by a conditional update: a job that
comes twice finds nothing to take, and one whose worker died is found waiting by the next round.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column, scoped_session

from programme.base import clock
from programme.base.database import Base, Instant, writing
from programme.base.extensions import db
from programme.base.queue import Queue

log = logging.getLogger("programme.jobs")
_ASKED = "jobs_asked"
NIGHT = dt.time(2, 0)
"""When the work of a day is begun, in Rabat; a server that was off then begins it when it is on again."""
Run = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. `run` takes the record itself and may be called twice; `waiting` answers what to do now.

    `failed` counts what was given up, for those who watch over the installation.
    """

    name: str
    run: Run
    waiting: Callable[[], Iterable[int]]
    failed: Callable[[], int]


KINDS: dict[str, Kind] = {}
DAILY: dict[str, Callable[[], object]] = {}
_queue: list[Queue] = []


class DailyRun(Base):
    """That the work called `name` was begun for a day, and how it ended: no day is done twice, none forgotten."""

    __tablename__ = "daily_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    on_day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(Instant)
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    failure: Mapped[str | None] = mapped_column(sa.String(100))
    """The kind of error, never its text: that may quote a record (RULES D1)."""


_stopping = threading.Event()


def stopping(begins: bool = True) -> None:
    """Say that this worker is told to end, so that long jobs give back what they hold."""
    (_stopping.set if begins else _stopping.clear)()


def is_stopping() -> bool:
    """Whether a long job has to give back what it holds, to be begun anew by the next worker."""
    return _stopping.is_set()


def provide(queue: Queue) -> None:
    """Set the queue of this process; `create_app` does."""
    _queue[:] = [queue]


def queue() -> Queue:
    """The queue; IndexError before `create_app`."""
    return _queue[0]


def register(name: str, run: Run, waiting: Callable[[], Iterable[int]], failed: Callable[[], int]) -> None:
    """Add a kind of job. Its functions run inside the application's context, in a transaction of their own."""
    KINDS[name] = Kind(name, run, waiting, failed)


def daily(name: str, function: Callable[[], object]) -> None:
    """Call `function` once a day after `NIGHT`; it commits by itself and may be called again by hand."""
    DAILY[name] = function


def ask(session: Session | Any, name: str, ident: int) -> None:
    """Do the job called `name` on the record `ident` soon after this transaction has committed.

    Raises KeyError where nobody registered the name. Nothing is asked where the transaction rolls back.
    """
    kind = KINDS[name]
    begin(session)
    session.info.setdefault(_ASKED, []).append((kind.name, ident))


def begin(session: Session | Any) -> None:
    """Begin the session's transaction where none is, so that its end, either way, is heard."""
    own: Session = session() if isinstance(session, scoped_session) else session
    if not own.in_transaction():
        own.begin()


@event.listens_for(Session, "after_commit")
def _leave(session: Session) -> None:
    if session.in_nested_transaction():  # SQLAlchemy calls this at the end of a savepoint too
        return
    for name, ident in session.info.pop(_ASKED, []):
        try:
            queue().put(name, ident)
        except Exception as failure:
            # The record waits in the database: a queue that is down makes it later, not lost.
            log.warning("job %s %s waits for the next round: %s", name, ident, type(failure).__name__)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_ASKED, None)


def run(name: str, ident: int) -> bool:
    """Do one job now; False where it failed, which is logged by its kind of error only."""
    token = writing.set(True)
    try:
        KINDS[name].run(ident)
    except Exception as failure:
        log.error("job %s %s failed: %s", name, ident, type(failure).__name__)
        return False
    finally:
        db.session.rollback()
        writing.reset(token)
    return True


def look_round() -> None:
    """Put into the queue what waits and is not in it, then begin the day's work where it is time.

    Once a minute, and when a worker starts: this is what finds the jobs of those that died.
    """
    for kind in list(KINDS.values()):
        known = queue().waiting()
        for ident in _asked(kind):
            if (kind.name, ident) not in known:
                queue().put(kind.name, ident)
    do_daily()


def _asked(kind: Kind) -> list[int]:
    try:
        return list(kind.waiting())
    finally:
        db.session.rollback()


def work_off(most: int = 1000) -> int:
    """Do here, one after the other, what waits now: for commands and tests. How many jobs were done."""
    done = 0
    for kind in list(KINDS.values()):
        for ident in _asked(kind)[: most - done]:
            done += run(kind.name, ident)
    return done


def do_daily(now: dt.datetime | None = None) -> list[str]:
    """Begin the daily work that today has not seen yet, once it is `NIGHT`; the names of what was done."""
    now = (now or clock.now()).astimezone(clock.RABAT)
    if now.time() < NIGHT:
        return []
    return [name for name in list(DAILY) if _begun(name, now.date()) and _done(name, now.date())]


def _begun(name: str, day: dt.date) -> bool:
    """Whether this process is the one that does it: of several, one writes the row."""
    with Session(db.engine) as session:
        if session.get(DailyRun, (name, day)) is not None:
            return False
        session.add(DailyRun(name=name, on_day=day, started_at=clock.now()))
        try:
            session.commit()
        except IntegrityError:
            return False
    return True


def _done(name: str, day: dt.date) -> bool:
    failure = None
    token = writing.set(True)
    try:
        DAILY[name]()
    except Exception as error:
        failure = type(error).__name__
        log.error("daily work %s failed: %s", name, failure)
    finally:
        db.session.rollback()
        writing.reset(token)
    with Session(db.engine) as session:
        session.execute(
            sa.update(DailyRun)
            .where(DailyRun.name == name, DailyRun.on_day == day)
            .values(done_at=clock.now(), failure=failure)
        )
        session.commit()
    return failure is None


def failures() -> dict[str, int]:
    """What was given up, by kind of job; the daily work that failed or never ended within two days too."""
    since = clock.today() - dt.timedelta(days=2)
    ended_badly = sa.or_(
        DailyRun.failure.is_not(None),
        sa.and_(DailyRun.done_at.is_(None), DailyRun.started_at < clock.now() - dt.timedelta(hours=6)),
    )
    chosen = sa.select(sa.func.count()).select_from(DailyRun).where(DailyRun.on_day >= since, ended_badly)
    found = {kind.name: kind.failed() for kind in KINDS.values()}
    return {**found, "daily": db.session.scalar(chosen) or 0}


def counts() -> dict[str, int]:
    """How many jobs of each kind wait to be done now."""
    return {kind.name: len(list(kind.waiting())) for kind in KINDS.values()}
