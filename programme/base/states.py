"""Life-cycles as tables, read by the rule, the buttons and the tests alike (DESIGN.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

if TYPE_CHECKING:
    from programme.base.access import Actor, Permission


class Tone(StrEnum):
    """LOOK.md principle 3: planned, running, kept, to check, refused."""

    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Labelled(StrEnum):
    """An enum whose members carry a label and a tone: `DRAFT = "draft", _l("Brouillon"), Tone.GREY`."""

    label: str
    tone: Tone

    def __new__(cls, value: str, label: str = "", tone: Tone = Tone.GREY) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        member.tone = tone
        return member

    @classmethod
    def options(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a select."""
        return [(member.value, str(member.label)) for member in cls]


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a life-cycle: from which states, to which, by whose permission, under which label."""

    sources: frozenset[Any] | set[Any]
    target: Any
    permission: Permission
    label: str
    needs_reason: bool = False
    confirm: str = ""
    """The consequence, named before what cannot be undone."""


Moves = Mapping[str, Move]


@dataclass(frozen=True, slots=True)
class Check:
    """One named condition of a step, shown to the user with its tick."""

    name: str
    label: str
    holds: bool
    detail: str = ""


def moves_from(moves: Moves, state: Any, actor: Actor) -> dict[str, Move]:
    """The moves this actor may make from `state`, in the table's order."""
    return {name: m for name, m in moves.items() if state in m.sources and actor.may(m.permission)}


def checked_move(moves: Moves, name: str, state: Any, actor: Actor, reason: str | None = None) -> Move:
    """The move called `name`, or `Refused` where the state, the permission or a missing reason forbids it."""
    move = moves[name]
    actor.must(move.permission)
    if state not in move.sources:
        label = getattr(state, "label", state)
        raise Refused(
            _("« %(move)s » n'est pas possible dans l'état « %(state)s ».", move=move.label, state=label),
            "state",
            code="state",
        )
    if move.needs_reason and not (reason or "").strip():
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    return move


def all_hold(checks: list[Check], message: str = "") -> None:
    """Refuse with the labels of the conditions that do not hold."""
    missing = [str(check.label) for check in checks if not check.holds]
    if missing:
        raise Refused(
            (message or _("Il manque : %(list)s.", list=" ; ".join(missing))), "state", code="checklist"
        )


YES_NO = ((True, _l("Oui")), (False, _l("Non")))
