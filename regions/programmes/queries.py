"""Reads of the programme, regional programmes and targets; `scope` first."""

from __future__ import annotations

import sqlalchemy as sa

from programme.base.extensions import db
from regions.programmes.models import Programme


def is_demonstration() -> bool:
    """Whether the database holds the demonstration."""
    return bool(db.session.scalar(sa.select(Programme.is_demonstration).order_by(Programme.id).limit(1)))
