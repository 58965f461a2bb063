"""Attendance by keyboard, in both languages and at both widths."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from cohorts.sessions import queries
from programme.base.access import Role, Scope
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.browser.live import chromium, serving, signed_in
from tests.factories.cohorts import full_cohort
from tests.factories.sessions import days, officer, session_of

pytestmark = pytest.mark.browser


def prepared() -> tuple[int, list[int], Account]:
    """A session of 30 people and 4 half-days: its id, its sittings' ids, and an officer."""
    made = session_of(full_cohort(seats=10, people=3), *days(4), code="FM-S1")
    account = db.session.get_one(Account, officer(Role.MINISTRY_OFFICER).account_id)
    return made.id, [sitting.id for sitting in made.sittings], account


def enter(page: Page, people: int, columns: int) -> float:
    """Fill the whole grid by keyboard alone; answers the seconds until all was saved."""
    page.locator("table[data-grid] button[data-row]").first.focus()
    forward = "ArrowLeft" if page.locator("html").get_attribute("dir") == "rtl" else "ArrowRight"
    began = time.perf_counter()
    for column in range(columns):
        for person in range(people):
            page.keyboard.press("PAPER"[(person + column) % 5])
        page.keyboard.press("Control+Home")
        for _step in range(column + 1):
            page.keyboard.press(forward)
    expect(page.locator("[data-unsaved]")).to_have_count(0)
    return time.perf_counter() - began


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_attendance_of_30_people_is_entered_by_keyboard_in_under_two_minutes(
    house: Flask, language: str
) -> None:
    session_id, sittings, account = prepared()
    with serving(house) as address, chromium() as browser:
        page = signed_in(browser, house, address, account, language=language)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"/sessions/{session_id}")
        took = enter(page, 30, 4)
        expect(page.locator("[data-grid-status]")).to_have_attribute("data-state", "saved")
        shown = page.locator('[data-total-value="P"]').inner_text()
        page.reload()
        assert page.locator('[data-total-value="P"]').inner_text() == shown
        assert errors == []
    marks = queries.marks_of(sittings)
    assert len(marks) == 120
    assert took < 100
    print(f"120 marks of 30 people by keyboard in {took:.1f} s")


def test_everyone_present_fills_a_column_and_one_key_corrects(house: Flask) -> None:
    session_id, sittings, account = prepared()
    with serving(house) as address, chromium() as browser:
        page = signed_in(browser, house, address, account, language="ar", width=390)
        page.goto(f"/sessions/{session_id}")
        fill = page.locator("[data-fill]").first
        fill.focus()
        page.keyboard.press("Enter")
        cell = page.locator("table[data-grid] button[data-row]").first
        cell.focus()
        page.keyboard.press("a")
        expect(page.locator("[data-unsaved]")).to_have_count(0, timeout=30_000)
        assert page.locator("[data-total-column]").first.inner_text() == "29"
    marks = queries.marks_of(sittings[:1])
    assert sorted(mark.status for mark in marks) == ["absent", *["present"] * 29]


@pytest.mark.parametrize("width", [1280, 390])
def test_half_days_are_added_and_saved_from_the_form(house: Flask, width: int) -> None:
    session_id, _sittings, account = prepared()
    with serving(house) as address, chromium() as browser:
        page = signed_in(browser, house, address, account, width=width)
        page.goto("/sessions/new?cohort=FM-1")
        page.fill("#code", "FM-S9")
        page.fill("#sittings-0-on_date", "2023-10-02")
        page.fill("#sittings-1-on_date", "2023-10-02")
        page.locator("[data-row-add]").click()
        assert page.input_value("#sittings-2-on_date") == "2023-10-03"
        page.locator("[data-row-add]").click()
        page.locator("[data-row-remove]").nth(1).click()
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url("**/details")
    found = queries.session_by_code(Scope.country(), "FM-S9")
    assert found is not None
    assert [(s.on_date.day, s.half_day) for s in found.sittings] == [(2, "am"), (3, "am"), (3, "pm")]
    assert session_id != found.id
