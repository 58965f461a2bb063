"""What agreements wait for: signatures, force, an end that nears."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from partnerships.agreements.alerts import ENDING, PAST, READY, UNSIGNED, Alert, alerts
from programme.base.access import Actor, Permission, Scope
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.todos import Todo, register
from regions.geography import queries as geography

FEW = 3
"""More of one kind than this are one line with a count."""


def find(actor: Actor, scope: Scope) -> list[Todo]:
    """For who signs or writes agreements; a partner is told of its own signatures only."""
    if not actor.may(Permission.AGREEMENT_WRITE) and not actor.may(Permission.AGREEMENT_SIGN):
        return []
    by_kind: dict[str, list[Alert]] = {}
    for alert in alerts(scope):
        if _concerns(alert, actor, scope):
            by_kind.setdefault(alert.kind, []).append(alert)
    return [todo for kind, found in by_kind.items() for todo in _lines(kind, found, scope)]


def _concerns(alert: Alert, actor: Actor, scope: Scope) -> bool:
    if alert.kind == UNSIGNED and not actor.may(Permission.AGREEMENT_WRITE):
        return any(party.organisation_id in scope.organisations for party in alert.missing)
    if alert.kind in {READY, PAST}:
        return actor.may(Permission.AGREEMENT_APPROVE)
    return True


def _lines(kind: str, found: Sequence[Alert], scope: Scope) -> list[Todo]:
    if len(found) > FEW:
        tone, due = found[0].tone, found[0].due_on
        address = url_for(
            "partnerships.agreements.to_watch", region=geography.code_within(scope), _anchor=kind
        )
        return [Todo(_grouped(kind, len(found)), address, due, tone, len(found), f"agreement:{kind}")]
    return [
        Todo(
            _("Convention %(reference)s : %(what)s", reference=one.agreement.reference, what=one.in_sentence),
            url_for("partnerships.agreements.show", agreement_id=one.agreement.id),
            one.due_on,
            one.tone,
            kind=f"agreement:{kind}",
            owner=_owner(one, scope),
        )
        for one in found
    ]


def _owner(alert: Alert, scope: Scope) -> str:
    """Whose signatures miss, where that is not the reader's own organisation."""
    if any(party.organisation_id in scope.organisations for party in alert.missing):
        return ""
    return " · ".join(str(party.organisation.name) for party in alert.missing)


def _grouped(kind: str, count: int) -> str:
    if kind == UNSIGNED:
        return ngettext("%(num)s convention à signer", "%(num)s conventions à signer", count)
    if kind == READY:
        return ngettext(
            "%(num)s convention à mettre en vigueur", "%(num)s conventions à mettre en vigueur", count
        )
    if kind == ENDING:
        return ngettext(
            "%(num)s convention se termine bientôt", "%(num)s conventions se terminent bientôt", count
        )
    return ngettext("%(num)s convention échue", "%(num)s conventions échues", count)


register("agreements", find)
