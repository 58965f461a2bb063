"""Regional programmes: periods, versions of targets, life-cycle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from programme.base.access import Actor, Role, Scope
from programme.base.refusals import Refused
from regions.programmes import queries, rules
from regions.programmes.models import MOVES, ProgrammeState
from tests.factories.programmes import SYSTEM, region, regional_programme

DAY = dt.date(2024, 1, 1)
PARTNER = Actor.of(1, "شريك", Role.REGIONAL_PARTNER)


def test_opening_gives_the_targets_of_the_programme(session: Any) -> None:
    opened = regional_programme()
    targets = queries.targets_of(opened.id, DAY)
    assert [getattr(targets, name) for name in rules.TARGETS] == [30, 120, 4, 600, 80, 2, 360]
    assert targets.effective_on == opened.starts_on


def test_targets_of_a_day_are_the_version_in_force(session: Any) -> None:
    opened = regional_programme()
    more = {"set_by": "محضر اللجنة", "reason": "تمديد"}
    rules.set_targets(SYSTEM, opened, effective_on=DAY, reach_target=650, **more)
    assert queries.targets_of(opened.id, DAY - dt.timedelta(days=1)).reach_target == 600
    assert queries.targets_of(opened.id, DAY).reach_target == 650
    assert queries.targets_of(opened.id, dt.date(2020, 1, 1)).reach_target == 600
    assert queries.targets_of(opened.id, DAY, known_on=dt.date(2020, 1, 1)).number == 1


def test_a_version_keeps_what_it_does_not_name(session: Any) -> None:
    opened = regional_programme(associations_target=25)
    version = rules.set_targets(
        SYSTEM, opened, effective_on=DAY, set_by="Avenant 1", reason="Crédits", reach_target=500
    )
    assert (version.number, version.associations_target, version.reach_target) == (2, 25, 500)


def test_targets_by_region_take_the_programme_of_the_day(session: Any) -> None:
    first = regional_programme(ends_on=dt.date(2024, 12, 31))
    regional_programme(starts_on=dt.date(2025, 1, 1), reach_target=700)
    there = region().id
    assert queries.targets_by_region(Scope.country(), DAY)[there].regional_programme_id == first.id
    later = queries.targets_by_region(Scope.country(), dt.date(2025, 6, 1))
    assert later[there].reach_target == 700
    assert queries.targets_by_region(Scope(), DAY) == {}
    assert queries.regional_programme_of(there, dt.date(2020, 1, 1)) == first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"set_by": " "}, "set_by"),
        ({"reason": ""}, "reason"),
        ({"effective_on": dt.date(2020, 1, 1)}, "effective_on"),
        ({"min_attendance": 101}, "min_attendance"),
        ({"transfer_min_persons": 0}, "transfer_min_persons"),
        ({"reach_target": 600}, None),
    ],
)
def test_targets_are_refused(session: Any, change: dict[str, Any], field: str | None) -> None:
    opened = regional_programme()
    given = {"effective_on": DAY, "set_by": "Avenant", "reason": "Motif", "reach_target": 610, **change}
    with pytest.raises(Refused) as refusal:
        rules.set_targets(SYSTEM, opened, **given)
    assert refusal.value.field == field


def test_targets_of_a_closed_programme_are_refused(session: Any) -> None:
    opened = regional_programme(state=ProgrammeState.CLOSED)
    with pytest.raises(Refused, match="clôturée"):
        rules.set_targets(SYSTEM, opened, effective_on=DAY, set_by="x", reason="y", reach_target=1)


def test_an_unknown_target_is_a_mistake_of_the_caller(session: Any) -> None:
    with pytest.raises(TypeError):
        regional_programme(reached=3)


def test_two_programmes_of_a_region_never_share_a_day(session: Any) -> None:
    regional_programme(ends_on=dt.date(2024, 12, 31))
    with pytest.raises(Refused, match="couvre déjà"):
        regional_programme(starts_on=dt.date(2024, 6, 1))
    with pytest.raises(Refused, match="précède"):
        regional_programme(starts_on=dt.date(2026, 6, 1), ends_on=dt.date(2026, 1, 1))
    assert regional_programme(starts_on=dt.date(2025, 1, 1)).id


def test_the_end_cannot_run_into_the_next_one(session: Any) -> None:
    first = regional_programme(ends_on=dt.date(2024, 12, 31))
    regional_programme(starts_on=dt.date(2025, 1, 1))
    with pytest.raises(Refused) as refusal:
        rules.edit_period(SYSTEM, first, ends_on=dt.date(2025, 1, 1))
    assert refusal.value.field == "ends_on"
    rules.edit_period(SYSTEM, first, ends_on=dt.date(2024, 11, 30))
    rules.edit_period(SYSTEM, first, ends_on=dt.date(2024, 11, 30))
    assert first.ends_on == dt.date(2024, 11, 30)


def test_without_permission_nothing_is_opened(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.open_regional_programme(PARTNER, region_id=region().id, starts_on=DAY)
    assert refusal.value.status == 403


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", ProgrammeState)
def test_every_move_from_every_state(session: Any, name: str, state: ProgrammeState) -> None:
    opened = regional_programme(state=state)
    if state in MOVES[name].sources:
        rules.move(SYSTEM, opened, name, "سبب")
        assert opened.state is MOVES[name].target
    else:
        with pytest.raises(Refused):
            rules.move(SYSTEM, opened, name, "سبب")


def test_a_postponement_needs_its_reason(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.move(SYSTEM, regional_programme(), "postpone")
    assert refusal.value.field == "reason"
