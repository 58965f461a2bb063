"""A person at a screen: signs in through the form, reads in one language, and every page they see is checked."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from programme.base.language import gettext, speaking
from tests.browser.live import HEIGHT
from tests.browser.scene import PASSWORD

DESKTOP, PHONE = 1280, 390
PATIENCE = 30_000
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
BY_WIDTH: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]},
}
"""Rules whose answer changes with the width of the screen."""
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  const spills = (one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1);
  };
  const inside = ".table-wrap, .visually-hidden, svg";
  const first = [...document.querySelectorAll("main *, .top *")].find((one) => spills(one) && !one.closest(inside));
  return {seen: document.documentElement.scrollWidth, first: first ? first.outerHTML.slice(0, 160) : ""};
}"""
AXE = Axe()


def faults_of(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Each violation of WCAG 2.2 A and AA on the page: rule, node and what axe says of it."""
    found = AXE.run(page, options=rules).response["violations"]
    return [
        f"axe {rule['id']} at {node['target']}: {node['html'][:200]} — {_summary(node)}"
        for rule in found
        for node in rule["nodes"][:4]
    ]


def _summary(node: dict[str, Any]) -> str:
    return " ".join(str(node.get("failureSummary", "")).split())[:300]


def overflow_of(page: Page, width: int) -> list[str]:
    """Whether the page is wider than the screen, and the first part that stands out."""
    measured = page.evaluate(WIDER)
    if measured["seen"] <= width:
        return []
    return [f"{measured['seen']} px wide on a screen of {width} px, for example {measured['first']}"]


# Playwright hangs its wrappers on whoever listens, so no slots.
@dataclass(eq=False)
class Visitor:
    """One browser context. `faults` gathers what is wrong, each with its page; `done()` fails on any."""

    app: Flask
    page: Page
    language: str
    width: int
    faults: list[str] = field(default_factory=list)
    looked: int = 0

    @classmethod
    def at(
        cls,
        browser: Browser,
        app: Flask,
        address: str,
        language: str,
        width: int = DESKTOP,
        *,
        cookie: str = "",
    ) -> Visitor:
        """A fresh screen; `cookie` is the session of somebody who has signed in already."""
        is_phone = width < 600
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": HEIGHT},
            locale=f"{language}-MA",
            has_touch=is_phone,
            is_mobile=is_phone,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        if cookie:
            name = str(app.config["SESSION_COOKIE_NAME"])
            context.add_cookies([{"name": name, "value": cookie, "url": address}])
        made = cls(app, context.new_page(), language, width)
        made.page.on("console", made._hear)
        made.page.on("pageerror", lambda error: made.fault(f"script: {error}"))
        made.page.on("response", made._answered)
        return made

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.fault(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.fault(f"{response.status} of {response.url}")

    def fault(self, text: str) -> None:
        path = urlsplit(self.page.url)
        self.faults.append(f"{self.language} {self.width} {path.path}?{path.query}: {text}")

    def said(self, message: str, **values: Any) -> str:
        """The text of the interface in this person's language."""
        with self.app.app_context(), speaking(self.language):
            return gettext(message, **values)

    def look(self) -> None:
        """Check the page that is open: language, WCAG, width."""
        self.looked += 1
        # What the sticky top bar covers after scrolling is not covered for whoever scrolls back.
        self.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        lang = self.page.locator("html").get_attribute("lang")
        if lang != self.language:
            self.fault(f"the page is in {lang}")
        for text in (*faults_of(self.page), *overflow_of(self.page, self.width)):
            self.fault(text)

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.look()

    def press(self, target: Locator) -> None:
        """Click, or tap on a phone, what leads to another page."""
        with self.page.expect_navigation():
            self.touch(target)
        refused = self.page.locator("[data-errors]")
        assert not refused.count(), f"{self.page.url} refuses: {refused.inner_text()}"
        self.look()

    def touch(self, target: Locator) -> None:
        if self.width < 600:
            target.tap()
        else:
            target.click()

    def link(self, message: str, within: str = "main") -> Locator:
        """The link with this text."""
        return self.page.locator(within).get_by_role("link", name=self.said(message), exact=True)

    def button(self, message: str, within: str = "main") -> Locator:
        """The button with this text."""
        return self.page.locator(within).get_by_role("button", name=self.said(message), exact=True)

    def place(self, message: str) -> None:
        """Open an entry of the navigation, out of its drawer on a phone."""
        if self.width < 992:
            self.touch(self.page.locator(".top-menu"))
            self.page.locator("#navigation.show").wait_for()
        self.press(self.link(message, "#navigation"))

    def sign_in(self, email: str) -> None:
        """Through the form, in this person's language."""
        self.page.goto("/sign-in")
        if self.page.locator("html").get_attribute("lang") != self.language:
            with self.page.expect_navigation():
                self.touch(self.page.locator(f"form.switch button[lang={self.language}]"))
        self.look()
        self.page.get_by_label(re.compile(re.escape(self.said("Adresse électronique")))).fill(email)
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.press(self.button("Se connecter"))
        assert urlsplit(self.page.url).path == "/", f"not signed in: {self.page.locator('main').inner_text()}"

    def done(self) -> None:
        """Close the screen; fail on anything that was wrong."""
        with suppress(Exception):
            self.page.context.close()
        assert self.looked, "no page was looked at"
        assert not self.faults, f"{len(self.faults)} faults:\n" + "\n".join(dict.fromkeys(self.faults))
