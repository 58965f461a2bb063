"""What validated sessions have fixed: a register filled by the room of sessions, asked by the rooms below it."""

from __future__ import annotations

from collections.abc import Callable

Finder = Callable[[int | None, int | None], bool]
_finder: list[Finder] = []


def provide(finder: Finder) -> None:
    """Called once by `cohorts.sessions`: whether a session was validated of this (module id, cohort id)."""
    _finder[:] = [finder]


def is_taught(*, module_id: int | None = None, cohort_id: int | None = None) -> bool:
    """Whether hours of this module, or of this cohort, were validated: figures published stay (RULES C4, D4)."""
    return bool(_finder) and _finder[0](module_id, cohort_id)
