"""Commitments: computed where a measure reads them, kept by a file elsewhere (RULES P2, P3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partnerships.agreements import rules as agreements
from partnerships.agreements.models import Agreement, Commitment, CommitmentState
from partnerships.commitments import rules
from partnerships.commitments.standing import Standing, measurable, standings
from programme.base import clock, measures
from programme.base.access import Actor, Role, Scope
from programme.base.measures import Measure, Moment
from programme.base.refusals import Refused
from tests.factories import partnerships as make
from tests.factories.cohorts import cohort, enrolment, seat

SYSTEM = Actor.system()
PDF = b"%PDF-1.4 signed %%EOF"
TODAY = clock.today()
FAR = TODAY + dt.timedelta(days=100)
PAST = dt.date(2024, 6, 30)
K = CommitmentState


class Trained:
    """A measure of the tests: how many were trained by each day."""

    def __init__(self) -> None:
        self.days: list[dt.date] = []
        self.asked: list[tuple[Scope, Moment]] = []

    def ids(self, scope: Scope, moment: Moment) -> list[int]:
        self.asked.append((scope, moment))
        return [number for number, day in enumerate(self.days) if day <= moment.as_at]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trained]:
    made = Trained()
    measure = Measure("test_trained", "Associations formées", "associations", "…", ids=made.ids)
    monkeypatch.setitem(measures._register, "test_trained", measure)
    return made


def refused(code: str, field: str | None, rule: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rule(*args, **kwargs)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def running(ends_on: dt.date = dt.date(2030, 12, 31), **fields: Any) -> Commitment:
    """A commitment of an agreement in force since 2023-06-20."""
    agreement = make.agreement(ends_on=ends_on)
    made = commitment(agreement, **fields)
    for step in ("negotiate", "approve"):
        agreements.move(SYSTEM, agreement, step)
    for party in agreement.parties:
        agreements.sign(SYSTEM, party, signatory="س", capacity="ص", signed_on=dt.date(2023, 6, 20))
    for step in ("sign", "enter_into_force"):
        agreements.move(SYSTEM, agreement, step)
    return made


def commitment(agreement: Agreement, **fields: Any) -> Commitment:
    given = {"article": "4", "text_ar": "تكوين ثلاثين جمعية", "due_on": FAR, **fields}
    return rules.add_commitment(SYSTEM, agreement, agreement.parties[0], **given)


def standing(one: Commitment, day: dt.date = TODAY) -> Standing:
    return standings([one], Moment(day, TODAY))[one.id]


def test_p3_a_measured_commitment_is_computed(session: Any, trained: Trained) -> None:
    one = running(measure="test_trained", quantity=2, due_on=PAST)
    assert standing(one, PAST).state is K.RUNNING
    assert standing(one).state is K.LATE
    trained.days = [dt.date(2024, 1, 1)]
    assert (standing(one).total, standing(one).used, standing(one).remaining) == (2, 1, 1)
    trained.days.append(dt.date(2024, 6, 1))
    assert (standing(one).state, standing(one).note, standing(one).remaining) == (K.KEPT, "", 0)
    trained.days[-1] = dt.date(2024, 9, 1)
    assert standing(one, PAST).state is K.RUNNING
    assert (standing(one).state, standing(one).note) == (K.KEPT, "après l'échéance")


def test_p3_on_course_is_what_keeps_up_with_the_straight_path(session: Any, trained: Trained) -> None:
    start = dt.date(2023, 6, 20)
    one = running(measure="test_trained", quantity=10, due_on=start + dt.timedelta(days=100))
    trained.days = [start] * 3

    def on(day: int) -> CommitmentState:
        return standing(one, start + dt.timedelta(days=day)).state

    assert on(0) is K.ON_COURSE
    assert on(30) is K.ON_COURSE, "three of ten after thirty days of a hundred"
    assert on(31) is K.RUNNING
    near = standing(one, one.due_on)
    assert (near.state, near.is_near) == (K.RUNNING, True)
    trained.days += [start] * 6
    assert on(90) is K.ON_COURSE
    assert on(100) is K.RUNNING, "on its due day it asks the whole"
    assert on(101) is K.LATE
    trained.days += [start]
    assert on(31) is K.KEPT


def test_p3_what_no_measure_reads_is_under_way_and_no_more(session: Any) -> None:
    assert standing(running()).state is K.RUNNING


def test_p3_the_measure_is_read_for_the_region_of_the_agreement(session: Any, trained: Trained) -> None:
    one = running(measure="test_trained", quantity=2)
    standing(one)
    assert trained.asked[0][0] == Scope(regions=frozenset({one.agreement.region_id}))
    trained.asked.clear()
    others = [running(measure="test_trained", quantity=9) for _ in range(3)]
    standings([one, *others])
    assert len(trained.asked) == 1


def test_p3_the_measure_is_read_on_the_cohorts_of_the_agreement(session: Any) -> None:
    own = running(measure="trainees_enrolled", quantity=2)
    parent = own.agreement
    below = make.in_force(parent=parent)
    wider = running(measure="trainees_enrolled", quantity=2)
    for number, reference in enumerate((parent.reference, below.reference, "CONV-OTHER")):
        enrolment(seat(cohort(f"FM-{number}", agreement=reference)))
    assert (standing(own).used, standing(own).state) == (2, K.KEPT)
    assert standing(wider).used == 3, "an agreement without cohorts is read on its region"
    done = running(measure="trainees_completed", quantity=1)
    assert standing(done).used == 0


def test_p3_unkept_after_the_end_is_breached(session: Any, trained: Trained) -> None:
    one = running(dt.date(2025, 1, 31), measure="test_trained", quantity=1, due_on=PAST)
    assert standing(one, dt.date(2025, 1, 31)).state is K.LATE
    assert standing(one).state is K.BREACHED
    stopped = running(measure="test_trained", quantity=1)
    agreements.move(SYSTEM, stopped.agreement, "terminate", "motif", on=dt.date(2025, 1, 1))
    assert standing(stopped).state is K.BREACHED
    paused = running(measure="test_trained", quantity=1, due_on=PAST)
    agreements.move(SYSTEM, paused.agreement, "suspend", "motif", on=dt.date(2025, 1, 1))
    assert standing(paused).state is K.LATE


def test_nothing_is_owed_before_force(session: Any, trained: Trained) -> None:
    trained.days = [PAST]
    one = commitment(make.agreement(), measure="test_trained", quantity=1)
    still = standing(one)
    assert (still.state, still.total, still.used, still.remaining) == (K.PENDING, 1, None, None)
    assert trained.asked == []
    assert standing(running(), dt.date(2023, 6, 19)).state is K.PENDING


def test_a_due_day_that_nears_is_told(session: Any, trained: Trained) -> None:
    one = running(measure="test_trained", quantity=1, due_on=FAR)

    def told(days: int) -> tuple[CommitmentState, str, bool]:
        stands = standing(one, FAR - dt.timedelta(days=days))
        return stands.state, stands.note, stands.is_near

    assert told(61) == (K.RUNNING, "", False)
    assert told(60) == (K.RUNNING, "échéance dans 60 jours", True)
    assert told(1) == (K.RUNNING, "échéance dans 1 jour", True)
    assert told(0) == (K.RUNNING, "échéance aujourd'hui", True)
    trained.days = [PAST]
    assert told(1) == (K.KEPT, "", False)


def test_p3_nobody_types_the_state_of_a_measured_commitment(
    session: Any, trained: Trained, uploads: Path
) -> None:
    one = running(measure="test_trained", quantity=2)
    refused("P3", "file", rules.keep, SYSTEM, one, on=PAST, data=PDF, filename="a.pdf", folder=uploads)


def test_p3_others_are_kept_by_a_file(session: Any, uploads: Path) -> None:
    one = running(due_on=PAST)
    day = dt.date(2024, 6, 1)
    assert standing(one).state is K.LATE
    refused("", "file", rules.keep, SYSTEM, one, on=day, data=b"", filename="a.pdf", folder=uploads)
    refused("", "file", rules.keep, SYSTEM, one, on=day, data=b"MZ", filename="a.pdf", folder=uploads)
    refused("future", "on", rules.keep, SYSTEM, one, on=FAR, data=PDF, filename="a.pdf", folder=uploads)
    rules.keep(SYSTEM, one, on=day, data=PDF, filename="a.pdf", folder=uploads)
    assert standing(one).state is K.KEPT
    assert standing(one, dt.date(2024, 5, 31)).state is K.RUNNING
    refused("kept", "file", rules.keep, SYSTEM, one, on=day, data=PDF, filename="a.pdf", folder=uploads)
    refused("reason", "reason", rules.reopen, SYSTEM, one, reason=" ")
    rules.reopen(SYSTEM, one, reason="mauvaise pièce")
    assert standing(one).state is K.LATE
    refused("open", "reason", rules.reopen, SYSTEM, one, reason="encore")


def test_p3_no_evidence_before_force(session: Any, uploads: Path) -> None:
    one = commitment(make.agreement())
    refused("P1", "on", rules.keep, SYSTEM, one, on=PAST, data=PDF, filename="a.pdf", folder=uploads)


def test_what_a_commitment_needs(session: Any, trained: Trained) -> None:
    agreement = make.agreement()
    other = make.agreement()
    refused("article", "article", commitment, agreement, article=" ")
    refused("text", "text_ar", commitment, agreement, text_ar="")
    refused("P3", "due_on", commitment, agreement, due_on=dt.date(2023, 6, 13))
    refused("P3", "measure", commitment, agreement, measure="inconnu", quantity=1)
    refused("P3", "measure", commitment, agreement, measure="commitments_kept", quantity=1)
    refused("P3", "quantity", commitment, agreement, measure="test_trained")
    refused("P3", "quantity", commitment, agreement, quantity=3)
    refused("P3", "quantity", commitment, agreement, measure="test_trained", quantity=0)
    one = commitment(agreement)
    refused("party", "party", rules.edit_commitment, SYSTEM, one, party_id=other.parties[0].id)
    refused("permission", None, rules.remove_commitment, Actor.of(1, "x", Role.AUDITOR), one)
    assert "test_trained" in measurable()


def test_p2_commitments_are_locked_with_the_text(session: Any, uploads: Path) -> None:
    one = running()
    refused("P2", "article", rules.edit_commitment, SYSTEM, one, article="5")
    refused("P2", "text_ar", rules.remove_commitment, SYSTEM, one)
    refused("P2", "text_ar", commitment, one.agreement)
    agreements.attach(
        SYSTEM,
        one.agreement,
        title="Texte signé",
        data=PDF,
        filename="t.pdf",
        folder=uploads,
        is_signed_text=True,
    )
    assert commitment(one.agreement, article="7").article == "7"
    refused("P2", "article", rules.edit_commitment, SYSTEM, one, article="5")


def test_a_draft_is_edited_freely(session: Any) -> None:
    agreement = make.agreement()
    one = commitment(agreement)
    rules.edit_commitment(SYSTEM, one, article="6", text_fr="Former trente associations")
    assert (one.article, str(one.text)) == ("6", "Former trente associations")
    rules.edit_commitment(SYSTEM, one, article="6")
    refused("used", "organisation", agreements.remove_party, SYSTEM, agreement.parties[0])
    rules.remove_commitment(SYSTEM, one)
    assert agreement.commitments == []


def test_p5_scans_are_archived_with_their_hash(session: Any, uploads: Path) -> None:
    agreement = make.approved()
    given = {"data": PDF, "filename": "t.pdf", "folder": uploads}
    refused(
        "P2", "is_signed_text", agreements.attach, SYSTEM, agreement, title="T", is_signed_text=True, **given
    )
    refused("title", "title", agreements.attach, SYSTEM, agreement, title=" ", **given)
    made = agreements.attach(SYSTEM, agreement, title="Annexe", **given)
    assert len(made.file.sha256) == 64


def test_figure_of_commitments_kept(session: Any, trained: Trained) -> None:
    one = running(measure="test_trained", quantity=1)
    running(measure="test_trained", quantity=5)
    measure = measures.measure("commitments_kept")
    assert measure.value(Scope.country(), Moment(TODAY, TODAY)) == 0
    trained.days = [PAST]
    assert measure.ids is not None
    assert measure.ids(Scope.country(), Moment(TODAY, TODAY)) == [one.id]
    assert measure.value(Scope(), Moment(TODAY, TODAY)) == 0
    assert measure.value(Scope.country(), Moment(TODAY, dt.date(2023, 1, 1))) == 0
