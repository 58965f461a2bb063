"""Commitments past their day whose evidence nobody archived.

Those that a measure reads are told on their agreement's page: reading measures on every page costs too much.
"""

from __future__ import annotations

from flask import url_for

from partnerships.commitments import queries
from programme.base import clock
from programme.base.access import Actor, Permission, Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo, register
from regions.geography import queries as geography

FEW = 3


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """For who may archive the evidence."""
    if not actor.may(Permission.AGREEMENT_WRITE):
        return []
    late = queries.without_evidence(scope, clock.today())
    if len(late) > FEW:
        text = ngettext("%(num)s engagement sans preuve", "%(num)s engagements sans preuve", len(late))
        address = url_for("partnerships.commitments.index", state="late", region=geography.code_within(scope))
        return [Todo(text, address, late[0].due_on, Tone.RED, len(late), "commitment:late")]
    return [
        Todo(
            _(
                "Engagement sans preuve : convention %(reference)s, article %(article)s",
                reference=one.agreement.reference,
                article=one.article,
            ),
            url_for("partnerships.agreements.show", agreement_id=one.agreement_id, _anchor="commitments"),
            one.due_on,
            Tone.RED,
            kind="commitment:late",
        )
        for one in late
    ]


register("commitments", find)
