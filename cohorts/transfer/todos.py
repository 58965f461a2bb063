"""What waits in the transfers: to validate, and sent back to whoever declared them."""

from __future__ import annotations

from flask import url_for

from cohorts.transfer.models import TransferState
from cohorts.transfer.queries import count_by_state
from programme.base import todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """One line for each kind; one statement."""
    if not (actor.may(Permission.TRANSFER_VALIDATE) or actor.may(Permission.TRANSFER_DECLARE)):
        return []
    counts = count_by_state(scope)
    found: list[Todo] = []
    waiting = counts.get(TransferState.SUBMITTED, 0)
    if waiting and actor.may(Permission.TRANSFER_VALIDATE):
        text = ngettext("%(num)s transfert à valider", "%(num)s transferts à valider", waiting)
        found.append(_todo(text, TransferState.SUBMITTED, waiting))
    returned = counts.get(TransferState.RETURNED, 0)
    if returned and actor.may(Permission.TRANSFER_DECLARE):
        text = ngettext(
            "%(num)s transfert renvoyé à corriger", "%(num)s transferts renvoyés à corriger", returned
        )
        found.append(_todo(text, TransferState.RETURNED, returned))
    return found


def _todo(text: str, state: TransferState, count: int) -> Todo:
    href = url_for("cohorts.transfer.index", state=state.value)
    return Todo(text, href, tone=Tone.AMBER, count=count, kind=f"transfer_{state.value}")


todos.register("transfer", find)
