"""The files in which a person may be seen or named: evidence of their sessions, papers of their associations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from cohorts.enrolment.models import Enrolment, Seat
from cohorts.sessions.models import Attendance, SessionFile, Sitting
from programme.base.extensions import db
from programme.base.files import StoredFile
from programme.privacy.folders import tells
from programme.privacy.traces import Traces
from regions.associations.models import AssociationDocument


@dataclass(frozen=True, slots=True)
class Paper:
    """One file: what it is called, whose it is (`session`, `association`), and whether it tells of the person."""

    file_id: int
    title: str
    owner: str
    stored_name: str
    is_named: bool = False


def papers_of(person_ids: Sequence[int], traces: Traces) -> list[Paper]:
    """Files of the sessions that these persons attended and of the associations for which they were enrolled."""
    attended = (
        sa.select(Sitting.session_id)
        .join(Attendance, Attendance.sitting_id == Sitting.id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Enrolment.person_id.in_(person_ids))
    )
    seated = sa.select(Seat.association_id).join(Enrolment, Enrolment.seat_id == Seat.id)
    seated = seated.where(Enrolment.person_id.in_(person_ids))
    found = []
    for owner, model, title, chosen in (
        ("session", SessionFile, SessionFile.title, SessionFile.session_id.in_(attended)),
        (
            "association",
            AssociationDocument,
            AssociationDocument.title,
            AssociationDocument.association_id.in_(seated),
        ),
    ):
        rows = sa.select(StoredFile, title).join(model, model.file_id == StoredFile.id).where(chosen)
        for stored, words in db.session.execute(rows.order_by(StoredFile.id)):
            told = f"{words or ''} {stored.display_name}"
            found.append(
                Paper(stored.id, words or stored.display_name, owner, stored.stored_name, traces.are_in(told))
            )
    return found


def named_in(papers: Sequence[Paper], folder: Path, traces: Traces) -> frozenset[int]:
    """Ids of the files whose readable content tells of the person."""
    found = {one.file_id for one in papers if one.is_named}
    for one in papers:
        path = folder / one.stored_name
        if one.file_id not in found and path.is_file() and tells(path.read_bytes(), traces):
            found.add(one.file_id)
    return frozenset(found)
