"""Pages and the only place that turns them round for Arabic.

Everything is placed by its distance from the edge where reading starts; `Sheet.left` makes a place on the
paper of it. Heights are points from the foot of the page, as PDF counts.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from reports.typeset.shape import Scribe
from reports.typeset.style import A4, HAIRLINE, MARGIN, Style, Styles
from reports.typeset.text import Line, single, wrap


class Align(Enum):
    """Where a line stands in its box. LEFT and RIGHT are the paper's, START and END the reader's."""

    START = "start"
    END = "end"
    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(slots=True)
class Page:
    """Operators of one page, and pictures as (file, left, foot, width, height)."""

    operators: list[str] = field(default_factory=list)
    pictures: list[tuple[Path, float, float, float, float]] = field(default_factory=list)


@functools.lru_cache(64)
def ink(colour: str) -> str:
    """`#rrggbb` as three numbers of a PDF."""
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))


class Sheet:
    """The pages of one document while they fill; `y` is where the next thing starts."""

    def __init__(self, rtl: bool, landscape: bool, scribe: Scribe | None = None) -> None:
        self.rtl = rtl
        self.width, self.height = (A4[1], A4[0]) if landscape else A4
        self.measure = self.width - 2 * MARGIN
        self.top, self.foot = self.height - MARGIN - 14, MARGIN + 14
        self.styles = Styles(rtl)
        self.scribe = scribe or Scribe(rtl)
        self.pages = [Page()]
        self.y = self.height - MARGIN

    @property
    def page(self) -> Page:
        return self.pages[-1]

    @property
    def free(self) -> float:
        """Height left on this page."""
        return self.y - self.foot

    @property
    def full_page(self) -> float:
        """Height of an empty later page."""
        return self.top - self.foot

    def new_page(self) -> None:
        """Go on at the top of the next page."""
        self.pages.append(Page())
        self.y = self.top

    def need(self, height: float) -> bool:
        """Turn the page unless `height` fits; answers whether it was turned."""
        if height <= self.free or self.y >= self.top:
            return False
        self.new_page()
        return True

    def left(self, offset: float, width: float = 0) -> float:
        """The left edge, on paper, of a box `offset` from the edge where reading starts."""
        return self.width - MARGIN - offset - width if self.rtl else MARGIN + offset

    def rectangle(self, offset: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled box whose foot is at `y`."""
        if width > 0 and height > 0:
            self.raw(f"{ink(colour)} rg {self.left(offset, width):.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def frame(self, offset: float, y: float, width: float, height: float, colour: str = HAIRLINE) -> None:
        """An empty box with a hairline."""
        x = self.left(offset, width)
        self.raw(f"{ink(colour)} RG 0.5 w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def rule(
        self, offset: float, y: float, width: float, colour: str = HAIRLINE, weight: float = 0.4
    ) -> None:
        """A line across."""
        x = self.left(offset, width)
        self.raw(f"{ink(colour)} RG {weight} w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S")

    def raw(self, operators: str) -> None:
        """Operators of the PDF page as they are."""
        self.page.operators.append(operators)

    def line(self, line: Line, offset: float, y: float, width: float, style: Style, align: Align) -> None:
        """One line of text with its baseline at `y`, in a box."""
        slack = width - line.width * style.size / 1000
        x = self.left(offset, width) + self._shift(slack, align)
        shown = self.scribe.write(style.weight, line.runs, style.size)
        self.raw(f"BT {ink(style.ink)} rg {x:.2f} {y:.2f} Td {shown} ET")

    def _shift(self, slack: float, align: Align) -> float:
        if align is Align.CENTRE:
            return slack / 2
        to_the_right = align is Align.RIGHT or (align is (Align.START if self.rtl else Align.END))
        return slack if to_the_right else 0

    def lines(
        self,
        lines: Iterable[Line],
        offset: float,
        top: float,
        width: float,
        style: Style,
        align: Align = Align.START,
    ) -> float:
        """Lines under each other from `top`; answers where they end."""
        for each in lines:
            self.line(each, offset, baseline(top, style), width, style, align)
            top -= style.leading
        return top

    def label(
        self, text: str, offset: float, y: float, width: float, style: Style, align: Align = Align.START
    ) -> None:
        """A short text on one line with its baseline at `y`, in the page's direction."""
        self.line(single(text, style.weight, self.rtl), offset, y, width, style, align)

    def fold(self, text: str, width: float, style: Style) -> tuple[Line, ...]:
        """The text wrapped to a width in points, in the page's direction."""
        return wrap(text, style.weight, math.floor(width / style.size * 1000), self.rtl)

    def paragraph(self, text: str, style: Style, offset: float = 0, width: float | None = None) -> None:
        """Text from `y` downwards, over as many pages as it needs."""
        room = self.measure - offset if width is None else width
        for each in self.fold(text, room, style):
            self.need(style.leading)
            self.y = self.lines([each], offset, self.y, room, style)

    def picture(self, path: Path, x: float, y: float, width: float, height: float) -> None:
        """A PNG or JPEG file inside a box of the paper, proportions kept."""
        self.page.pictures.append((path, x, y, width, height))

    def pour(self, canvas: Any, stamp: Callable[[Sheet, int, int], None]) -> None:
        """Draw every page on a reportlab canvas; `stamp` adds what needs the number of pages."""
        total = len(self.pages)
        filled, self.pages = self.pages, []
        for number, page in enumerate(filled, 1):
            self.pages.append(page)
            stamp(self, number, total)
            for path, x, y, width, height in page.pictures:
                canvas.drawImage(
                    str(path), x, y, width, height, mask="auto", preserveAspectRatio=True, anchor="c"
                )
            canvas._code.extend(page.operators)
            page.operators.clear()
            canvas.showPage()


def baseline(top: float, style: Style) -> float:
    """Where a line stands in a box that starts at `top`: capitals in the middle of the leading."""
    return top - style.leading / 2 - style.size * 0.34
