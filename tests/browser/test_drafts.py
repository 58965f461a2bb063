"""What is typed and not saved is offered again in the same tab, but for national ids (RULES D1)."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.browser.live import chromium, serving, signed_in
from tests.factories.cohorts import full_cohort
from tests.factories.people import person
from tests.factories.sessions import officer

pytestmark = pytest.mark.browser


def account() -> Account:
    full_cohort(seats=1, people=1)
    return db.session.get_one(Account, officer(Role.MINISTRY_OFFICER).account_id)


def stored(page: Page) -> str:
    """All that the tab keeps, once the last key was kept."""
    page.wait_for_timeout(700)
    return str(page.evaluate("JSON.stringify(Object.entries(sessionStorage))"))


def opened(page: Page, address: str) -> None:
    """Open a page although the one before warns of what is not saved."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(address)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_form_left_is_taken_up_again(house: Flask, language: str) -> None:
    officer_account = account()
    with serving(house) as address, chromium() as browser:
        page = signed_in(browser, house, address, officer_account, language=language)
        page.goto("/sessions/new?cohort=FM-1")
        page.fill("#title_ar", "دورة في الحكامة")
        page.locator("[data-row-add]").click()
        page.fill("#sittings-2-venue", "دار الشباب")
        assert "دورة في الحكامة" in stored(page)
        opened(page, "/sessions")
        page.goto("/sessions/new?cohort=FM-1")
        assert page.input_value("#title_ar") == ""
        page.locator("[data-draft-take]").click()
        assert page.input_value("#title_ar") == "دورة في الحكامة"
        assert page.input_value("#sittings-2-venue") == "دار الشباب"
        opened(page, "/sessions/new?cohort=FM-1")
        page.locator("[data-draft-drop]").click()
        page.reload()
        expect(page.locator("[data-draft-take]")).to_have_count(0)


def test_what_was_saved_is_no_draft_and_what_was_refused_is_one(house: Flask) -> None:
    officer_account = account()
    with serving(house) as address, chromium() as browser:
        page = signed_in(browser, house, address, officer_account)
        page.goto("/sessions/new?cohort=FM-1")
        page.fill("#title_ar", "دورة")
        page.fill("#code", "")
        page.locator("main form button[type=submit]").last.click()
        expect(page.locator("[data-errors]")).to_have_count(1)
        assert page.input_value("#title_ar") == "دورة"
        expect(page.locator("[data-draft-take]")).to_have_count(0)
        page.fill("#code", "FM-S9")
        page.fill("#sittings-0-on_date", "2023-10-02")
        page.fill("#sittings-1-on_date", "2023-10-02")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url("**/details")
        assert "draft:" not in stored(page)


def test_a_national_id_is_never_kept_and_signing_out_forgets_all(house: Flask) -> None:
    officer_account = account()
    number = person("سلمى الفاسي", sex="F").id
    with serving(house) as address, chromium() as browser:
        page = signed_in(browser, house, address, officer_account)
        page.goto(f"/people/{number}/edit")
        page.fill("#national_id", "AB123456")
        page.fill("#email", "salma@example.ma")
        kept = stored(page)
        assert ("salma@example.ma" in kept, "AB123456" in kept) == (True, False)
        opened(page, "/")
        page.locator("form[action$='/sign-out'] button").first.evaluate(
            "button => button.form.requestSubmit()"
        )
        page.wait_for_url("**/sign-in**")
        assert "draft:" not in stored(page)
