"""How wide the columns of a table are, and how small its type."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.definition import Column, Kind, Row
from reports.typeset.cells import NUMERIC, RIGID, heading, runs_rtl, say
from reports.typeset.sheet import Sheet
from reports.typeset.style import Style
from reports.typeset.text import single

GAP, LEAD = 8.0, 7.0
BAR_LEAST, MARK = 34.0, 6.0
# Words and states wider than this (thousandths of the size) are broken rather than given room.
WORD_MOST = 9500
SHRINK = (1.0, 0.92, 0.86)
LEAST_FACTOR = 0.7
# A column of long texts is content with this width in points.
TEXT_WISH = 120.0
# Of a hundred texts so many stand on one line where there is room; the few longest may be broken.
USUAL = 0.9
# Room for each weight of a column that is left empty, to be written in by hand.
BY_HAND = 45.0
# A table that would fill less of the page than this, everything on one line, ends where it may.
LEAST_FILLED, AIRY = 0.5, 1.2


@dataclass(slots=True)
class Fitted:
    """Widths of the columns in reading order, the size of type, the width of each column's longest text."""

    widths: list[float]
    factor: float
    longest: list[float]


def fit(sheet: Sheet, columns: tuple[Column, ...], sample: Sequence[Row]) -> Fitted:
    """Widths after the columns' weights, where figures, codes and dates get what they need to stay whole.

    Type is set smaller, in steps, where long texts would otherwise run to more than about three lines.
    """
    for factor in SHRINK:
        asked = [_ask(sheet, columns, at, sample, factor) for at in range(len(columns))]
        if sum(ask.wish for ask in asked) <= sheet.measure:
            break
    while sum(ask.need for ask in asked) > sheet.measure and factor > LEAST_FACTOR:
        factor -= 0.08
        asked = [_ask(sheet, columns, at, sample, factor) for at in range(len(columns))]
    widths = _widths(sheet.measure, [max(column.width, 0.1) for column in columns], asked)
    return Fitted(widths, factor, [ask.longest for ask in asked])


class Ask(NamedTuple):
    """Points a column cannot do without, those it would look well with, and those of its longest text.

    With `usual` most of its texts stand on one line, with `full` all of them, with `head` its label too.
    """

    need: float
    wish: float
    longest: float = 0.0
    usual: float = 0.0
    full: float = 0.0
    head: float = 0.0


def lead(columns: Sequence[Column], at: int, rtl: bool) -> float:
    """Room before a column of words that follows figures: left to right, both would stand at the same edge."""
    after_figures = at > 0 and columns[at - 1].kind in NUMERIC and columns[at].kind not in NUMERIC
    return LEAD if after_figures and not rtl else 0.0


def _ask(sheet: Sheet, columns: Sequence[Column], at: int, sample: Sequence[Row], factor: float) -> Ask:
    column, before = columns[at], lead(columns, at, sheet.rtl)
    head = sheet.styles.cell_head.scaled(factor)
    style = sheet.styles.cell_bold.scaled(factor)
    label = heading(column)
    lines = label.splitlines() or [""]
    words = label.split() if len(lines) == 1 else lines
    least = max((_wide(word, head, sheet.rtl) for word in words), default=0.0)
    titled = max(_wide(line, head, sheet.rtl) for line in lines)
    texts = {say(column.kind, row[at]) for row in sample}
    wides = sorted(_wide(text, style, runs_rtl(column.kind, text, sheet.rtl)) for text in texts)
    # A total has more digits than its rows.
    longest = wides[-1] * (1.12 if column.total else 1.0)
    need = longest + {Kind.BAR: BAR_LEAST, Kind.STATE: MARK + 3}.get(column.kind, 0.0)
    full = usual = need
    wish = max(need, titled * 0.55)
    if column.kind not in RIGID:
        pieces = {word for text in texts for word in text.split()} or {""}
        need = max(_wide(word, style, runs_rtl(column.kind, word, sheet.rtl)) for word in pieces)
        text_wish = min(longest * 0.45, TEXT_WISH * factor) if longest else column.width * BY_HAND
        wish = max(need, text_wish, titled * 0.55)
        usual = wides[math.ceil((len(wides) - 1) * USUAL)]
    if column.kind not in RIGID or column.kind is Kind.STATE:
        need = min(need, WORD_MOST * style.size / 1000)
    more = GAP + before + 1
    need = max(least, need) + more
    widths = itertools.accumulate((need, wish + more, usual + more, min(full, 2 * usual) + more), max)
    need, wish, usual, full = widths
    return Ask(need, wish, longest, usual, full, max(full, titled + more))


def _wide(text: str, style: Style, rtl: bool) -> float:
    return single(text, style.weight, rtl).width * style.size / 1000


def _widths(measure: float, weights: list[float], asked: list[Ask]) -> list[float]:
    """What each column needs; then, as far as the page goes, what it wishes, what puts most of its texts on
    one line, then all of them, then its label. What is left is shared by weight.

    A table that needs little of the page is not drawn out over it: its figures would stand far from its words.
    """
    widths = [ask.need for ask in asked]
    if sum(widths) >= measure:
        return [need * measure / sum(widths) for need in widths]
    for wanted in zip(*((ask.wish, ask.usual, ask.full, ask.head) for ask in asked), strict=True):
        extra = [max(0.0, more - width) for more, width in zip(wanted, widths, strict=True)]
        level = _level(measure - sum(widths), extra)
        widths = [width + min(more, level) for width, more in zip(widths, extra, strict=True)]
    natural = sum(widths)
    rest = (measure if natural >= measure * LEAST_FILLED else natural * AIRY) - natural
    return [width + rest * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]


def _level(room: float, wanted: list[float]) -> float:
    """The most that any column gets, so that the smallest wishes are met first and all of them fit the room."""
    left = room
    for met, want in enumerate(sorted(wanted)):
        if want * (len(wanted) - met) > left:
            return left / (len(wanted) - met)
        left -= want
    return max(wanted, default=0.0)
