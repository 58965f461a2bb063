"""Many write at once: one wins, the others are told, nothing is sold twice and nothing is locked out (RULES C1, C2)."""

from __future__ import annotations

import io
import threading
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cohorts.enrolment import queries as enrolment_queries
from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.rules import seats
from cohorts.transfer.models import TransferActivity
from programme import edge
from programme.base import chain
from programme.base.batches import ImportBatch
from programme.base.extensions import db
from programme.base.forms import EditingForm
from regions.associations.models import Association, Mandate
from tests.factories.associations import association
from tests.factories.cohorts import cohort, seat
from tests.faults.conftest import Crowd
from tests.faults.pages import Form
from tests.faults.writers import PATIENCE, Answer, Browser, at_once
from tests.scale import scaled

WRITERS = scaled(5, 20)
ROUNDS = scaled(2, 50)


def an_association() -> int:
    made = association()
    db.session.commit()
    return made.id


def stored(association_id: int) -> Association:
    db.session.rollback()
    return db.session.get_one(Association, association_id, populate_existing=True)


def rounds_on(path: str, browsers: list[Browser], number: int) -> list[tuple[str, Answer]]:
    """One round: all open the form, then all send it with a president of their own; (what was sent, answer)."""
    opened = at_once([lambda one=one: one.form(path) for one in browsers])

    def send(count: int, one: Browser, form: Form) -> tuple[str, Answer]:
        typed = f"رئيس {number} {count}"
        return typed, one.post(path, form.filled(president=typed))

    return at_once(
        [lambda c=c, o=o, f=f: send(c, o, f) for c, (o, f) in enumerate(zip(browsers, opened, strict=True))]
    )


def test_of_many_who_edit_one_record_one_wins_and_the_others_are_told(house: Flask, crowd: Crowd) -> None:
    ident, browsers = an_association(), crowd(WRITERS)
    first = stored(ident).version
    path = f"/associations/{ident}/edit"
    db.session.remove()
    for number in range(ROUNDS):
        said = rounds_on(path, browsers, number)
        won = [typed for typed, answer in said if answer.status == 302]
        assert Counter(answer.status for _typed, answer in said) == {302: 1, 409: WRITERS - 1}
        for typed, answer in said:
            if answer.status == 409:
                assert 'class="both"' in answer.text
                assert f'value="{typed}"' in answer.text, "what was typed is lost"
                assert won[0] in answer.text, "the version that is stored is not shown"
        assert stored(ident).president == won[0]
        db.session.remove()
    assert stored(ident).version == first + ROUNDS
    assert chain.verify(db.session) == []


def test_without_the_check_writes_are_lost(
    house: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof proves something: with the check switched off more are told that they saved than are kept."""
    monkeypatch.setattr(EditingForm, "is_current", lambda _form, _record: True)
    ident, browsers = an_association(), crowd(4)
    said = rounds_on(f"/associations/{ident}/edit", browsers, 0)
    assert sum(answer.status == 302 for _typed, answer in said) > 1


def a_seat(places: int) -> int:
    group = cohort(places=places)
    made = seat(group)
    db.session.commit()
    ident = made.id
    db.session.remove()
    return ident


def enrol_all(seat_id: int, browsers: list[Browser], *, is_patient: bool = True) -> Counter[int]:
    """Every browser enrols somebody else; how many answers of each status."""
    path = f"/cohorts/seats/{seat_id}/trainees/new"
    forms = [one.form(path) for one in browsers]

    def enrol(count: int, one: Browser, form: Form) -> int:
        sent = form.filled(name_ar=f"شخص {count}", national_id="", phone="", email="")
        status = one.post(path, sent).status
        while (
            status == 503 and is_patient
        ):  # fifty threads share fifteen connections: the page says to send it again
            status = one.post(path, sent).status
        return status

    return Counter(
        at_once(
            [
                lambda c=c, o=o, f=f: enrol(c, o, f)
                for c, (o, f) in enumerate(zip(browsers, forms, strict=True))
            ]
        )
    )


def enrolled(seat_id: int) -> int:
    db.session.rollback()
    counted = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.seat_id == seat_id)
    return db.session.scalar(counted) or 0


@pytest.mark.parametrize("places", [1, 5, 25][: scaled(2, 3)])
def test_the_last_places_are_given_once(house: Flask, crowd: Crowd, places: int) -> None:
    many = scaled(places + 3, 50)
    ident = a_seat(places)
    assert enrol_all(ident, crowd(many)) == {302: places, 422: many - places}
    assert enrolled(ident) == places
    assert chain.verify(db.session) == []


def test_without_the_lock_places_are_sold_twice(
    house: Flask, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof proves something. On SQLite the lock is the transaction's, and without it people are turned away."""
    many = 4
    ready = threading.Barrier(many)
    is_sqlite = db.engine.dialect.name == "sqlite"
    # All have read before one writes: on SQLite a person is written before the places are counted.
    step = "seat_open_to" if is_sqlite else "places_taken"
    read = getattr(enrolment_queries, step)

    def together(*given: Any) -> Any:
        found = read(*given)
        if threading.current_thread() is not threading.main_thread():
            ready.wait(PATIENCE)
        return found

    ident, browsers = a_seat(1), crowd(many)
    monkeypatch.setattr(enrolment_queries, step, together)
    monkeypatch.setattr(seats, "hold_place", lambda _seat: None)
    if is_sqlite:
        monkeypatch.setattr(edge, "READING", edge.READING | {"POST"})
        statuses = enrol_all(ident, browsers, is_patient=False)
        assert statuses[503] > 0, f"deferred transactions are turned away: {statuses}"
    else:
        enrol_all(ident, browsers)
        assert enrolled(ident) == many, "with the lock off the place was to be sold to all"


def test_writers_of_different_records_never_meet_a_lock(house: Flask, crowd: Crowd) -> None:
    """8 writers × 100 on one SQLite file: each waits for its turn, none is turned away."""
    writers, times = scaled(4, 8), scaled(3, 100)
    idents = [an_association() for _one in range(writers)]
    browsers = crowd(writers)

    def work(ident: int, one: Browser) -> list[int]:
        path = f"/associations/{ident}/edit"
        return [
            one.post(path, one.form(path).filled(president=f"رئيس {time}")).status for time in range(times)
        ]

    said = at_once([lambda i=i, o=o: work(i, o) for i, o in zip(idents, browsers, strict=True)])
    assert Counter(status for one in said for status in one) == {302: writers * times}
    assert chain.verify(db.session) == []


def test_forms_that_are_sent_five_times_at_once_make_one_record_each(house: Flask, crowd: Crowd) -> None:
    forms, times = scaled(3, 100), 5
    browsers = crowd(times)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Association)) or 0
    db.session.remove()
    path = "/associations/new?region_id=3"
    # One person pressing five times: five connections of one browser.
    owner = browsers[0]
    for number in range(forms):
        sent: dict[str, Any] = owner.form(path).filled(
            name_ar=f"جمعية فريدة {number}",
            receipt_no="",
            receipt_date="",
            ice="",
            rib="",
            province_id="",
            commune_id="",
        )
        pressed = [Browser(house, owner.cookie) for _one in range(times)]
        for one in pressed:
            one.csrf = owner.csrf
        answers = at_once([lambda o=o, s=sent: o.post(path, s) for o in pressed])
        assert {answer.status for answer in answers} == {302}, Counter(a.status for a in answers)
        assert len({answer.location for answer in answers}) == 1, "a second sending led elsewhere"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Association)) == before + forms
    assert chain.verify(db.session) == []


def previewed(browser: Browser, data: bytes) -> str:
    """The token of a draft that was read and may be imported."""
    browser.get("/imports/associations")
    sent = {"region": "03", "file": (io.BytesIO(data), "associations.csv")}
    answer = browser.post("/imports/associations", sent)
    return next(one.value("token") for one in answer.forms if "token" in one.names)


@pytest.mark.parametrize("drafts", [1, 2], ids=["one draft", "two drafts of one file"])
def test_an_import_that_is_confirmed_twice_at_once_is_one(house: Flask, crowd: Crowd, drafts: int) -> None:
    (owner,) = crowd(1)
    lines = "".join(f"جمعية الاستيراد {row},I-{row},03.231\n" for row in range(20))
    data = f"name_ar,receipt_no,province_code\n{lines}".encode()
    tokens = [previewed(owner, data) for _one in range(drafts)]
    pressed = [Browser(house, owner.cookie) for _one in range(4)]

    def confirm(number: int, one: Browser) -> Answer:
        one.csrf = owner.csrf
        sent = {"token": tokens[number % drafts], "filename": "associations.csv", "region": "03"}
        return one.post("/imports/associations/run", sent)

    answers = at_once([lambda n=n, o=o: confirm(n, o) for n, o in enumerate(pressed)])
    assert {(answer.status, answer.location) for answer in answers} == {(302, "/imports")}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Association)) == 20
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 1


def test_an_import_is_taken_back_once(house: Flask, crowd: Crowd) -> None:
    (owner,) = crowd(1)
    token = previewed(owner, "name_ar,receipt_no,province_code\nجمعية,I-1,03.231\n".encode())
    sent = {"token": token, "filename": "associations.csv", "region": "03"}
    assert owner.post("/imports/associations/run", sent).status == 302
    code = db.session.scalars(sa.select(ImportBatch.code)).one()
    db.session.remove()
    pressed = [Browser(house, owner.cookie) for _one in range(4)]
    for one in pressed:
        one.csrf = owner.csrf
    answers = at_once([lambda o=o: o.post(f"/imports/batches/{code}/undo", {}) for o in pressed])
    assert Counter(answer.status for answer in answers) == {302: 1, 409: 3}
    assert chain.verify(db.session) == []


def test_codes_that_are_given_at_once_differ(house: Flask, crowd: Crowd) -> None:
    """Two sheets entered at once take two numbers; nobody is refused a number they did not type."""
    group = cohort()
    host = seat(group).association
    db.session.commit()
    host_id, browsers = host.id, crowd(4)
    forms = [one.form(f"/transfers/new?host={host_id}") for one in browsers]

    def enter(one: Browser, form: Form) -> int:
        return one.post("/transfers/new", form.filled(code="", trainer_id="", on_date="2023-10-08")).status

    said = at_once([lambda o=o, f=f: enter(o, f) for o, f in zip(browsers, forms, strict=True)])
    assert said == [302] * 4
    codes = db.session.scalars(sa.select(TransferActivity.code)).all()
    assert len(set(codes)) == 4


def test_an_office_has_one_holder_though_two_name_one(house: Flask, crowd: Crowd) -> None:
    ident, browsers = an_association(), crowd(3)
    path = f"/associations/{ident}/bureau/change"
    forms = [one.form(path) for one in browsers]

    def name(number: int, one: Browser, form: Form) -> int:
        sent = form.filled(
            role="president", name_ar=f"رئيس {number}", from_on=f"2024-01-{number + 10}", replaces=""
        )
        return one.post(path, sent).status

    at_once(
        [lambda n=n, o=o, f=f: name(n, o, f) for n, (o, f) in enumerate(zip(browsers, forms, strict=True))]
    )
    db.session.rollback()
    held = sa.select(sa.func.count()).select_from(Mandate)
    held = held.where(Mandate.association_id == ident, Mandate.until_on.is_(None))
    assert db.session.scalar(held) == 1
