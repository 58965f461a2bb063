"""The heat map of a cohort: its seats against its sessions, in five steps of one colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import Cohort, Seat
from cohorts.sessions.models import Session
from cohorts.sessions.queries.shares import marks_by_seat, shared_sessions
from programme.base.access import Scope

STEPS = (0.5, 0.65, 0.8, 0.9)
"""Where each step of the scale begins after the first: around the share that completion asks for."""
Marks = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Share:
    """Marks present or late over all marks; `value` is None where there is no mark.

    It is the share to the whole per cent, as it is printed, so that the colour never says otherwise.
    """

    present: int = 0
    marks: int = 0

    @property
    def value(self) -> float | None:
        return (200 * self.present + self.marks) // (2 * self.marks) / 100 if self.marks else None

    @property
    def step(self) -> str:
        """Which of the five steps of the scale."""
        value = self.value
        return "none" if value is None else str(sum(value >= start for start in STEPS))


@dataclass(frozen=True, slots=True)
class Line:
    """One seat: its share of each session, then of all of them."""

    seat: Seat
    cells: list[Share]
    whole: Share


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole table; `feet` are the shares of each session over all seats, the last of everything."""

    sessions: Sequence[Session]
    lines: list[Line]
    feet: list[Share]


def heat_of(scope: Scope, cohort: Cohort) -> Heat:
    """The heat map of what the scope holds of a cohort, in a fixed number of statements."""
    sessions, marks = shared_sessions(scope, cohort), marks_by_seat(scope, cohort)
    lines = []
    for seat in enrolment.seats(scope, cohort):
        cells = [Share(*marks.get((seat.id, one.id), (0, 0))) for one in sessions]
        lines.append(Line(seat, cells, _together(cells)))
    feet = [_together(line.cells[at] for line in lines) for at in range(len(sessions))]
    return Heat(sessions, lines, [*feet, _together(feet)])


def _together(shares: Iterable[Share]) -> Share:
    found = list(shares)
    return Share(sum(one.present for one in found), sum(one.marks for one in found))
