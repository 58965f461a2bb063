"""Sessions one by one, and what hangs on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from cohorts.enrolment.models import Cohort
from cohorts.enrolment.queries import visible as cohort_visible
from cohorts.sessions.models import (
    Attendance,
    AttendanceCorrection,
    Session,
    SessionFile,
    SessionState,
    Sitting,
    Trainer,
)
from programme.base import journal
from programme.base.access import Scope
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from regions.geography.models import Commune, Province

NUMBERED = re.compile(r"(.*-S)(\d{1,6})", re.IGNORECASE)
"""A code that ends in the number of a session."""


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on Session joined to Cohort: its cohort is in scope, or a sitting's trainer is."""
    if scope.regions is None:
        return sa.true()
    clauses = [cohort_visible(scope)]
    if scope.trainers:
        given = sa.select(Sitting.session_id).where(Sitting.trainer_id.in_(scope.trainers))
        clauses.append(Session.id.in_(given))
    return sa.or_(*clauses)


def _session() -> sa.Select[Session]:
    return (
        sa.select(Session)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .options(
            joinedload(Session.cohort).joinedload(Cohort.region),
            joinedload(Session.cohort).joinedload(Cohort.regional_programme),
            joinedload(Session.association),
            selectinload(Session.sittings).joinedload(Sitting.module),
            selectinload(Session.sittings).joinedload(Sitting.trainer),
            selectinload(Session.sittings).joinedload(Sitting.commune),
        )
    )


def get_session(scope: Scope, session_id: int) -> Session | None:
    """One session in scope with cohort, region and sittings, or None; two statements."""
    return db.session.scalar(_session().where(Session.id == session_id, visible(scope)))


def session_by_code(scope: Scope, code: str) -> Session | None:
    """The session with this code, letter case ignored, or None where it is unknown or out of scope."""
    wanted = (code or "").strip().lower()
    return db.session.scalar(_session().where(sa.func.lower(Session.code) == wanted, visible(scope)))


def sessions_of_cohort(scope: Scope, cohort: Cohort, states: Collection[SessionState]) -> Sequence[Session]:
    """The sessions of a cohort in these states, by code."""
    return db.session.scalars(
        _session()
        .where(Session.cohort_id == cohort.id, Session.state.in_(states), visible(scope))
        .order_by(Session.code, Session.id)
    ).all()


def sessions_named(scope: Scope, text: str, limit: int = 8) -> Sequence[Session]:
    """Sessions whose code or title holds `text`, by code."""
    wanted = (text or "").strip().lower()
    if not wanted:
        return []
    found = sa.or_(
        sa.func.lower(Session.code).contains(wanted, autoescape=True),
        sa.func.lower(sa.func.coalesce(Session.title_fr, "")).contains(wanted, autoescape=True),
        sa.func.coalesce(Session.title_ar, "").contains(wanted, autoescape=True),
    )
    return db.session.scalars(
        sa.select(Session)
        .join(Cohort, Cohort.id == Session.cohort_id)
        .options(joinedload(Session.cohort))
        .where(found, visible(scope))
        .order_by(Session.code, Session.id)
        .limit(limit)
    ).all()


def get_sitting(session: Session, sitting_id: int) -> Sitting | None:
    """A sitting of a session that the scope already loaded."""
    return next((one for one in session.sittings if one.id == sitting_id), None)


def trainers(scope: Scope) -> Sequence[Trainer]:
    """Trainers of sittings in scope by name, to suggest; those of other regions are found by what is typed."""
    chosen = sa.select(Trainer)
    if scope.regions is not None:
        given = (
            sa.select(Sitting.trainer_id)
            .join(Session, Session.id == Sitting.session_id)
            .join(Cohort, Cohort.id == Session.cohort_id)
            .where(visible(scope))
        )
        chosen = chosen.where(Trainer.id.in_(given))
    return db.session.scalars(chosen.order_by(Trainer.name_key, Trainer.id)).all()


def trainer_by_email(address: str) -> Trainer | None:
    """The trainer with this address (lower case), or None."""
    return db.session.scalar(sa.select(Trainer).where(Trainer.email == address))


def next_code(cohort: Cohort) -> str:
    """A code that no session has yet, after the highest `…-S7` of the cohort: `…-S8`; `FM1-S1` for the first."""
    own = db.session.scalars(sa.select(Session.code).where(Session.cohort_id == cohort.id)).all()
    known = [(int(found[2]), found[1]) for one in own if (found := NUMBERED.fullmatch(one))]
    number, stem = max(known, default=(0, f"{cohort.code[:30]}-S"))
    taken = {
        one.upper() for one in db.session.scalars(sa.select(Session.code).where(Session.code.ilike("%-S%")))
    }
    while f"{stem}{number + 1}".upper() in taken:
        number += 1
    return f"{stem}{number + 1}"


def name_of_account(address: str) -> str | None:
    """The name of the account with this address (lower case), or None."""
    return db.session.scalar(sa.select(Account.name).where(Account.email == address))


def trainers_by_name_key(key: str) -> Sequence[Trainer]:
    """Trainers with this folded name, the first recorded first."""
    return db.session.scalars(sa.select(Trainer).where(Trainer.name_key == key).order_by(Trainer.id)).all()


def communes_of_region(region_id: int) -> Sequence[sa.Row[int, str, str]]:
    """(id, Arabic name, French name) of a region's communes, by province and name: choices of the form."""
    return db.session.execute(
        sa.select(Commune.id, Commune.name_ar, Commune.name_fr)
        .join(Province, Province.id == Commune.province_id)
        .where(Province.region_id == region_id)
        .order_by(Commune.name_fr, Commune.code)
    ).all()


def mark_of(sitting_id: int, enrolment_id: int) -> Attendance | None:
    """The mark of one enrolment at one sitting, or None."""
    return db.session.scalar(
        sa.select(Attendance).where(
            Attendance.sitting_id == sitting_id, Attendance.enrolment_id == enrolment_id
        )
    )


def marked_by(session: Session) -> set[int]:
    """Ids of the accounts that recorded the marks of a session (RULES C6)."""
    asked = (
        sa.select(Attendance.recorded_by_id)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .where(Sitting.session_id == session.id, Attendance.recorded_by_id.is_not(None))
        .distinct()
        .order_by(Attendance.recorded_by_id)
    )
    return {ident for ident in db.session.scalars(asked) if ident is not None}


def entered_by(session: Session, account_id: int, events: Iterable[str]) -> bool:
    """Whether the journal says that this account entered anything of this session (RULES C6)."""
    entered = sa.exists().where(
        JournalEntry.subject_type == "session",
        JournalEntry.subject_id == session.id,
        JournalEntry.actor_id == account_id,
        JournalEntry.event.in_(list(events)),
    )
    return bool(db.session.scalar(sa.select(entered)))


def authors_of(session: Session) -> dict[int, str]:
    """Names of the accounts that entered, submitted and validated a session, by id."""
    wanted = {session.entered_by_id, session.submitted_by_id, session.validated_by_id} - {None}
    return names_of_accounts(ident for ident in wanted if ident is not None)


def names_of_accounts(account_ids: Iterable[int]) -> dict[int, str]:
    """Names of accounts by id; no statement where none is asked."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    chosen = sa.select(Account.id, Account.name).where(Account.id.in_(wanted)).order_by(Account.id)
    return {row[0]: row[1] for row in db.session.execute(chosen)}


def corrections_of(
    session: Session,
) -> Sequence[sa.Row[AttendanceCorrection, int, int, str]]:
    """(correction, sitting id, enrolment id, author's name) of a session, the newest first."""
    return db.session.execute(
        sa.select(AttendanceCorrection, Attendance.sitting_id, Attendance.enrolment_id, Account.name)
        .join(Attendance, Attendance.id == AttendanceCorrection.attendance_id)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .outerjoin(Account, Account.id == AttendanceCorrection.made_by_id)
        .where(Sitting.session_id == session.id)
        .order_by(AttendanceCorrection.id.desc())
    ).all()


def files_of(session: Session) -> Sequence[SessionFile]:
    """The evidence of a session, oldest first."""
    return db.session.scalars(
        sa.select(SessionFile)
        .options(joinedload(SessionFile.file))
        .where(SessionFile.session_id == session.id)
        .order_by(SessionFile.id)
    ).all()


def file_of(session: Session, file_id: int) -> SessionFile | None:
    """One piece of evidence of a session that the scope already loaded."""
    return next((one for one in files_of(session) if one.id == file_id), None)


def history(session: Session, limit: int = 200) -> Sequence[JournalEntry]:
    """What happened to a session, newest first."""
    return journal.history(db.session, "session", session.id, limit)
