"""The sheets of transfers as they were known on a day: lines and states, later changes undone (RULES D4)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cohorts.reached.counting import Hours
from cohorts.reached.queries.facts import Regions, within
from cohorts.transfer.models import (
    FormerParticipation,
    TransferActivity,
    TransferParticipation,
    TransferState,
    TransferStep,
)
from programme.base import clock
from programme.base.extensions import db
from programme.base.measures import Moment
from regions.associations.models import Association


def validated(regions: Regions, moment: Moment) -> list[tuple[int, Hours]]:
    """(association id, time) of every participation in an activity that was validated on `known_on`."""
    lines = _lines(moment)
    chosen = (
        sa.select(
            lines.c.association_id,
            lines.c.person_id,
            lines.c.on_date,
            lines.c.minutes,
            TransferActivity.id,
            TransferActivity.host_id,
        )
        .join(TransferActivity, TransferActivity.id == lines.c.activity_id)
        .where(TransferActivity.id.in_(_known_as(TransferState.VALIDATED, moment)))
    )
    rows = db.session.execute(_in_regions(chosen, lines, regions))
    return [(row[0], Hours(row[1], row[2], row[3], row[4], row[5])) for row in rows]


def declared(regions: Regions, moment: Moment) -> list[int]:
    """Ids of the associations on sheets that were declared on `known_on`, and neither validated nor sent back."""
    lines = _lines(moment)
    waiting = _known_as(TransferState.SUBMITTED, moment)
    chosen = sa.select(lines.c.association_id).distinct().where(lines.c.activity_id.in_(waiting))
    return list(db.session.scalars(_in_regions(chosen, lines, regions)))


def _known_as(state: TransferState, moment: Moment) -> sa.Select[int]:
    """Ids of the activities that the last step up to `known_on` left in this state."""
    latest = (
        sa.select(sa.func.max(TransferStep.id))
        .where(TransferStep.at <= clock.end_of_day(moment.known_on))
        .group_by(TransferStep.activity_id)
    )
    return sa.select(TransferStep.activity_id).where(TransferStep.id.in_(latest), TransferStep.state == state)


def _lines(moment: Moment) -> sa.Subquery:
    """The lines that stood on `known_on`: today's that were written by then, and former ones until later."""
    known = clock.end_of_day(moment.known_on)

    def of(table: type[TransferParticipation | FormerParticipation]) -> Any:
        return sa.select(
            table.activity_id, table.association_id, table.person_id, table.on_date, table.minutes
        ).where(table.recorded_at <= known, table.on_date <= moment.as_at)

    former = of(FormerParticipation).where(FormerParticipation.until > known)
    return sa.union_all(of(TransferParticipation), former).subquery()


def _in_regions(chosen: Any, lines: sa.Subquery, regions: Regions) -> Any:
    if regions is None:
        return chosen
    return chosen.join(Association, Association.id == lines.c.association_id).where(within(regions))
