"""Which regions' figures an entry of the journal concerns, and after which entries none differs.

What is not named here concerns the whole country: a forgotten event costs time, never a wrong figure.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from cohorts.enrolment.models import Cohort, Seat
from cohorts.transfer.models import TransferActivity, TransferParticipation
from programme.base import marks
from regions.associations.models import Association

marks.apart("account:session:sign_in", "account:session:sign_out", "access:refused", "report:exported")
marks.apart("people:person:identify")
marks.beside(
    "account:",
    "export:",
    "partnerships:",
    "privacy:request:check",
    "privacy:request:done",
    "privacy:request:grant",
    "privacy:request:receive",
    "privacy:request:refuse",
    "privacy:text:reword",
    "association:document:add",
    "association:mandate:change",
    "association:mandate:end",
    "association:record:ask_check",
    "association:record:declare",
    "association:record:register",
    "association:record:settle_check",
    "association:suspicion:distinct",
    "association:suspicion:reopen",
    "enrolment:cohort:move",
    "people:consent:give",
    "people:consent:withdraw",
    "people:person:add",
    # Marks of sessions that are not validated earn nothing; a correction is another event.
    "sessions:attendance:mark",
    "sessions:file:attach",
    "sessions:session:schedule",
    "sessions:session:submit",
    "sessions:trainer:add",
    "transfer:activity:declare",
)
# What was taken off a sheet leaves no trace of its region; a record that moves leaves one region for another.
marks.anywhere("transfer:participant:edit", "transfer:participant:remove")
marks.beside("association:record:edit", unless=("region_id", "province_id"))
marks.beside("people:person:edit", unless=("sex",))


def _of_cohort(session: OrmSession, cohort_id: int) -> set[int] | None:
    """The cohort's region, and those in which associations with a seat have theirs."""
    cohort = session.get(Cohort, cohort_id)
    rows = session.execute(
        sa.select(Association.region_id, sa.func.max(Association.merged_into_id))
        .join(Seat, Seat.association_id == Association.id)
        .where(Seat.cohort_id == cohort_id)
        .group_by(Association.region_id)
    ).all()
    if cohort is None or any(merged for _region, merged in rows):
        return None
    return {cohort.region_id, *(region for region, _merged in rows)}


def _of_activity(session: OrmSession, activity: TransferActivity) -> set[int] | None:
    """The host's region, and those of the associations on the sheet."""
    rows = session.execute(
        sa.select(Association.region_id, sa.func.max(Association.merged_into_id))
        .join(TransferParticipation, TransferParticipation.association_id == Association.id)
        .where(TransferParticipation.activity_id == activity.id)
        .group_by(Association.region_id)
    ).all()
    if any(merged for _region, merged in rows):
        return None
    return {activity.region_id, *(region for region, _merged in rows)}


def _place_all() -> None:
    def by_cohort(session: OrmSession, record: Any) -> Collection[int] | None:
        return _of_cohort(session, record.cohort_id)

    marks.place("association", lambda _session, record: {record.region_id})
    marks.place("cohort", lambda session, record: _of_cohort(session, record.id))
    for kind in ("seat", "enrolment", "session"):
        marks.place(kind, by_cohort)
    marks.place("transfer_activity", _of_activity)


_place_all()
