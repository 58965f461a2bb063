"""Tokens of the paper: inks, sizes and leading by language (LOOK.md)."""

from __future__ import annotations

from dataclasses import dataclass

from reports.typeset.fonts import BOLD, REGULAR

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
MARGIN = 18 * MM

PRIMARY, TARGET = "#0f5c4d", "#b7791f"
BLUE, GREEN, AMBER, RED = "#1d4e89", "#2f7d4f", "#b45309", "#b42318"
INK, MUTED, HAIRLINE, GROUND, BAR_REST = "#17212b", "#5b6672", "#c9d1d7", "#f3f6f7", "#e3e8ec"


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text is set; size and leading in points."""

    size: float
    leading: float
    weight: str = REGULAR
    ink: str = INK

    def scaled(self, factor: float) -> Style:
        """The same, larger or smaller."""
        return Style(self.size * factor, self.leading * factor, self.weight, self.ink)


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of one document. Arabic is set a little larger and wider apart than French."""

    rtl: bool

    def make(self, size: float, weight: str = REGULAR, ink: str = INK) -> Style:
        """A style at a French size in points."""
        own = size * 1.06 if self.rtl else size
        return Style(own, own * (1.6 if self.rtl else 1.38), weight, ink)

    @property
    def title(self) -> Style:
        return self.make(17, BOLD, PRIMARY)

    @property
    def heading(self) -> Style:
        return self.make(12, BOLD)

    @property
    def body(self) -> Style:
        return self.make(9)

    @property
    def body_bold(self) -> Style:
        return self.make(9, BOLD)

    @property
    def muted(self) -> Style:
        return self.make(8, REGULAR, MUTED)

    @property
    def muted_bold(self) -> Style:
        return self.make(8, BOLD)

    @property
    def small(self) -> Style:
        return self.make(7, REGULAR, MUTED)

    @property
    def small_bold(self) -> Style:
        return self.make(7, BOLD, MUTED)

    @property
    def figure(self) -> Style:
        return self.make(17, BOLD, INK)

    @property
    def cell(self) -> Style:
        return self.make(8.2)

    @property
    def cell_head(self) -> Style:
        return self.make(7.4, BOLD, MUTED)

    @property
    def cell_bold(self) -> Style:
        return self.make(8.2, BOLD)
