"""Search over everything: a register that each room fills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from programme.base.access import Actor, Scope


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: its kind's label, title, second line and address."""

    kind: str
    title: str
    detail: str
    href: str


MOST = 8
"""How many hits of one room are shown."""
Finder = Callable[[Actor, Scope, str, int], list[Hit]]
_finders: dict[str, Finder] = {}


def register(room: str, finder: Finder) -> None:
    """`finder(actor, scope, text, limit)` answers what this actor may see, best first."""
    _finders[room] = finder


def find(actor: Actor, scope: Scope, text: str) -> list[tuple[str, list[Hit]]]:
    """Hits by room, empty rooms left out; one more than `MOST` where a room has more."""
    found = [(room, _finders[room](actor, scope, text, MOST + 1)) for room in sorted(_finders)]
    return [(room, hits) for room, hits in found if hits]
