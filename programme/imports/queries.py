"""What the import page offers."""

from __future__ import annotations

from cohorts.enrolment import queries as enrolment
from programme.base.access import Scope
from regions.geography import queries as geography

BLANK = (("", "—"),)
"""What stands before the choices: none of them."""


def region_choices(scope: Scope) -> list[tuple[str, str]]:
    """(code, name) of the regions in scope, with an empty choice first."""
    return [*BLANK, *((region.code, str(region.name)) for region in geography.regions(scope))]


def cohort_choices(scope: Scope) -> list[tuple[str, str]]:
    """(code, name) of the cohorts in scope, with an empty choice first."""
    return [
        *BLANK,
        *((cohort.code, f"{cohort.code} · {cohort.name}") for cohort in enrolment.cohorts(scope)),
    ]
