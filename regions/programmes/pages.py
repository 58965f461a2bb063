"""Chips and buttons of the pages of regional programmes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import g, url_for

from programme.base.access import Permission
from programme.base.language import gettext as _
from programme.base.states import Tone, moves_from
from regions.programmes.models import MOVES, ProgrammeState, RegionalProgramme


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in the address."""

    label: str
    href: str
    active: bool
    count: int


@dataclass(frozen=True, slots=True)
class Button:
    """A next step in the record's header."""

    label: str
    href: str
    main: bool = False
    method: str = "post"
    confirm: str = ""
    tone: str = ""


def state_chips(found: Iterable[RegionalProgramme], chosen: ProgrammeState | None) -> list[Chip]:
    """One chip per state that occurs."""
    counted = Counter(one.state for one in found)
    return [
        Chip(
            str(state.label),
            url_for(".index", state=None if state is chosen else state.value),
            state is chosen,
            counted[state],
        )
        for state in ProgrammeState
        if counted[state] or state is chosen
    ]


BEGINNING = frozenset({ProgrammeState.ANNOUNCED, ProgrammeState.PREPARING})
"""The states in which the page says what comes next."""


def moves(shown: RegionalProgramme) -> list[Button]:
    """The steps that this actor may take, then editing."""
    steps = moves_from(MOVES, shown.state, g.actor)
    # What harms stands last, whatever the table's order.
    ordered = sorted(steps.items(), key=lambda step: step[1].needs_reason)
    found = [
        Button(
            str(step.label),
            url_for(".move", regional_programme_id=shown.id, name=name),
            main=number == 0 and not step.needs_reason,
            method="get" if step.needs_reason else "post",
            confirm="" if step.needs_reason else str(step.confirm),  # the page of the reason says it
            tone=Tone.RED.value if step.target is ProgrammeState.POSTPONED else "",
        )
        for number, (name, step) in enumerate(ordered)
    ]
    if g.actor.may(Permission.PROGRAMME_WRITE):
        href = url_for(".edit", regional_programme_id=shown.id)
        found.append(Button(_("Modifier la période"), href, method="get"))
    return found
