"""Whose names the journal tells: places, modules, organisations, associations, never persons (RULES D3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Trainer
from partnerships.agreements.models import Agreement, Party
from partnerships.organisations.models import Organisation
from programme.base.extensions import db
from programme.base.telling import Namer, name_by
from regions.associations.models import Association
from regions.geography.models import Commune, Province, Region


def _by(model: Any, attribute: str = "name") -> Namer:
    def names(ids: Collection[int]) -> Mapping[int, str]:
        chosen = sa.select(model).where(model.id.in_(ids)).order_by(model.id)
        return {one.id: str(getattr(one, attribute)) for one in db.session.scalars(chosen)}

    return names


def _parties(ids: Collection[int]) -> Mapping[int, str]:
    chosen = (
        sa.select(Party.id, Organisation)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_(ids))
        .order_by(Party.id)
    )
    return {ident: str(organisation.name) for ident, organisation in db.session.execute(chosen)}


def fill() -> None:
    """Register them."""
    for model in (Region, Province, Commune, Association, Organisation, Cohort, Trainer):
        name_by(model.__tablename__, _by(model))
    name_by(Module.__tablename__, _by(Module, "title"))
    name_by(Agreement.__tablename__, _by(Agreement, "reference"))
    name_by(Party.__tablename__, _parties)
