"""Tabs that upper rooms add to a record of a lower one (DESIGN.md section 1: no room looks up)."""

from __future__ import annotations

from dataclasses import dataclass

from programme.base.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Panel:
    """One more tab: a noun, the endpoint that shows it, and who may open it.

    The endpoint takes the record's id as `<kind>_id`.
    """

    name: str
    label: str
    endpoint: str
    permission: Permission | None = None
    order: int = 0


_register: dict[str, dict[str, Panel]] = {}


def register(
    kind: str,
    name: str,
    label: str,
    endpoint: str,
    *,
    permission: Permission | None = None,
    order: int = 0,
) -> Panel:
    """Add a tab to the records of `kind` ("association"); the same name again replaces it."""
    panel = Panel(name, label, endpoint, permission, order)
    _register.setdefault(kind, {})[name] = panel
    return panel


def panels(kind: str, actor: Actor) -> list[Panel]:
    """The tabs that this actor may open, in order."""
    found = sorted(_register.get(kind, {}).values(), key=lambda panel: (panel.order, panel.name))
    return [panel for panel in found if panel.permission is None or actor.may(panel.permission)]
