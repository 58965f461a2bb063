"""Whose names the journal tells: places, modules, organisations, associations, trainers, never who is enrolled (D3)."""

from __future__ import annotations

from functools import partial

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Trainer
from partnerships.agreements.models import Agreement, Party
from partnerships.organisations.models import Organisation
from programme.base.telling import name_by
from programme.journal import queries
from regions.associations.models import Association
from regions.geography.models import Commune, Province, Region


def fill() -> None:
    """Register them."""
    for model in (Region, Province, Commune, Association, Organisation, Cohort, Trainer):
        name_by(model.__tablename__, partial(queries.names_of, model))
    name_by(Module.__tablename__, partial(queries.names_of, Module, attribute="title"))
    name_by(Agreement.__tablename__, partial(queries.names_of, Agreement, attribute="reference"))
    name_by(Party.__tablename__, queries.names_of_parties)
