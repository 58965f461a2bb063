"""Counters and summaries that keep pages fast: what writes each anew, and what finds it out of step.

A projection is written in the transaction of the fact it follows (DESIGN.md section 5). `programme rebuild`
writes it anew, `programme doctor` compares it with the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from programme.base import checks


@dataclass(frozen=True, slots=True)
class Projection:
    """`rebuild` writes the whole of it and answers how many records it covers; the caller commits."""

    name: str
    rebuild: Callable[[], int]


PROJECTIONS: dict[str, Projection] = {}


def register(name: str, sentence: str, *, rebuild: Callable[[], int], stale: Callable[[], int]) -> None:
    """Add a projection. `sentence` says what is true where it is in step; `stale` counts the records it misses.

    ValueError where a check of that name is there already.
    """
    PROJECTIONS[name] = Projection(name, rebuild)

    def find() -> list[str]:
        lost = stale()
        return [f"{lost} fiches ne sont pas à jour : lancez `programme rebuild`."] if lost else []

    find.__qualname__ = f"projections.{name}"
    checks.register(name, sentence)(find)
