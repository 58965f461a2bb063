"""What waits in the transfers: to validate, to mend once sent back, to finish and declare."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from cohorts.transfer.models import TransferActivity, TransferState
from cohorts.transfer.queries import waiting
from programme.base import clock, todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import Bilingual, ngettext
from programme.base.language import gettext as _
from programme.base.states import Tone
from programme.base.todos import Todo
from regions.geography import queries as geography

FEW = 3
"""More of one state than this are one line with a count."""
VALIDATION_DELAY = dt.timedelta(days=7)
"""Time that whoever validates has, from the day on which the transfer was declared."""


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """Few are told one by one, with the association that gave them; one statement."""
    may_judge, may_declare = actor.may(Permission.TRANSFER_VALIDATE), actor.may(Permission.TRANSFER_DECLARE)
    # A draft waits for whoever enters it: those who judge are told once it is declared.
    asked = {
        TransferState.SUBMITTED: may_judge,
        TransferState.RETURNED: may_declare,
        TransferState.DRAFT: may_declare and not may_judge,
    }
    states = [state for state, is_asked in asked.items() if is_asked]
    found: dict[str, Todo] = {}
    for activity, name_ar, name_fr, sender, number in waiting(scope, states, FEW) if states else ():
        if number > FEW:
            found[activity.state] = _many(scope, activity.state, number)
        else:
            host = str(Bilingual(name_ar, name_fr))
            found[activity.code] = _one(actor, scope, activity, host, sender)
    return list(found.values())


def _many(scope: Scope, state: TransferState, number: int) -> Todo:
    href = url_for("cohorts.transfer.index", state=state.value, region=geography.code_within(scope))
    return Todo(_counted(state, number), href, count=number, kind=f"transfer_{state.value}")


def _one(actor: Actor, scope: Scope, activity: TransferActivity, host: str, sender: str | None) -> Todo:
    state = activity.state
    is_own = actor.account_id is not None and activity.submitted_by_id == actor.account_id
    due, owner = None, ""
    if state is TransferState.SUBMITTED:
        due = clock.day_of(activity.submitted_at) + VALIDATION_DELAY if activity.submitted_at else None
        owner = _("Une autre personne que vous") if is_own else ""
    elif not is_own and activity.host_id not in scope.associations:
        owner = sender or host
    what = f"\u2068{host}\u2069 (\u2066{activity.code}\u2069)"
    href = url_for("cohorts.transfer.show", activity_id=activity.id)
    return Todo(_told(state, what), href, due, Tone.AMBER, kind=f"transfer_{state.value}", owner=owner)


def _told(state: TransferState, what: str) -> str:
    if state is TransferState.SUBMITTED:
        return _("Transfert organisé par %(what)s : à valider", what=what)
    if state is TransferState.RETURNED:
        return _("Transfert organisé par %(what)s : renvoyé, à corriger", what=what)
    return _("Transfert organisé par %(what)s : à compléter et à déclarer", what=what)


def _counted(state: TransferState, count: int) -> str:
    if state is TransferState.SUBMITTED:
        return ngettext("%(num)s transfert à valider", "%(num)s transferts à valider", count)
    if state is TransferState.RETURNED:
        return ngettext(
            "%(num)s transfert renvoyé à corriger", "%(num)s transferts renvoyés à corriger", count
        )
    return ngettext("%(num)s transfert à déclarer", "%(num)s transferts à déclarer", count)


todos.register("cohorts.transfer", find, is_personal=True)
