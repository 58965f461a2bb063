"""Where and when sittings may be (RULES C3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.enrolment import rules as enrolment_rules
from cohorts.sessions import queries, rules
from cohorts.sessions.models import Session, SessionKind
from cohorts.sessions.rules.place import AGENDA_LOCK
from programme.base import carriage, journal
from programme.base.access import Role, Scope
from programme.base.extensions import db
from programme.base.refusals import Refused
from regions.programmes.models import ProgrammeState
from tests.client import HouseClient, Statements
from tests.factories import associations, partnerships
from tests.factories.cohorts import SYSTEM, cohort, module
from tests.factories.sessions import FRIDAY, days, officer, plan, session_of, trainer

COUNTRY = Scope.country()


def refused(why: str, field: str | None, rule: Any, /, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refusal:
        rule(*args, **kwargs)
    assert (refusal.value.code, refusal.value.field) == (why, field)
    return refusal.value.message


def test_a_session_is_planned_with_its_half_days_and_found(session: Any) -> None:
    made = session_of(cohort(), *days(4), code="FM-S1", actor=officer())
    found = queries.session_by_code(COUNTRY, "fm-s1")
    assert found is made
    assert [s.half_day for s in made.sittings] == ["am", "pm", "am", "pm"]
    assert made.entered_by_id is not None


def test_a_code_is_taken_once_and_sittings_are_needed(session: Any) -> None:
    group = cohort()
    session_of(group, code="S1")
    taken = refused("unique", "session", session_of, group, plan(half="pm"), code="s1")
    assert "déjà" in taken
    missing = refused("required", "session", session_of, group, plan(half="pm"), code=" ")
    assert "déjà" not in missing
    refused("sittings", "sittings", rules.schedule, SYSTEM, group, code="S2", sittings=[])
    refused("unique", "half_day", session_of, group, plan(), plan())
    refused("minutes", "hours", session_of, group, plan(minutes=800))


def test_c3_days_lie_inside_the_agreements_period(session: Any) -> None:
    partnerships.in_force(reference="CONV-2023-01", ends_on=dt.date(2024, 12, 31))
    group = cohort()
    session_of(group, plan(dt.date(2024, 12, 31)))
    for day in (dt.date(2023, 6, 19), dt.date(2025, 1, 1)):
        message = refused("C3", "date", session_of, group, plan(day))
        assert "CONV-2023-01" in message
    assert db.session.query(Session).filter(Session.code.like("S-%")).count() >= 1


def test_c3_an_agreement_not_in_force_carries_nothing(session: Any) -> None:
    partnerships.signed(reference="CONV-2023-01")
    message = refused("C3", "date", session_of, cohort())
    assert "n'est pas en vigueur" in message


def test_c3_an_agreement_not_yet_recorded_warns(session: Any) -> None:
    group = cohort()
    session_of(group)
    assert any("CONV-2023-01" in text for text in rules.warnings_of(group, [plan()]))
    assert carriage.carriage_of("CONV-2023-01") is None


def test_c3_an_override_needs_a_reason_and_the_right_role(session: Any) -> None:
    partnerships.in_force(reference="CONV-2023-01", ends_on=dt.date(2024, 12, 31))
    group, late = cohort(), plan(dt.date(2025, 1, 7))
    implementer = officer(Role.IMPLEMENTER)
    refused("C3", "override_reason", session_of, group, late, actor=implementer, override_reason="retard")
    refused("C3", "date", session_of, group, late, actor=officer(), override_reason="  ")
    made = session_of(group, late, actor=officer(Role.REGIONAL_OFFICER), override_reason="Salle fermée")
    db.session.commit()
    entries = {entry.event: entry for entry in journal.history(db.session, "session", made.id)}
    assert entries["sessions:session:override"].reason == "Salle fermée"
    needless = session_of(group, plan(half="pm"), actor=officer(), override_reason="pour rien")
    assert needless.override_reason is None


@pytest.mark.parametrize("state", [ProgrammeState.CLOSED, ProgrammeState.POSTPONED])
def test_c3_a_stopped_programme_or_a_closed_cohort_takes_no_session(
    session: Any, state: ProgrammeState
) -> None:
    group = cohort()
    group.regional_programme.state = state
    refused("closed", "cohort", session_of, group)
    group.regional_programme.state = ProgrammeState.RUNNING
    enrolment_rules.move_cohort(SYSTEM, group, "close")
    refused("closed", "cohort", session_of, group)


def test_c3_a_sitting_is_in_the_region_of_its_cohort(session: Any) -> None:
    group = cohort()
    rabat = associations.commune("04.421")
    refused("C3", "commune_code", session_of, group, plan(commune_id=rabat.id))
    session_of(group, plan(commune_id=associations.commune().id))


def test_c3_trainer_and_room_are_not_double_booked(session: Any) -> None:
    one, other, teacher = cohort("FM-1"), cohort("FM-2"), trainer()
    place = associations.commune()
    first = session_of(one, plan(trainer=teacher, venue="القاعة الكبرى", commune_id=place.id))
    message = refused("C3", "trainer", session_of, other, plan(trainer=teacher))
    assert first.code in message
    room: dict[str, Any] = {"venue": "القاعة  الكُبرى", "commune_id": place.id}
    refused("C3", "venue", session_of, other, plan(**room))
    session_of(other, plan(half="pm", trainer=teacher, **room))
    elsewhere = session_of(other, plan(venue="القاعة الكبرى"))
    refused("C3", "trainer", rules.add_sitting, SYSTEM, elsewhere, plan(half="pm", trainer=teacher))
    rules.cancel(SYSTEM, first, "report")
    taken = session_of(other, plan(trainer=teacher, **room))
    refused("C3", "trainer", rules.restore, SYSTEM, first)
    rules.cancel(SYSTEM, taken, "report")
    rules.restore(SYSTEM, first)


def test_c3_friday_holiday_and_ramadan_only_warn(session: Any) -> None:
    group = cohort()
    feast, fast = dt.date(2024, 1, 11), dt.date(2024, 3, 20)
    session_of(group, plan(), plan(feast), plan(fast))
    found = " ".join(rules.warnings_of(group, [plan(), plan(feast), plan(fast)]))
    assert all(word in found for word in ("Vendredi", "férié", "ramadan"))


def test_sittings_change_while_the_session_is_open(session: Any) -> None:
    made = session_of(cohort(), *days(2))
    morning, noon = made.sittings
    changed = rules.edit_sitting(SYSTEM, morning, plan(minutes=210, module=module("M2")))
    assert changed == {"minutes": (180, 210), "module": ("M1", "M2")}
    assert rules.edit_sitting(SYSTEM, morning, plan(minutes=210, module=module("M2"))) == {}
    refused("unique", "half_day", rules.edit_sitting, SYSTEM, morning, plan(half="pm"))
    rules.remove_sitting(SYSTEM, noon)
    refused("sittings", "sittings", rules.remove_sitting, SYSTEM, morning)


def test_a_form_arranges_fields_and_half_days_at_once(session: Any) -> None:
    made = session_of(cohort(), *days(2))
    kept = made.sittings[1]
    rules.arrange(
        SYSTEM, made, [(kept.id, plan(half="pm")), (None, plan(FRIDAY + dt.timedelta(days=3)))], title_fr="Autre"
    )  # fmt: skip
    assert [(s.on_date.day, s.half_day) for s in made.sittings] == [(8, "pm"), (11, "am")]
    assert made.title_fr == "Autre"
    assert made.kind is SessionKind.SESSION
    refused("sittings", "sittings", rules.arrange, SYSTEM, made, [])


def test_trainers_are_found_by_email_or_name(session: Any) -> None:
    by_mail = rules.find_or_add_trainer(SYSTEM, "Hassan@Example.ma")
    assert rules.find_or_add_trainer(SYSTEM, " hassan@example.ma ") is by_mail
    named = rules.find_or_add_trainer(SYSTEM, "الأستاذ حسن العلوي")
    assert rules.find_or_add_trainer(SYSTEM, "حسن علوي") is named
    both = rules.find_or_add_trainer(SYSTEM, "سعاد الحياني <souad@example.ma>")
    assert (both.name, both.email) == ("سعاد الحياني", "souad@example.ma")
    assert rules.find_or_add_trainer(SYSTEM, both.written) is both
    assert rules.find_or_add_trainer(SYSTEM, "سعاد الحياني") is both
    refused("trainer", "trainer", rules.find_or_add_trainer, SYSTEM, "  ")
    refused("trainer", "trainer", rules.find_or_add_trainer, SYSTEM, "no at@")
    db.session.add(type(named)(name=named.name, name_key=named.name_key))
    refused("trainer", "trainer", rules.find_or_add_trainer, SYSTEM, "حسن العلوي")


def test_an_address_alone_is_called_as_its_account(session: Any, client: HouseClient) -> None:
    account = client.sign_in_as(Role.TRAINER, name="سعاد الحياني")
    found = rules.find_or_add_trainer(SYSTEM, account.email.upper())
    assert (found.name, found.email, found.written) == (
        "سعاد الحياني",
        account.email,
        f"سعاد الحياني <{account.email}>",
    )


def test_c3_days_are_held_while_they_are_planned(session: Any) -> None:
    """Two who plan at once must not both find the trainer free; SQLite lets one writer in at a time."""
    group = cohort()
    with Statements() as seen:
        session_of(group, *days(3))
    locks = [one for one in seen.all if "advisory" in one]
    if db.engine.dialect.name != "postgresql":
        assert locks == []
        return
    assert len(locks) == 1
    held = sa.text(
        "SELECT count(*) FROM pg_locks"
        " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = :key"
    )
    assert session.scalar(held, {"key": AGENDA_LOCK}) == 2
