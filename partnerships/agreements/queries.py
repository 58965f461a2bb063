"""Reads of agreements; `scope` first."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from partnerships.agreements.models import Agreement, Party
from programme.base.extensions import db


def covered_by(organisations: Iterable[int], agreements: Iterable[int] = ()) -> list[tuple[str, int | None]]:
    """(reference, region id) of the agreements to which these organisations are party, or which are named."""
    wanted = sa.or_(
        Agreement.id.in_(sa.select(Party.agreement_id).where(Party.organisation_id.in_(list(organisations)))),
        Agreement.id.in_(list(agreements)),
    )
    chosen = sa.select(Agreement.reference, Agreement.region_id).where(wanted).order_by(Agreement.reference)
    return [(reference, region_id) for reference, region_id in db.session.execute(chosen)]
