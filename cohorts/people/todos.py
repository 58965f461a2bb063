"""What waits among persons: records that may be one and keep a figure between two values."""

from __future__ import annotations

from flask import url_for

from cohorts.people import queries
from programme.base import todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import ngettext
from programme.base.todos import Todo
from regions.geography.queries import code_within


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """For who decides, in one statement, or two inside a region."""
    if not actor.may(Permission.TRAINEE_DECIDE):
        return []
    number = queries.count_open_pairs(scope)
    if not number:
        return []
    text = ngettext(
        "%(num)s doublon de personnes à trancher", "%(num)s doublons de personnes à trancher", number
    )
    href = url_for("cohorts.people.pairs", region=code_within(scope))
    return [Todo(text, href, count=number, kind="trainee:pair")]


todos.register("cohorts.people", find)
