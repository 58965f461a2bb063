"""Associations in the search over everything."""

from __future__ import annotations

from flask import url_for

from programme.base import finding
from programme.base.access import Actor, Permission, Scope
from programme.base.finding import Hit
from programme.base.language import gettext as _
from regions.associations import queries
from regions.associations.queries import Filters


def find(actor: Actor, scope: Scope, text: str, limit: int) -> list[Hit]:
    """Associations whose names, number or places have words that begin so."""
    if not actor.may(Permission.ASSOCIATION_READ):
        return []
    return [
        Hit(
            _("Associations"),
            str(record.name),
            " · ".join(filter(None, (record.receipt_no, str((record.province or record.region).name)))),
            url_for("regions.associations.show", association_id=record.id),
        )
        for record in queries.some(scope, Filters(q=text), limit)
    ]


finding.register("regions.associations", find)
