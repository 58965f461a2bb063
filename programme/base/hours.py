"""Hours that people attended: a register filled by the room of sessions, asked by the rooms below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from programme.base.measures import Moment

Finder = Callable[[Iterable[int], Moment], dict[int, int]]
_finder: list[Finder] = []


def provide(finder: Finder) -> None:
    """Called once by `cohorts.sessions`: minutes that count for the curriculum, by enrolment id (RULES C4)."""
    _finder[:] = [finder]


def minutes_by_enrolment(cohort_ids: Iterable[int], moment: Moment) -> dict[int, int]:
    """Attended minutes by enrolment id, for all enrolments of these cohorts; who has none may be missing."""
    wanted = sorted(set(cohort_ids))
    return _finder[0](wanted, moment) if wanted and _finder else {}
