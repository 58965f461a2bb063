"""Agreements: drafted, signed, in force, stopped (RULES P1, P2, P5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from partnerships.agreements import rules
from partnerships.agreements.models import MOVES, AgreementState
from partnerships.agreements.period import digest_of, effective_period
from partnerships.commitments import rules as commitments
from programme.base import carriage, chain, clock, journal
from programme.base.access import Actor, Role, Scope
from programme.base.measures import Moment, measure
from programme.base.refusals import Refused
from tests.factories import partnerships as make

SYSTEM = Actor.system()
DAY = dt.date(2023, 6, 20)
S = AgreementState


def refused(code: str, field: str | None, rule: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rule(*args, **kwargs)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def sign(party: Any, **fields: Any) -> Any:
    given = {"signatory": "س", "capacity": "والي", "signed_on": DAY, **fields}
    return rules.sign(fields.pop("actor", SYSTEM), party, **{k: v for k, v in given.items() if k != "actor"})


def test_p1_the_end_is_after_the_start(session: Any) -> None:
    refused("P1", "ends_on", make.agreement, starts_on=DAY, ends_on=DAY)


def test_a_reference_is_taken_once_and_titles_are_needed(session: Any) -> None:
    make.agreement(reference="FM/1")
    refused("duplicate", "reference", make.agreement, reference="FM/1")
    refused("reference", "reference", make.agreement, reference=" ")
    refused("title", "title_ar", make.agreement, title_ar="")


def test_p1_force_needs_signatory_capacity_and_date_of_every_party(session: Any) -> None:
    agreement = make.approved(3)
    for party in agreement.parties[:2]:
        sign(party)
    checks = {check.name: check for check in rules.checks_for_force(agreement)}
    assert {name for name, check in checks.items() if check.holds} == {"parties", "period"}
    assert str(agreement.parties[2].organisation.name) in checks["signed_on"].detail
    refused("checklist", "state", rules.move, SYSTEM, agreement, "sign")
    sign(agreement.parties[2], signed_on=dt.date(2023, 7, 1))
    assert all(check.holds for check in rules.checks_for_force(agreement))
    assert effective_period(agreement) is None
    rules.move(SYSTEM, agreement, "sign")
    rules.move(SYSTEM, agreement, "enter_into_force")
    assert effective_period(agreement) == (dt.date(2023, 7, 1), dt.date(2030, 12, 31))


def test_p1_force_begins_at_the_start_where_it_is_later_than_the_last_signature(session: Any) -> None:
    agreement = make.in_force(signed_on=dt.date(2023, 6, 1))
    assert effective_period(agreement) == (dt.date(2023, 6, 14), dt.date(2030, 12, 31))


def test_p1_without_parties_there_is_no_agreement(session: Any) -> None:
    agreement = make.agreement(0)
    rules.move(SYSTEM, agreement, "negotiate")
    refused("checklist", "state", rules.move, SYSTEM, agreement, "approve")


def test_p1_signatures_are_not_to_come_nor_twice_nor_before_approval(session: Any) -> None:
    draft = make.agreement()
    refused("state", "signed_on", sign, draft.parties[0])
    agreement = make.approved()
    party = agreement.parties[0]
    refused("future", "signed_on", sign, party, signed_on=clock.today() + dt.timedelta(days=1))
    refused("P1", "signatory", sign, party, signatory=" ")
    refused("P1", "capacity", sign, party, capacity="")
    sign(party)
    refused("signed", "signed_on", sign, party)


def test_a_partner_signs_for_its_own_organisation_only(session: Any) -> None:
    agreement = make.approved()
    mine, other = agreement.parties
    partner = Actor.of(1, "wilaya", Role.REGIONAL_PARTNER)
    scope = Scope(organisations=frozenset({mine.organisation_id}))
    refused("own", None, sign, other, actor=partner, scope=scope)
    refused("own", None, sign, mine, actor=partner)
    refused("permission", None, sign, mine, actor=Actor.of(1, "x", Role.REGIONAL_OFFICER), scope=scope)
    assert sign(mine, actor=partner, scope=scope).signed_on == DAY


def test_p2_the_text_is_locked_by_the_first_signature(session: Any) -> None:
    agreement = make.approved()
    digest = digest_of(agreement)
    sign(agreement.parties[0])
    assert agreement.text_sha256 == digest
    refused("P2", "ends_on", rules.edit, SYSTEM, agreement, ends_on=dt.date(2031, 1, 1))
    refused("P2", "organisation", rules.add_party, SYSTEM, agreement, make.organisation(), role="host")
    refused("P2", "organisation", rules.remove_party, SYSTEM, agreement.parties[1])
    refused("P2", "cash_mad", rules.edit_party, SYSTEM, agreement.parties[1], cash_mad=5)
    refused("P2", "signatory", rules.edit_party, SYSTEM, agreement.parties[0], signatory="غيره")
    rules.edit_party(SYSTEM, agreement.parties[1], signatory="ع", capacity="رئيس")
    rules.edit(SYSTEM, agreement, title_fr=agreement.title_fr)
    assert digest_of(agreement) == digest
    refused("P2", None, rules.move, SYSTEM, agreement, "renegotiate", "motif")


def test_p2_an_approved_text_changes_only_in_negotiation(session: Any) -> None:
    agreement = make.approved()
    party = agreement.parties[0]
    refused("approved", "title_fr", rules.edit, SYSTEM, agreement, title_fr="Autre titre")
    refused("approved", "cash_mad", rules.edit_party, SYSTEM, party, cash_mad=5)
    refused("approved", "organisation", rules.add_party, SYSTEM, agreement, make.organisation(), role="host")
    rules.edit_party(SYSTEM, party, signatory="ع", capacity="رئيس")
    refused("reason", "reason", rules.move, SYSTEM, agreement, "renegotiate")
    rules.move(SYSTEM, agreement, "renegotiate", "motif")
    rules.edit(SYSTEM, agreement, title_fr="Autre titre")
    assert (agreement.state, agreement.title_fr) == ("negotiation", "Autre titre")


def test_p2_what_the_parties_owe_is_of_the_text(session: Any) -> None:
    agreement = make.agreement()
    bare = digest_of(agreement)
    given = {"article": "4", "text_ar": "تكوين ثلاثين جمعية", "due_on": agreement.ends_on}
    owed = commitments.add_commitment(SYSTEM, agreement, agreement.parties[0], **given)
    first = digest_of(agreement)
    commitments.edit_commitment(SYSTEM, owed, text_ar="تكوين أربعين جمعية")
    assert len({bare, first, digest_of(agreement)}) == 3
    commitments.remove_commitment(SYSTEM, owed)
    assert digest_of(agreement) == bare


def test_parties_are_added_once_changed_and_removed(session: Any) -> None:
    agreement = make.agreement(1)
    party = agreement.parties[0]
    refused("duplicate", "organisation", rules.add_party, SYSTEM, agreement, party.organisation, role="host")
    refused("amount", "cash_mad", rules.edit_party, SYSTEM, party, cash_mad=-1)
    rules.edit_party(SYSTEM, party, role="funder", cash_mad=150_000_00)
    assert (party.role, party.cash_mad) == ("funder", 150_000_00)
    rules.edit_party(SYSTEM, party, role="funder")
    rules.remove_party(SYSTEM, party)
    assert agreement.parties == []


def test_an_agreement_does_not_stand_under_itself(session: Any) -> None:
    top = make.agreement()
    child = make.agreement(parent=top)
    refused("parent", "parent", rules.edit, SYSTEM, top, parent_id=child.id)
    refused("parent", "parent", rules.edit, SYSTEM, top, parent_id=top.id)


def test_a_cancelled_agreement_does_not_change(session: Any) -> None:
    agreement = make.agreement()
    refused("reason", "reason", rules.move, SYSTEM, agreement, "cancel")
    rules.move(SYSTEM, agreement, "cancel", "projet abandonné")
    refused("state", "title_fr", rules.edit, SYSTEM, agreement, title_fr="x")


@pytest.mark.parametrize("name", MOVES)
def test_every_move_is_refused_outside_its_states_and_without_its_permission(session: Any, name: str) -> None:
    agreement = make.agreement()
    for state in S:
        agreement.state = state
        if state not in MOVES[name].sources:
            refused("state", "state", rules.move, SYSTEM, agreement, name, "motif")
        refused("permission", None, rules.move, Actor.of(1, "x", Role.AUDITOR), agreement, name, "motif")


def test_a_suspension_keeps_what_was_carried_before_it(session: Any) -> None:
    agreement = make.in_force()
    day = dt.date(2025, 3, 10)
    refused("future", "on", rules.move, SYSTEM, agreement, "suspend", "m", on=dt.date(2029, 1, 1))
    rules.move(SYSTEM, agreement, "suspend", "motif", on=day)
    found = carriage.carriage_of(agreement.reference)
    assert found is not None
    assert found.covers(dt.date(2025, 3, 9))
    assert not found.covers(day)
    rules.move(SYSTEM, agreement, "resume", "levée")
    found = carriage.carriage_of(agreement.reference)
    assert found is not None
    assert found.covers(day)


def test_a_termination_ends_the_effect_that_day(session: Any) -> None:
    agreement = make.in_force()
    rules.move(SYSTEM, agreement, "terminate", "motif", on=dt.date(2025, 3, 10))
    assert effective_period(agreement) == (DAY, dt.date(2025, 3, 10))
    suspended = make.in_force()
    rules.move(SYSTEM, suspended, "suspend", "motif", on=dt.date(2025, 1, 2))
    rules.move(SYSTEM, suspended, "terminate", "motif", on=dt.date(2025, 3, 10))
    assert effective_period(suspended) == (DAY, dt.date(2025, 1, 1))


def test_an_agreement_expires_after_its_end_only_and_is_closed(session: Any) -> None:
    running = make.in_force()
    refused("P1", "state", rules.move, SYSTEM, running, "expire")
    past = make.in_force(ends_on=dt.date(2025, 12, 31))
    for step in ("expire", "wind_up", "close"):
        rules.move(SYSTEM, past, step)
    assert past.state is S.CLOSED
    assert effective_period(past) == (DAY, dt.date(2025, 12, 31))


def test_an_agreement_carries_nothing_before_it_is_in_force(session: Any) -> None:
    agreement = make.signed()
    found = carriage.carriage_of(agreement.reference)
    assert found is not None
    assert not found.covers(dt.date(2024, 1, 1))
    assert carriage.carriage_of("inconnue") is None


def test_figures_count_agreements_by_date(session: Any) -> None:
    running = make.in_force()
    stopped = make.in_force()
    rules.move(SYSTEM, stopped, "terminate", "motif", on=dt.date(2024, 1, 31))
    only_signed = make.signed()
    make.approved()
    country = Scope.country()

    def ids(code: str, day: dt.date) -> list[int]:
        found = measure(code).ids
        assert found is not None
        return found(country, Moment(day, clock.today()))

    assert ids("agreements_signed", DAY) == [running.id, stopped.id, only_signed.id]
    assert ids("agreements_signed", DAY - dt.timedelta(days=1)) == []
    assert ids("agreements_in_force", dt.date(2024, 1, 31)) == [running.id, stopped.id]
    assert ids("agreements_in_force", dt.date(2024, 2, 1)) == [running.id]
    assert measure("agreements_in_force").value(Scope(), Moment(DAY, clock.today())) == 0
    assert measure("agreements_signed").value(country, Moment(DAY, dt.date(2023, 12, 31))) == 0


def test_the_history_names_what_was_done_and_not_what_a_button_does() -> None:
    for name, step in MOVES.items():
        assert str(journal.EVENTS[f"partnerships:agreement:{name}"]) != str(step.label)


def test_the_journal_tells_each_step(session: Any) -> None:
    agreement = make.in_force()
    session.commit()
    told = [entry.event.rpartition(":")[2] for entry in journal.history(session, "agreement", agreement.id)]
    assert told == ["enter_into_force", "sign", "sign", "sign", "approve", "negotiate", "add", "add", "draft"]
    assert chain.verify(session) == []
