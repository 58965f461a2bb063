"""Elements of markup, escaped, and a plot's frame that mirrors itself for Arabic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

from programme.base.language import Language, language

PRIMARY, MARK, INK, MUTED, LINE, GROUND = "#0f5c4d", "#b7791f", "#17212b", "#5b6672", "#e3e8ec", "#f7f9fa"
TINT = "#c6ddd7"
_RENAMED = {"class_": "class", "viewbox": "viewBox"}


def element(name: str, *children: str | Markup, **attributes: object) -> Markup:
    """`<name …>children</name>`: text is escaped, `font_size` becomes `font-size`, None is left out."""
    written = "".join(
        f' {_attribute(key)}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(map(escape, children))
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - what stands in it is escaped


@cache
def _attribute(key: str) -> str:
    return _RENAMED.get(key, key.replace("_", "-"))


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def picture(title: str, desc: str, parts: Iterable[Markup], **attributes: object) -> Markup:
    """The `svg` with its accessible title and description; it fills its box's width."""
    named = (element("title", title), element("desc", desc))
    start = {"xmlns": "http://www.w3.org/2000/svg", "width": "100%", "direction": language().direction}
    return element("svg", *named, *parts, **start, **attributes)


def is_rtl() -> bool:
    """Whether figures run from right to left for this reader."""
    return language() is Language.AR


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot of days across and counts upwards; in Arabic time runs from right to left, the axis on the right.

    Because the text's direction turns too, `text-anchor="end"` means the outer side in both languages.
    """

    start: dt.date
    end: dt.date
    top: float
    width: float = 720
    height: float = 300
    before: float = 52
    after: float = 24
    above: float = 34
    below: float = 48
    rtl: bool = False

    def across(self, place: float) -> float:
        """A distance from the side where reading starts, as a coordinate."""
        return self.width - place if self.rtl else place

    def x(self, day: dt.date) -> float:
        """Where a day stands."""
        span = max((self.end - self.start).days, 1)
        share = (day - self.start).days / span
        return self.across(self.before + share * (self.width - self.before - self.after))

    def y(self, value: float) -> float:
        """Where a count stands."""
        return self.floor - value / self.top * (self.floor - self.above)

    @property
    def floor(self) -> float:
        """The line of zero."""
        return self.height - self.below
