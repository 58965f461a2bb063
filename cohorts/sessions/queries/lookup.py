"""What an import looks up at once: cohorts, sessions, communes and trainers by what a sheet says."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from cohorts.enrolment.models import Cohort
from cohorts.enrolment.queries import visible as cohort_visible
from cohorts.sessions.models import Session, Sitting
from cohorts.sessions.queries.records import visible
from programme.base.access import Scope
from programme.base.extensions import db
from regions.geography.models import Commune

CHUNK = 500


def _chunks(texts: Iterable[str]) -> list[list[str]]:
    wanted = sorted({text.strip().lower() for text in texts if text})
    return [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]


def cohorts_by_code(scope: Scope, codes: Iterable[str]) -> dict[str, Cohort]:
    """Cohorts in scope by lower-case code, with region and regional programme."""
    found: dict[str, Cohort] = {}
    for some in _chunks(codes):
        chosen = (
            sa.select(Cohort)
            .options(joinedload(Cohort.region), joinedload(Cohort.regional_programme))
            .where(sa.func.lower(Cohort.code).in_(some), cohort_visible(scope))
            .order_by(Cohort.id)
        )
        found.update((one.code.lower(), one) for one in db.session.scalars(chosen))
    return found


def sessions_by_code(scope: Scope, codes: Iterable[str]) -> dict[str, Session]:
    """Sessions in scope by lower-case code, with cohort and sittings; two statements for 500 codes."""
    found: dict[str, Session] = {}
    for some in _chunks(codes):
        chosen = (
            sa.select(Session)
            .join(Cohort, Cohort.id == Session.cohort_id)
            .options(
                joinedload(Session.cohort).joinedload(Cohort.regional_programme),
                selectinload(Session.sittings).joinedload(Sitting.module),
                selectinload(Session.sittings).joinedload(Sitting.trainer),
            )
            .where(sa.func.lower(Session.code).in_(some), visible(scope))
            .order_by(Session.id)
        )
        found.update((one.code.lower(), one) for one in db.session.scalars(chosen))
    return found


def communes_by_code(codes: Iterable[str]) -> dict[str, int]:
    """Commune ids by HCP code."""
    found: dict[str, int] = {}
    for some in _chunks(codes):
        chosen = sa.select(Commune.code, Commune.id).where(Commune.code.in_(some)).order_by(Commune.id)
        found.update((row[0], row[1]) for row in db.session.execute(chosen))
    return found
