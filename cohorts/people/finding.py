"""Persons in the search over everything, for who may read named persons."""

from __future__ import annotations

from flask import url_for

from cohorts.people.queries import persons_named
from programme.base import finding
from programme.base.access import Actor, Permission, Scope
from programme.base.finding import Hit
from programme.base.language import gettext as _


def find(actor: Actor, scope: Scope, text: str, limit: int) -> list[Hit]:
    """Persons by name in either script; their national id is never searched nor shown here."""
    if not actor.may(Permission.TRAINEE_READ):
        return []
    return [
        Hit(_("Personnes"), str(one.name), one.name.other, url_for("cohorts.people.show", person_id=one.id))
        for one in persons_named(scope, text, limit)
    ]


finding.register("people", find)
