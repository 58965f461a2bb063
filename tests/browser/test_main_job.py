"""The main job as people do it: in Arabic and in French, at a desk and on a phone (MISSION)."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from programme.base.access import Role
from programme.base.language import format_number, speaking
from tests.browser.scene import COHORT, Scene
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.reports.pdf_support import text_of

pytestmark = pytest.mark.browser
WEEKS = {("ar", DESKTOP): 0, ("ar", PHONE): 1, ("fr", DESKTOP): 2, ("fr", PHONE): 3}
"""Each run plans its session in a week of its own, and names an association of its own."""
REACHED = "Associations atteintes"


class Job:
    """One run: who does it, and the words it uses."""

    def __init__(self, browser: Browser, app: Flask, scene: Scene, language: str, width: int) -> None:
        self.browser, self.app, self.scene, self.language, self.width = browser, app, scene, language, width
        self.number = WEEKS[language, width]
        self.day = dt.date(2024, 2, 5) + dt.timedelta(days=7 * self.number)
        self.guest = (
            f"جمعية الضفة رقم {self.number}" if language == "ar" else f"Association Rive {self.number}"
        )

    def visitor(self, role: Role) -> Visitor:
        """Somebody of this role, signed in through the form."""
        made = Visitor.at(self.browser, self.app, self.scene.address, self.language, self.width)
        made.sign_in(self.scene.emails[role])
        return made


@pytest.fixture(params=list(WEEKS), ids=lambda value: f"{value[0]}-{value[1]}")
def job(request: pytest.FixtureRequest, browser: Browser, app: Flask, scene: Scene) -> Job:
    """The same job in each language at each width."""
    return Job(browser, app, scene, *request.param)


def test_the_main_job(job: Job, tmp_path: Path) -> None:
    officer = job.visitor(Role.REGIONAL_OFFICER)
    before = reached(officer)
    address = plan(job, officer)
    mark(officer)
    submit(officer)
    validate_session(job, address)
    declare(job)
    validate_transfer(job, officer)
    after = reached(officer)
    assert after == before + 1
    listed(job, officer, after)
    report(officer, after, tmp_path)
    officer.done()


def reached(who: Visitor) -> int:
    """Open the region through the navigation and read the figure of reached associations."""
    who.place("Régions")
    who.press(who.page.locator("main a[href^='/regions/03']").first)
    return figure(who)


def figure(who: Visitor) -> int:
    tile = who.page.locator(".tile", has_text=who.said(REACHED)).locator(".tile-value bdi").first
    return int(re.sub(r"\D", "", tile.inner_text()))


def plan(job: Job, who: Visitor) -> str:
    """Plan a session of two half-days; answers its address."""
    who.place("Sessions")
    who.press(who.link("Planifier une session"))
    who.press(who.page.locator(f"main a[href$='cohort={COHORT}']"))
    page = who.page
    page.fill("#code", f"S-RUN-{job.number}")
    page.fill("#title_ar", "الحكامة الجيدة")
    page.fill("#title_fr", "La bonne gouvernance")
    for row, half in enumerate(("am", "pm")):
        page.fill(f"#sittings-{row}-on_date", job.day.isoformat())
        page.select_option(f"#sittings-{row}-half_day", half)
        page.fill(f"#sittings-{row}-venue", "دار الجمعيات")
    who.press(who.button("Planifier"))
    expect(page).to_have_url(re.compile(r"/sessions/\d+/details$"))
    return page.url.removesuffix("/details")


def mark(who: Visitor) -> None:
    """Everyone present but the second person of the first half-day, who comes late."""
    who.press(who.link("Présences", "nav.tabs"))
    cells = who.page.locator("table[data-grid] button[data-row]")
    rows = who.page.locator("table[data-grid] tbody tr:has(button[data-row])").count()
    assert cells.count() == 2 * rows >= 24
    if who.width == DESKTOP:
        by_keyboard(who, rows)
    else:
        by_taps(who, rows)
    expect(who.page.locator("[data-unsaved]")).to_have_count(0)
    expect(who.page.locator("[data-grid-status]")).to_have_attribute("data-state", "saved")
    assert totals(who) == (2 * rows - 1, 1)
    who.page.reload()
    assert totals(who) == (2 * rows - 1, 1)
    who.look()


def totals(who: Visitor) -> tuple[int, int]:
    return tuple(int(who.page.locator(f"[data-total-value={one}]").inner_text()) for one in "PR")  # type: ignore[return-value]


def by_keyboard(who: Visitor, rows: int) -> None:
    """Letters run down a column; the arrow of the reader's direction leads to the next."""
    keys = who.page.keyboard
    who.page.locator("table[data-grid] button[data-row]").first.focus()
    for row in range(rows):
        keys.press("r" if row == 1 else "p")
    keys.press("Control+Home")
    keys.press("ArrowLeft" if who.language == "ar" else "ArrowRight")
    for _row in range(rows):
        keys.press("p")


def by_taps(who: Visitor, rows: int) -> None:
    """One tap is present, four are late; one button fills the rest of a column."""
    lines = who.page.locator("table[data-grid] tbody tr:has(button[data-row])")
    for row in range(rows):
        for _tap in range(4 if row == 1 else 1):
            lines.nth(row).locator("button[data-row]").first.tap()
    who.page.locator("button[data-fill]").nth(1).tap()


def submit(who: Visitor) -> None:
    """Hand the sheet over; whoever entered it is not offered to validate it."""
    who.press(who.link("Soumettre"))
    who.press(who.button("Soumettre"))
    expect(who.page.locator(".record .chip, .record [class*=chip]").first).to_have_text(who.said("Soumise"))


def validate_session(job: Job, address: str) -> None:
    """Another person, who finds it among what waits for them."""
    who = job.visitor(Role.MINISTRY_OFFICER)
    who.go("/todo")
    who.go(address.removeprefix(job.scene.address))
    who.touch(who.button("Valider"))
    confirm(who)
    expect(who.page.locator("table[data-grid]")).to_have_attribute("data-readonly", "")
    who.done()


def confirm(who: Visitor) -> None:
    """Say yes to the consequence that is named."""
    dialog = who.page.locator("dialog#confirm")
    expect(dialog).to_be_visible()
    who.look()
    who.press(dialog.locator("[data-confirm-yes]"))


def declare(job: Job) -> None:
    """The representative of a trained association names two people of one that nothing reached yet."""
    who = job.visitor(Role.ASSOCIATION_REPRESENTATIVE)
    who.place("Transferts")
    who.press(who.link("Déclarer un transfert"))
    page = who.page
    page.fill("#on_date", job.day.isoformat())
    page.fill("#code", f"T-RUN-{job.number}")
    for row, name in enumerate(("هند بناني", "يوسف العلمي")):
        page.fill(f"#lines-{row}-name", f"{name} {job.number}")
        page.fill(f"#lines-{row}-association", job.guest)
        page.select_option(f"#lines-{row}-province_id", str(job.scene.id("province_id")))
        page.select_option(f"#lines-{row}-sex", "FM"[row])
    who.press(who.button("Enregistrer la feuille"))
    expect(page.locator("main")).to_contain_text(job.guest)
    who.touch(who.button("Déclarer"))
    confirm(who)
    assert who.button("Valider").count() == 0
    who.done()


def validate_transfer(job: Job, who: Visitor) -> None:
    """The officer finds it in the list and validates it."""
    who.place("Transferts")
    who.press(who.page.locator("main table a", has_text=f"T-RUN-{job.number}"))
    who.touch(who.button("Valider"))
    confirm(who)


def listed(job: Job, who: Visitor, count: int) -> None:
    """The figure is a door: the list behind it has that many rows, and the new association is one."""
    tile = who.page.locator(".tile", has_text=who.said(REACHED))
    who.press(tile.locator(".tile-value a"))
    rows = who.page.locator("main table tbody tr")
    expect(rows).to_have_count(count)
    who.press(rows.filter(has_text=job.guest).locator("a").first)
    expect(who.page.locator("main")).to_contain_text(f"T-RUN-{job.number}")


def report(who: Visitor, count: int, folder: Path) -> None:
    """Both files of the progress report hold the figure that the page shows."""
    who.place("Rapports")
    who.press(who.page.locator("main a[href='/reports/progress']"))
    assert figure(who) == count
    text = text_of(downloaded(who, "Télécharger le PDF"), folder)
    label = who.said(REACHED)
    assert label in text, text[:600]
    with who.app.app_context(), speaking(who.language):
        shown = format_number(count)
    near = text[text.index(label) :][:200]
    assert re.search(rf"(?<!\d){re.escape(shown)}(?!\d)", near), near
    (folder / "progress.xlsx").write_bytes(downloaded(who, "Télécharger le fichier Excel"))
    in_workbook(who, folder / "progress.xlsx", label, count)


def in_workbook(who: Visitor, file: Path, label: str, count: int) -> None:
    book = load_workbook(file)
    sheet: Any = book.worksheets[0]
    assert bool(sheet.sheet_view.rightToLeft) is (who.language == "ar")
    row = next(row for row in sheet.iter_rows(values_only=True) if label in row)
    assert count in row, row


def downloaded(who: Visitor, message: str) -> bytes:
    """What the link hands over."""
    with who.page.expect_download() as waiting:
        who.touch(who.link(message))
    return Path(waiting.value.path()).read_bytes()
