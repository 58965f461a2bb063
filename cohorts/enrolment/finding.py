"""Cohorts in the search over everything."""

from __future__ import annotations

from flask import url_for

from cohorts.enrolment.queries import cohorts_named
from programme.base import finding
from programme.base.access import Actor, Permission, Scope
from programme.base.finding import Hit
from programme.base.language import gettext as _


def find(actor: Actor, scope: Scope, text: str, limit: int) -> list[Hit]:
    """Cohorts by code or name."""
    if not actor.may(Permission.COHORT_READ):
        return []
    return [
        Hit(_("Cohortes"), str(one.name), one.code, url_for("cohorts.enrolment.show", cohort_id=one.id))
        for one in cohorts_named(scope, text, limit)
    ]


finding.register("cohorts", find)
