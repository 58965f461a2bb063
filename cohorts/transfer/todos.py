"""What waits in the transfers: to validate, to mend once sent back, to finish and declare."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from cohorts.transfer.models import TransferState
from cohorts.transfer.queries import count_by_state, waiting
from programme.base import clock, todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import Bilingual, ngettext
from programme.base.language import gettext as _
from programme.base.states import Tone
from programme.base.todos import Todo

FEW = 3
"""More of one state than this are one line with a count."""
VALIDATION_DELAY = dt.timedelta(days=7)
"""Time that whoever validates has, from the day on which the transfer was declared."""


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """Few are told one by one, with the association that gave them; at most one statement a state, and one."""
    may_judge, may_declare = actor.may(Permission.TRANSFER_VALIDATE), actor.may(Permission.TRANSFER_DECLARE)
    if not (may_judge or may_declare):
        return []
    counts = count_by_state(scope)
    # A draft waits for whoever enters it: those who judge are told once it is declared.
    asked = {
        TransferState.SUBMITTED: may_judge,
        TransferState.RETURNED: may_declare,
        TransferState.DRAFT: may_declare and not may_judge,
    }
    return [
        todo
        for state, is_asked in asked.items()
        if is_asked and counts.get(state)
        for todo in _of(actor, scope, state, counts[state])
    ]


def _of(actor: Actor, scope: Scope, state: TransferState, count: int) -> list[Todo]:
    kind = f"transfer_{state.value}"
    if count > FEW:
        href = url_for("cohorts.transfer.index", state=state.value)
        return [Todo(_counted(state, count), href, count=count, kind=kind)]
    found = []
    for activity, name_ar, name_fr, sender in waiting(scope, state, FEW):
        host = str(Bilingual(name_ar, name_fr))
        is_own = actor.account_id is not None and activity.submitted_by_id == actor.account_id
        due, owner = None, ""
        if state is TransferState.SUBMITTED:
            due = clock.day_of(activity.submitted_at) + VALIDATION_DELAY if activity.submitted_at else None
            owner = _("Une autre personne que vous") if is_own else ""
        elif not is_own and activity.host_id not in scope.associations:
            owner = sender or host
        href = url_for("cohorts.transfer.show", activity_id=activity.id)
        what = f"\u2068{host}\u2069 (\u2066{activity.code}\u2069)"
        found.append(Todo(_told(state, what), href, due, Tone.AMBER, kind=kind, owner=owner))
    return found


def _told(state: TransferState, what: str) -> str:
    if state is TransferState.SUBMITTED:
        return _("Transfert de %(what)s : à valider", what=what)
    if state is TransferState.RETURNED:
        return _("Transfert de %(what)s : renvoyé, à corriger", what=what)
    return _("Transfert de %(what)s : à compléter et à déclarer", what=what)


def _counted(state: TransferState, count: int) -> str:
    if state is TransferState.SUBMITTED:
        return ngettext("%(num)s transfert à valider", "%(num)s transferts à valider", count)
    if state is TransferState.RETURNED:
        return ngettext(
            "%(num)s transfert renvoyé à corriger", "%(num)s transferts renvoyés à corriger", count
        )
    return ngettext("%(num)s transfert à déclarer", "%(num)s transferts à déclarer", count)


todos.register("transfer", find)
