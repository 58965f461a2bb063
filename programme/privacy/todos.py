"""What waits: requests of persons, by their deadline."""

from __future__ import annotations

from flask import url_for

from programme.base import clock, todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import gettext as _
from programme.base.states import Tone
from programme.base.todos import Todo
from programme.privacy import queries
from programme.privacy.deadlines import SOON
from programme.privacy.models import PersonalRequest


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """The open requests with the nearest deadlines, for who handles them; one statement."""
    if not actor.may(Permission.REQUEST_WRITE):
        return []
    return [_todo(one) for one in queries.open_due(scope)]


def _todo(request: PersonalRequest) -> Todo:
    text = _(
        "Demande n° %(number)s d'une personne sur ses données : %(kind)s",
        number=request.id,
        kind=request.kind.label,
    )
    left = (request.due_on - clock.today()).days
    tone = Tone.RED if left <= SOON else Tone.AMBER
    href = url_for("programme.privacy.show", request_id=request.id)
    return Todo(text, href, due_on=request.due_on, tone=tone, kind="privacy:request")


todos.register("programme.privacy", find)
