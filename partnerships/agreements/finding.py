"""Agreements in the search over everything."""

from __future__ import annotations

from flask import url_for

from partnerships.agreements import queries
from programme.base.access import Actor, Permission, Scope
from programme.base.finding import Hit, register
from programme.base.folding import fold
from programme.base.language import gettext as _


def find(actor: Actor, scope: Scope, text: str, limit: int) -> list[Hit]:
    """Agreements by words of their reference or title, for who may read them."""
    if not actor.may(Permission.AGREEMENT_READ) or not fold(text):
        return []
    return [
        Hit(
            _("Conventions"),
            str(one.title),
            f"{one.reference} · {one.state.label}",
            url_for("partnerships.agreements.show", agreement_id=one.id),
        )
        for one in queries.found(scope, text, limit)
    ]


register("agreements", find)
