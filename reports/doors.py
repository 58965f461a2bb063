"""The list behind each figure of `progress`: the same filters, and as many rows as the figure says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from programme.base.access import Permission, Scope
from reports.counted import ENROLLED_ASSOCIATIONS, PENDING_ASSOCIATIONS, TRAINEES
from reports.definition import TOTAL, Door, Query
from reports.progress import ELSEWHERE, RegionProgress
from reports.training import SESSIONS

Doors = dict[tuple[int, str], Door]
PATHS: dict[str, tuple[str, dict[str, str], str]] = {
    "associations_enrolled": ("/reports/enrolled-associations", {}, ENROLLED_ASSOCIATIONS.permission),
    "associations_completed": (
        "/reports/enrolled-associations",
        {"completed": "1"},
        ENROLLED_ASSOCIATIONS.permission,
    ),
    "trainees_enrolled": ("/reports/trainees", {}, TRAINEES.permission),
    "trainees_completed": ("/reports/trainees", {"completed": "1"}, TRAINEES.permission),
    "reached": ("/reached", {}, Permission.REACHED_READ),
    "reached_by_cohort": ("/reached", {"kind": "N"}, Permission.REACHED_READ),
    "reached_by_transfer": ("/reached", {"kind": "T"}, Permission.REACHED_READ),
    "declared_not_validated": ("/reports/pending-associations", {}, PENDING_ASSOCIATIONS.permission),
    "sessions_held": ("/reports/sessions", {"held": "1"}, SESSIONS.permission),
}
"""By measure: the page of the list, its filters, and what a reader needs to open it."""
COLUMNS = {
    "associations": "associations_enrolled",
    "associations_completed": "associations_completed",
    "trainees": "trainees_enrolled",
    "trainees_completed": "trainees_completed",
    "reached": "reached",
    "reached_by_cohort": "reached_by_cohort",
    "reached_by_transfer": "reached_by_transfer",
    "pending": "declared_not_validated",
    "sessions_held": "sessions_held",
}
"""Columns of the table of regions, and the measure that each shows."""
PROVINCE_COLUMNS = {"enrolled": "associations_enrolled", "reached": "reached"}
"""Columns of the table of a region's provinces, likewise."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one query; none for readers whose lists are only a part of the region's."""

    scope: Scope
    query: Query

    def of(self, code: str, **more: str | None) -> Door | None:
        """The list behind the measure `code`, narrowed by `more`."""
        if self.scope.territory or code not in PATHS:
            return None
        path, own, permission = PATHS[code]
        days = {"as_at": self.query.as_at.isoformat(), "known_on": self.query.known_on.isoformat()}
        asked = {**own, **days, "region": self.query.region, **more}
        return Door(f"{path}?{urlencode({key: value for key, value in asked.items() if value})}", permission)

    def of_regions(self, rows: Sequence[RegionProgress]) -> Doors:
        """The lists behind the cells of the table of regions."""
        cells = [
            ((at, column), self.of(code, region=row.code))
            for at, row in enumerate(rows)
            for column, code in COLUMNS.items()
        ]
        cells += [((TOTAL, column), self.of(code)) for column, code in COLUMNS.items()]
        return {place: door for place, door in cells if door is not None}

    def of_provinces(self, row: RegionProgress) -> Doors:
        """The lists behind the cells of one region's provinces, and of their sums."""
        found: Doors = {}
        for at, one in enumerate(row.by_province):
            if one.name is ELSEWHERE:
                continue
            for column, code in PROVINCE_COLUMNS.items():
                door = self.of(code, region=row.code, province=one.code or UNKNOWN)
                if door is not None:
                    found[at, column] = door
        totals = {column: self.of(code, region=row.code) for column, code in PROVINCE_COLUMNS.items()}
        return found | {(TOTAL, column): door for column, door in totals.items() if door is not None}

    def of_sexes(self, sexes: Sequence[str]) -> Doors:
        """The lists behind the trainees of each sex."""
        doors = [(at, self.of("trainees_enrolled", sex=sex)) for at, sex in enumerate(sexes)]
        doors.append((TOTAL, self.of("trainees_enrolled")))
        return {(at, "trainees"): door for at, door in doors if door is not None}
