"""The pages that are measured, and the records of a place that they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.benchmarks.places import Place

READER = "ministere@example.ma"
"""Who asks: sees the whole country, in Arabic."""
REGION = "03"
FREQUENT, RARE = "الامل", "الامل تازة 12"


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is aimed at; milliseconds at the median."""

    name: str
    path: str
    aim: float = 12.0
    aim_at_ten: float | None = None
    """Another aim where the data are ten times as large."""
    most_statements: int | None = None
    most_times_bare: float | None = None
    """How often the bare Flask page of as many rows it may take."""

    def aimed(self, times: int) -> float:
        return self.aim_at_ten if self.aim_at_ten is not None and times >= 10 else self.aim


def pages(place: Place) -> list[Page]:
    """All of them, of this place's records."""
    known = records(place)
    found = "/associations?q="
    return [
        Page("home", "/", 15, 30, most_times_bare=4),
        Page("region", f"/regions/{REGION}", 20, 40),
        Page("registry, page 1", "/associations", 9, most_times_bare=4),
        Page("registry, last page", f"/associations?after={known['last']}", 9, most_times_bare=4),
        Page("registry, search of a frequent word", found + quote(FREQUENT), 9, most_times_bare=4),
        Page("registry, search of three words", found + quote(RARE), 9, most_times_bare=4),
        Page("association", f"/associations/{known['association']}"),
        Page("cohorts", "/cohorts", 9, most_times_bare=4),
        Page("cohort board", f"/cohorts/{known['cohort']}"),
        Page("sessions", "/sessions", 9, most_times_bare=4),
        Page("sheet of 120", f"/sessions/{known['session']}", 10, most_statements=6),
        Page("transfers", "/transfers", 9, most_times_bare=4),
        Page("person", f"/people/{known['person']}"),
        Page("agreement", f"/agreements/{known['agreement']}"),
        Page("to do", "/todo"),
        Page("progress report", "/reports/progress"),
    ]


def records(place: Place) -> dict[str, Any]:
    """Ids of what is looked at: in one region, a cohort that runs and its latest sheet, the registry's last page."""
    region = place.rows("SELECT id FROM region WHERE code = :code", code=REGION)[0][0]
    cohort = place.rows(
        "SELECT id FROM cohort WHERE region_id = :region AND state = 'running' ORDER BY id LIMIT 1",
        region=region,
    )[0][0]
    session = place.rows(
        "SELECT session_id FROM sitting JOIN attendance ON attendance.sitting_id = sitting.id "
        "WHERE session_id IN (SELECT id FROM session WHERE cohort_id = :cohort) "
        "GROUP BY session_id ORDER BY count(*) DESC, session_id DESC LIMIT 1",
        cohort=cohort,
    )[0][0]
    person = place.rows(
        "SELECT person_id, association_id FROM enrolment JOIN seat ON seat.id = enrolment.seat_id "
        "WHERE seat.cohort_id = :cohort ORDER BY enrolment.id LIMIT 1",
        cohort=cohort,
    )[0]
    last = place.rows(
        "SELECT id FROM association WHERE coalesce(merged_into_id, 0) = 0 "
        "ORDER BY sort_key DESC, id DESC LIMIT 1 OFFSET 25"
    )[0][0]
    agreement = place.rows("SELECT max(id) FROM agreement")[0][0]
    return {
        "cohort": cohort,
        "session": session,
        "person": person[0],
        "association": person[1],
        "last": last,
        "agreement": agreement,
    }
