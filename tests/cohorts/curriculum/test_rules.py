"""Modules: one code, a length above zero."""

from __future__ import annotations

from typing import Any

import pytest

from cohorts.curriculum import queries, rules
from cohorts.enrolment import rules as cohorts
from cohorts.sessions.models import SessionState
from programme.base.access import Actor, Role, Scope
from programme.base.refusals import Refused
from tests.cohorts.reached import rows
from tests.factories.cohorts import SYSTEM, cohort, module


def test_a_module_is_found_by_its_code_whatever_the_case(session: Any) -> None:
    made = module("Gov-1")
    assert queries.module_by_code(" gov-1 ") == made
    assert queries.modules_by_code(["GOV-1", "absent"]) == {"GOV-1": made}
    assert list(queries.modules(Scope.country())) == [made]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": " "}, "code"),
        ({"code": "m1"}, "code"),
        ({"title_ar": ""}, "title_ar"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_refused(session: Any, change: dict[str, Any], field: str) -> None:
    module("M1")
    given = {"code": "M2", "title_ar": "الحكامة", "title_fr": None, "minutes": 60, **change}
    with pytest.raises(Refused) as refusal:
        rules.add_module(SYSTEM, **given)
    assert refusal.value.field == field


def test_editing_answers_what_changed(session: Any) -> None:
    made = module("M1", 600)
    assert rules.edit_module(SYSTEM, made, minutes=720, title_ar=made.title_ar) == {"minutes": (600, 720)}
    assert rules.edit_module(SYSTEM, made, minutes=720) == {}
    with pytest.raises(Refused):
        rules.edit_module(SYSTEM, made, minutes=-1)


def test_implementers_do_not_write_modules(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.edit_module(Actor.of(1, "x", Role.IMPLEMENTER), module(), minutes=1)
    assert refusal.value.status == 403


def test_what_was_taught_and_validated_stays(session: Any) -> None:
    made, one = cohort(), module("M1")
    held = rows.session(made, (rows.day(0), 180, one), state=SessionState.SUBMITTED)
    rules.edit_module(SYSTEM, one, minutes=720)
    cohorts.edit_cohort(SYSTEM, made, modules=[one, module("M3")])
    held.state = SessionState.VALIDATED
    session.flush()
    with pytest.raises(Refused, match="sa durée") as refusal:
        rules.edit_module(SYSTEM, one, minutes=60)
    assert (refusal.value.field, one.minutes) == ("minutes", 720)
    with pytest.raises(Refused, match="ses modules") as refusal:
        cohorts.edit_cohort(SYSTEM, made, modules=[one], name_fr="Autre")
    assert (refusal.value.field, len(made.modules)) == ("modules", 2)
    assert set(rules.edit_module(SYSTEM, one, title_ar="عنوان آخر", minutes=720)) == {"title_ar"}
    assert rules.edit_module(SYSTEM, module("M3"), minutes=60) == {"minutes": (600, 60)}
