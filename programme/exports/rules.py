"""Asking for an export, making it, and what becomes of it. Every step is one conditional update.

Whoever makes an export holds the number of its attempt: where another took it since, or its owner cancelled it,
nothing that is said under the old number counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base import clock, jobs, journal
from programme.base.access import Actor, Permission, Scope, acting
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import format_number, language
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import checked_move
from programme.exports import queries
from programme.exports.kept_scope import scope_text
from programme.exports.models import ATTEMPTS, LASTS, LEASE, LONGEST_WISH, MOVES, ExportState, PreparedExport
from reports.weighing import is_too_long

JOB = "export"
MOST = 5
"""Exports that one account may have under way."""
FETCHED = "export:fetched"

journal.declare({FETCHED: _l("Export téléchargé"), "export:cancelled": _l("Export annulé")})


def canonical(parameters: Mapping[str, str]) -> str:
    """Filters as one text that is the same for the same wish."""
    return json.dumps(dict(sorted(parameters.items())), ensure_ascii=False)


def _key(account_id: int, report: str, kind: str, parameters: str, spoken: str) -> str:
    return hashlib.sha256(json.dumps([account_id, report, kind, parameters, spoken]).encode()).hexdigest()


@acting(Permission.REPORT_READ)
def ask(actor: Actor, report: str, kind: str, parameters: Mapping[str, str], rows: int) -> PreparedExport:
    """Ask for a report in the reader's language; the one already under way where it is the same wish.

    Refused where `MOST` are under way for this account, or the filters are more than `LONGEST_WISH` signs.
    """
    assert actor.account_id is not None
    if is_too_long(kind, rows):
        raise Refused(
            _(
                "Ce document aurait %(rows)s lignes, trop pour ce format : filtrez-le, ou choisissez le CSV.",
                rows=format_number(rows),
            ),
            status=422,
        )
    wish, spoken = canonical(parameters), language().value
    if len(wish) > LONGEST_WISH:
        raise Refused(_("Les filtres de cet export sont trop longs : choisissez-en moins."), status=422)
    key = _key(actor.account_id, report, kind, wish, spoken)
    if (known := queries.under_way(key)) is not None:
        return known
    _not_too_many(actor.account_id)
    made = PreparedExport(
        account_id=actor.account_id,
        report=report,
        kind=kind,
        language=spoken,
        parameters=wish,
        ask_key=key,
        rows=rows,
        asked_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except sa.exc.IntegrityError:
        # Asked twice at once: the other one's is the one.
        found = queries.under_way(key)
        if found is None:
            raise
        return found
    jobs.ask(db.session, JOB, made.id)
    return made


def _not_too_many(account_id: int) -> None:
    if queries.how_many_under_way(account_id) >= MOST:
        raise Refused(
            _("%(most)s exports sont déjà en préparation : attendez qu'ils soient prêts.", most=MOST),
            status=429,
        )


@acting(Permission.REPORT_READ)
def cancel(actor: Actor, export: PreparedExport) -> None:
    """Stop an export that waits or is being made; its worker sees it and ends."""
    _step(actor, export, "cancel", ask_key=None, done_at=clock.now())


@acting(Permission.REPORT_READ)
def retry(actor: Actor, export: PreparedExport) -> PreparedExport:
    """Ask once more for what failed or was cancelled, with the same filters."""
    checked_move(MOVES, "retry", export.state, actor)
    key = _key(export.account_id, export.report, export.kind, export.parameters, export.language)
    if (known := queries.under_way(key)) is not None:
        return known
    _not_too_many(export.account_id)
    anew = dict.fromkeys(("started_at", "beat_at", "done_at", "failure"))
    try:
        with db.session.begin_nested():
            asked = {"ask_key": key, "asked_at": clock.now(), "attempt": 0, "progress": 0}
            _step(actor, export, "retry", **asked, **anew)
    except sa.exc.IntegrityError:
        # The same was asked at once: that one is the one.
        found = queries.under_way(key)
        if found is None:
            raise
        return found
    jobs.ask(db.session, JOB, export.id)
    return export


def _step(actor: Actor, export: PreparedExport, name: str, **values: Any) -> None:
    """One move of the owner's, where the export still stands where it can be made: its worker moves it too."""
    move = checked_move(MOVES, name, export.state, actor)
    here = sa.and_(PreparedExport.id == export.id, PreparedExport.state.in_(move.sources))
    stepping = sa.update(PreparedExport).where(here).values(state=move.target, **values)
    happened = _happened(db.session.execute(stepping.execution_options(synchronize_session=False)))
    db.session.refresh(export)
    if not happened:
        checked_move(MOVES, name, export.state, actor)


def take(export_id: int) -> int | None:
    """Begin to make an export; the number of the attempt, or None where it is no longer to be made."""
    now = clock.now()
    silent = sa.and_(PreparedExport.state == ExportState.RUNNING, PreparedExport.beat_at < now - LEASE)
    _give_up_worn(export_id, silent)
    free = sa.or_(PreparedExport.state == ExportState.ASKED, silent)
    taking = (
        sa.update(PreparedExport)
        .where(PreparedExport.id == export_id, free)
        .values(
            state=MOVES["take"].target,
            attempt=PreparedExport.attempt + 1,
            progress=0,
            started_at=now,
            beat_at=now,
        )
    )
    taken = _happened(db.session.execute(taking))
    attempt = db.session.scalar(sa.select(PreparedExport.attempt).where(PreparedExport.id == export_id))
    db.session.commit()
    return attempt if taken else None


def _give_up_worn(export_id: int, silent: sa.ColumnElement[bool]) -> None:
    """Fail what took its worker with it as often as it may be begun: nobody was left to say `crashed`."""
    worn = sa.and_(PreparedExport.id == export_id, silent, PreparedExport.attempt >= ATTEMPTS)
    failing = sa.update(PreparedExport).where(worn)
    db.session.execute(
        failing.values(
            state=MOVES["fail"].target, ask_key=None, done_at=clock.now(), failure=_often_interrupted()
        )
    )


def _often_interrupted() -> str:
    return _("La préparation s'est interrompue plusieurs fois : réduisez la sélection.")


def _mine(export_id: int, attempt: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        PreparedExport.id == export_id,
        PreparedExport.attempt == attempt,
        PreparedExport.state == ExportState.RUNNING,
    )


def _happened(result: Any) -> bool:
    return bool(result.rowcount)


def beat(export_id: int, attempt: int, progress: int) -> bool:
    """Say how far it is; False where this attempt is no longer wanted."""
    with Session(db.engine) as session:
        said = (
            sa.update(PreparedExport)
            .where(_mine(export_id, attempt))
            .values(progress=min(max(progress, 0), 99), beat_at=clock.now())
        )
        happened = _happened(session.execute(said))
        session.commit()
    return happened


def give_back(export_id: int, attempt: int) -> None:
    """Let another worker begin anew: this one was told to stop. The attempt does not count."""
    back = (
        sa.update(PreparedExport)
        .where(_mine(export_id, attempt))
        .values(state=MOVES["give_back"].target, progress=0, started_at=None, beat_at=None)
    )
    db.session.execute(back)
    db.session.commit()


def fail(export_id: int, attempt: int, sentence: str) -> bool:
    """Give an export up, with the sentence that its owner reads."""
    failing = (
        sa.update(PreparedExport)
        .where(_mine(export_id, attempt))
        .values(state=MOVES["fail"].target, ask_key=None, done_at=clock.now(), failure=sentence[:500])
    )
    happened = _happened(db.session.execute(failing))
    db.session.commit()
    return happened


def crashed(export_id: int, attempt: int) -> None:
    """The process that made it ended without a word: again, or given up after `ATTEMPTS`."""
    if attempt >= ATTEMPTS:
        fail(export_id, attempt, _often_interrupted())
        return
    again = (
        sa.update(PreparedExport).where(_mine(export_id, attempt)).values(state=ExportState.ASKED, progress=0)
    )
    if _happened(db.session.execute(again)):
        jobs.ask(db.session, JOB, export_id)
    db.session.commit()


def finish(actor: Actor, export_id: int, attempt: int, scope: Scope, file: Mapping[str, Any]) -> bool:
    """The file stands: ready for a day, and an export in the journal. False where it is no longer wanted.

    `file` has rows, stored_name, display_name, size, sha256 and what the journal tells of the report.
    """
    now, told = clock.now(), file["told"]
    done = (
        sa.update(PreparedExport)
        .where(_mine(export_id, attempt))
        .values(
            state=MOVES["finish"].target,
            progress=100,
            ask_key=None,
            scope=scope_text(scope),
            done_at=now,
            expires_at=now + LASTS,
            **{key: value for key, value in file.items() if key != "told"},
        )
    )
    if not _happened(db.session.execute(done)):
        db.session.rollback()
        return False
    journal.record(db.session, actor, "report:exported", ("report", None), after=told)
    db.session.commit()
    return True


def keep(export_id: int, attempt: int) -> bool:
    """Say that somebody is still at it; False where this attempt is no longer wanted."""
    with Session(db.engine) as session:
        said = sa.update(PreparedExport).where(_mine(export_id, attempt)).values(beat_at=clock.now())
        happened = _happened(session.execute(said))
        session.commit()
    return happened


def fetched(export_id: int) -> None:
    """Note that the owner has the file: it is no longer something to do."""
    token = writing.set(True)
    try:
        with Session(db.engine) as session:
            had = sa.update(PreparedExport).where(PreparedExport.id == export_id)
            session.execute(had.values(fetched_at=clock.now()))
            session.commit()
    finally:
        writing.reset(token)


def expire(exports: list[PreparedExport]) -> list[str]:
    """Withdraw ready files; the names of those to be removed once this is committed."""
    names = []
    for one in exports:
        name, move = one.stored_name, MOVES["expire"]
        here = sa.and_(PreparedExport.id == one.id, PreparedExport.state.in_(move.sources))
        leaving = sa.update(PreparedExport).where(here).values(state=move.target, stored_name=None)
        if _happened(db.session.execute(leaving)) and name:
            names.append(name)
        db.session.refresh(one)
    return names
