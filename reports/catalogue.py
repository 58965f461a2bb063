"""The catalogue: every report once, by name (DESIGN.md section 3)."""

from __future__ import annotations

from reports.counted import ENROLLED_ASSOCIATIONS, PENDING_ASSOCIATIONS, REACHED_ASSOCIATIONS, TRAINEES
from reports.definition import Report
from reports.progress_report import PROGRESS
from reports.registers import AGREEMENTS, ASSOCIATIONS
from reports.training import ATTENDANCE, COHORT, SESSIONS

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        PROGRESS,
        COHORT,
        SESSIONS,
        ATTENDANCE,
        REACHED_ASSOCIATIONS,
        ENROLLED_ASSOCIATIONS,
        PENDING_ASSOCIATIONS,
        TRAINEES,
        AGREEMENTS,
        ASSOCIATIONS,
    )
}
