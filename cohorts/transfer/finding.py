"""Transfers in the search over everything, by code and host."""

from __future__ import annotations

from flask import url_for

from cohorts.transfer.queries import Filters, activities
from programme.base import finding
from programme.base.access import Actor, Permission, Scope
from programme.base.finding import Hit
from programme.base.folding import fold
from programme.base.language import gettext as _


def find(actor: Actor, scope: Scope, text: str, limit: int) -> list[Hit]:
    """Activities whose code or host fits, the latest first."""
    if not actor.may(Permission.TRANSFER_READ) or not fold(text):
        return []
    return [
        Hit(
            _("Transferts"),
            line.activity.code,
            str(line.activity.host.name),
            url_for("cohorts.transfer.show", activity_id=line.activity.id),
        )
        for line in activities(scope, Filters(q=text), limit=limit)
    ]


finding.register("transfer", find)
