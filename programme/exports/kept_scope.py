"""What an account met when its file was made, as it is kept beside the file."""

from __future__ import annotations

import json

from programme.base import clock
from programme.base.access import Actor, Scope
from programme.exports.models import ExportState, PreparedExport

_DIMENSIONS = ("regions", "territory", "agreements", "organisations", "associations", "trainers", "persons")


def scope_text(scope: Scope) -> str:
    """A scope as it is kept beside a file: ids and references, None for the whole country."""
    parts = {name: getattr(scope, name) for name in _DIMENSIONS}
    return json.dumps({name: None if ids is None else sorted(ids) for name, ids in parts.items()})


def covers(scope: Scope, kept: str) -> bool:
    """Whether `scope` still meets everything that the one kept as `scope_text` met."""
    if scope.is_country:
        return True
    then = json.loads(kept)
    if then["regions"] is None:
        return False
    return all(set(then[name]) <= set(getattr(scope, name) or ()) for name in _DIMENSIONS)


def may_still_fetch(actor: Actor, scope: Scope, export: PreparedExport, permission: str) -> bool:
    """Whether the reader, as they are now, may have the file that was made for them."""
    in_time = export.expires_at is not None and export.expires_at > clock.now()
    ready = export.state is ExportState.READY and in_time and export.scope is not None
    return ready and actor.may(permission) and covers(scope, export.scope or "")
