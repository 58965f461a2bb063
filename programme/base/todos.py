"""What waits for someone: a register that each room fills, read by home and the top bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from programme.base.access import Actor, Scope
from programme.base.remembering import remembered
from programme.base.states import Tone


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what, where, since or until when; `count` where it stands for several.

    `owner` names who is to do it where that is someone else than the reader.
    """

    text: str
    href: str
    due_on: dt.date | None = None
    tone: Tone = Tone.AMBER
    count: int = 1
    kind: str = ""
    owner: str = ""


Finder = Callable[[Actor, Scope], list[Todo]]
_finders: dict[str, Finder] = {}
_fleeting: dict[str, Finder] = {}


def register(room: str, finder: Finder, *, is_fleeting: bool = False) -> None:
    """Add a room's finder; it answers at most a handful, most urgent first, in a fixed number of statements.

    `is_fleeting`: what it finds changes without an entry in the journal, so that every page asks it anew.
    """
    (_fleeting if is_fleeting else _finders)[room] = finder


def waiting(actor: Actor, scope: Scope) -> tuple[Todo, ...]:
    """As `todos`, most of it found once until the next fact: every page counts them."""
    lasting = remembered(("todos", actor, scope), lambda: _found(_finders, actor, scope), _within(scope))
    return tuple(_sorted([*lasting, *_found(_fleeting, actor, scope)]))


def _within(scope: Scope) -> frozenset[int] | None:
    """The regions in which alone something may wait for this scope; None: anywhere."""
    others = scope.agreements or scope.organisations or scope.associations or scope.trainers or scope.persons
    return None if scope.regions is None or others else scope.regions | scope.territory


def todos(actor: Actor, scope: Scope) -> list[Todo]:
    """Everything that waits for this actor, red before amber, then by date."""
    return _sorted(_found({**_finders, **_fleeting}, actor, scope))


def _found(finders: Mapping[str, Finder], actor: Actor, scope: Scope) -> list[Todo]:
    return [todo for room in sorted(finders) for todo in finders[room](actor, scope)]


def _sorted(found: list[Todo]) -> list[Todo]:
    return sorted(found, key=lambda t: (t.tone is not Tone.RED, t.due_on or dt.date.max, t.text))
