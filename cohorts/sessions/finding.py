"""Sessions in the search over everything."""

from __future__ import annotations

from flask import url_for

from cohorts.sessions.pages import name_of
from cohorts.sessions.queries import sessions_named
from programme.base import finding
from programme.base.access import Actor, Permission, Scope
from programme.base.finding import Hit
from programme.base.language import gettext as _


def find(actor: Actor, scope: Scope, text: str, limit: int) -> list[Hit]:
    """Sessions by code or title."""
    if not actor.may(Permission.SESSION_READ):
        return []
    return [
        Hit(_("Sessions"), str(name_of(one)), one.code, url_for("cohorts.sessions.show", session_id=one.id))
        for one in sessions_named(scope, text, limit)
    ]


finding.register("sessions", find)
