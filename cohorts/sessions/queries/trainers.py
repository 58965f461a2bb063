"""Trainers by what a sheet or a form says."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cohorts.sessions.models import Trainer
from programme.base.extensions import db


def by_email(address: str) -> Trainer | None:
    """The trainer with this address (lower case), or None."""
    return db.session.scalar(sa.select(Trainer).where(Trainer.email == address))


def by_name_key(key: str) -> Sequence[Trainer]:
    """Trainers with this folded name, the first recorded first."""
    return db.session.scalars(sa.select(Trainer).where(Trainer.name_key == key).order_by(Trainer.id)).all()
