"""What waits in the registry: documents that lapse, suspected duplicates, old provisional receipts."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from programme.base import clock, todos
from programme.base.access import Actor, Permission, Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.states import Tone
from programme.base.todos import Todo
from regions.associations import queries
from regions.geography import queries as geography

AHEAD = dt.timedelta(days=60)
MOST = 5
COUNTED = 100


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """For who keeps the registry, in three statements."""
    if not actor.may(Permission.ASSOCIATION_WRITE):
        return []
    today = clock.today()
    return [*_lapsing(scope, today), *_alike(scope), *_provisional(scope, today)]


def _lapsing(scope: Scope, today: dt.date) -> list[Todo]:
    found = []
    for document in queries.expiring_documents(scope, today + AHEAD, MOST):
        is_late = document.expires_on is not None and document.expires_on < today
        kind, name = document.kind.label, document.association.name
        text = (
            _("Document expiré : %(kind)s, %(name)s", kind=kind, name=name)
            if is_late
            else _("Document bientôt expiré : %(kind)s, %(name)s", kind=kind, name=name)
        )
        href = url_for("regions.associations.documents", association_id=document.association_id)
        tone = Tone.RED if is_late else Tone.AMBER
        found.append(Todo(text, href, document.expires_on, tone, kind="association:document"))
    return found


def _alike(scope: Scope) -> list[Todo]:
    number = queries.open_suspicions(scope, COUNTED)
    if not number:
        return []
    text = ngettext(
        "%(num)s doublon d'associations à examiner", "%(num)s doublons d'associations à examiner", number
    )
    href = url_for("regions.associations.suspicions", region=geography.code_within(scope))
    return [Todo(text, href, count=number, kind="association:suspicion")]


def _provisional(scope: Scope, today: dt.date) -> list[Todo]:
    number = len(queries.provisional_receipts(scope, today, COUNTED))
    if not number:
        return []
    text = ngettext(
        "%(num)s récépissé provisoire de plus de 60 jours",
        "%(num)s récépissés provisoires de plus de 60 jours",
        number,
    )
    href = url_for(
        "regions.associations.index", receipt_kind="provisional", region=geography.code_within(scope)
    )
    return [Todo(text, href, count=number, kind="association:receipt")]


todos.register("regions.associations", find)
