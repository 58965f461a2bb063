"""How wide the columns of a table are, and how small its type."""

from __future__ import annotations

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
    """Points a column cannot do without, those it would look well with, and those of its longest text."""

    need: float
    wish: float
    longest: float = 0.0


def lead(columns: Sequence[Column], at: int, rtl: bool) -> float:
    """Room before a column of words that follows figures: left to right, both would stand at the same edge."""
    after_figures = at > 0 and columns[at - 1].kind in NUMERIC and columns[at].kind not in NUMERIC
    return LEAD if after_figures and not rtl else 0.0


def _ask(sheet: Sheet, columns: Sequence[Column], at: int, sample: Sequence[Row], factor: float) -> Ask:
    column, before = columns[at], lead(columns, at, sheet.rtl)
    head = sheet.styles.cell_head.scaled(factor)
    style = sheet.styles.cell_bold.scaled(factor)
    label = heading(column)
    least = max(_wide(word, head, sheet.rtl) for word in label.split() or [""])
    texts = {say(column.kind, row[at]) for row in sample}
    longest = max(_wide(text, style, runs_rtl(column.kind, text, sheet.rtl)) for text in texts)
    # A total has more digits than its rows.
    longest *= 1.12 if column.total else 1.0
    need = longest + {Kind.BAR: BAR_LEAST, Kind.STATE: MARK + 3}.get(column.kind, 0.0)
    wish = max(need, _wide(label, head, sheet.rtl) * 0.55)
    if column.kind not in RIGID:
        words = {word for text in texts for word in text.split()} or {""}
        need = max(_wide(word, style, runs_rtl(column.kind, word, sheet.rtl)) for word in words)
        wish = max(need, min(longest * 0.45, TEXT_WISH * factor))
    if column.kind not in RIGID or column.kind is Kind.STATE:
        need = min(need, WORD_MOST * style.size / 1000)
    need = max(least, need) + GAP + before + 1
    return Ask(need, max(need, wish + GAP + before + 1), longest)


def _wide(text: str, style: Style, rtl: bool) -> float:
    return single(text, style.weight, rtl).width * style.size / 1000


def _widths(measure: float, weights: list[float], asked: list[Ask]) -> list[float]:
    """What each column needs, then what it wishes, then a share of the rest by its weight."""
    needs, wishes = [ask.need for ask in asked], [ask.wish for ask in asked]
    if sum(needs) >= measure:
        return [need * measure / sum(needs) for need in needs]
    if sum(wishes) >= measure:
        part = (measure - sum(needs)) / (sum(wishes) - sum(needs))
        return [ask.need + (ask.wish - ask.need) * part for ask in asked]
    return _share(measure, weights, wishes)


def _share(measure: float, weights: list[float], needs: list[float]) -> list[float]:
    """Each column its weight's share, raised to its need; what that costs is taken from the others."""
    fixed: dict[int, float] = {}
    while True:
        room = measure - sum(fixed.values())
        weight = sum(value for at, value in enumerate(weights) if at not in fixed)
        short = [
            at
            for at, need in enumerate(needs)
            if at not in fixed and room * weights[at] / weight < need - 1e-6
        ]
        if not short:
            return [fixed.get(at, room * value / weight if weight else 0) for at, value in enumerate(weights)]
        fixed.update({at: needs[at] for at in short})
