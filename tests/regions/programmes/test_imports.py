"""Import of regional programmes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from programme.base.access import Scope
from programme.base.workbook.kinds import kind
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from regions.programmes import queries
from regions.programmes.models import ProgrammeState
from tests.factories.programmes import SYSTEM, region

HEAD = "region;starts_on;ends_on;reach_target;min_attendance;transfer_min_hours;set_by;reason\n"


def bring(session: Any, text: str, name: str = "regional-programmes", **options: Any) -> Result:
    """Import CSV text as the operator."""
    return run_import(
        session, kind(name), text.encode(), "essai.csv", actor=SYSTEM, scope=Scope.country(), options=options
    )


def test_an_imported_programme_runs_between_its_dates(session: Any) -> None:
    result = bring(session, HEAD + "03;2023-06-14;2026-06-13;600;80;6;CONV-1;\n04;01/01/2025;;;;;;\n")
    assert (result.created, result.errors) == (2, [])
    opened = queries.regional_programme_of(region().id)
    assert opened is not None
    assert (opened.state, opened.ends_on) == (ProgrammeState.RUNNING, dt.date(2026, 6, 13))
    targets = queries.targets_of(opened.id, opened.starts_on)
    assert (targets.transfer_min_minutes, targets.set_by) == (360, "CONV-1")


def test_the_same_file_twice_changes_nothing(session: Any) -> None:
    text = HEAD + "3;2023-06-14;2026-06-13;600;80;6;CONV-1;\n"
    bring(session, text)
    again = bring(session, text)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 1, None)


def test_a_changed_row_makes_a_version_and_shows_it(session: Any) -> None:
    bring(session, HEAD + "Fès-Meknès;2023-06-14;2026-06-13;600;80;6;;\n")
    result = bring(session, HEAD + "فاس مكناس;2023-06-14;2027-06-13;650;;8;Avenant;\n")
    assert result.errors == []
    assert [(c.before, c.after) for c in result.changes] == [
        (dt.date(2026, 6, 13), dt.date(2027, 6, 13)),
        ("600", "650"),
        ("6", "8"),
    ]
    opened = queries.regional_programme_of(region().id)
    assert opened is not None
    assert [v.number for v in queries.target_versions(opened.id)] == [2, 1]


def test_a_source_given_later_is_added(session: Any) -> None:
    bring(session, HEAD + "03;2023-06-14;;600;80;6;;\n")
    result = bring(session, HEAD + "03;2023-06-14;;600;80;6;CONV-1;\n")
    assert [(c.before, c.after) for c in result.changes] == [(None, "CONV-1")]


def test_errors_name_the_column(session: Any) -> None:
    text = "03;2023-06-14;2020-01-01;;;;;\n77;2023-06-14;;;;;;\n04;2023-06-14;;;0;;;\n"
    errors = bring(session, HEAD + text).errors
    assert [(e.row, e.column) for e in errors] == [(2, "ends_on"), (3, "region"), (4, "min_attendance")]
