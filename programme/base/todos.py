"""What waits for someone: a register that each room fills, read by home and the top bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from programme.base.access import Actor, Scope
from programme.base.remembering import NOW, lately, remembered, within
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
_personal: set[str] = set()
NOTHING: Mapping[str, float] = MappingProxyType({})


def register(room: str, finder: Finder, *, is_fleeting: bool = False, is_personal: bool = False) -> None:
    """Add a room's finder; it answers at most a handful, most urgent first, in a fixed number of statements.

    `room` is the room's package, which is its blueprint too.
    `is_fleeting`: what it finds changes without an entry in the journal, so that it is asked anew wherever it is
    shown; the number in passing may lag, but for who has just acted, wherever that was.
    `is_personal`: it depends on who asks, beyond their role, rights and scope; others are found once for all
    colleagues.
    """
    (_fleeting if is_fleeting else _finders)[room] = finder
    if is_personal:
        _personal.add(room)


def waiting(
    actor: Actor, scope: Scope, *, since: float = NOW, acted: Mapping[str, float] = NOTHING
) -> tuple[Todo, ...]:
    """As `todos`, most of it found once until the next fact.

    With `since`, as for `remembered`, for who only counts it; `acted`: when the reader last did something, by
    room. What that room finds is then no older; neither is anything, where the room has no finder.
    """
    anywhere = max([since, *(at for room, at in acted.items() if room not in _finders)])
    lasting = [
        one
        for room in sorted(_finders)
        for one in _lasting(room, actor, scope, max(anywhere, acted.get(room, 0.0)))
    ]
    find = partial(_found, _fleeting, actor, scope)
    if since == NOW:
        return tuple(_sorted([*lasting, *find()]))
    return (*lasting, *lately(("todos", actor, scope), find, max(anywhere, *acted.values(), 0.0)))


def _lasting(room: str, actor: Actor, scope: Scope, since: float) -> list[Todo]:
    who = actor if room in _personal else (actor.role, actor.permissions)
    find = partial(_finders[room], actor, scope)
    return remembered(("todos", room, who, scope), find, within(scope), since=since)


def todos(actor: Actor, scope: Scope) -> list[Todo]:
    """Everything that waits for this actor, red before amber, then by date."""
    return _sorted(_found({**_finders, **_fleeting}, actor, scope))


def _found(finders: Mapping[str, Finder], actor: Actor, scope: Scope) -> list[Todo]:
    return [todo for room in sorted(finders) for todo in finders[room](actor, scope)]


def _sorted(found: list[Todo]) -> list[Todo]:
    return sorted(found, key=lambda t: (t.tone is not Tone.RED, t.due_on or dt.date.max, t.text))
