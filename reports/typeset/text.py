"""Paragraphs: clean, resolve once, wrap in logical order, order each line."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from reports.typeset.bidi import Run, guard, is_rtl, resolve, strip, visual_runs
from reports.typeset.shape import STAND_INS, shape, width

# French marks and the groups of a number stay with what they belong to.
_TIED = re.compile(r"(?<=\d) (?=\d)| (?=[%:;!?»])|(?<=«) ")


class Line(NamedTuple):
    """One line from left to right and its width in thousandths of the size."""

    runs: tuple[Run, ...]
    width: int


@functools.lru_cache(120_000)
def wrap(text: str, weight: str, room: int, rtl: bool) -> tuple[Line, ...]:
    """Lines of at most `room` (thousandths of the size); breaks at blanks, inside a word only if it must.

    `rtl` is the paragraph's direction. Empty text has no line.
    """
    lines: list[Line] = []
    for paragraph in text.translate(STAND_INS).splitlines():
        clean, levels = resolve(guard(_TIED.sub("\u00a0", paragraph.strip())), rtl)
        if clean:
            lines += _wrap(clean, levels, weight, room, rtl)
    return tuple(lines)


def wrap_auto(text: str, weight: str, room: int, default_rtl: bool) -> tuple[Line, ...]:
    """As `wrap`, in the direction of the text's own first letter."""
    return wrap(text, weight, room, is_rtl(text, default_rtl))


def single(text: str, weight: str, rtl: bool) -> Line:
    """The text on one line, whatever its width."""
    clean, levels = resolve(guard(" ".join(text.translate(STAND_INS).split("\n"))), rtl)
    return _line(clean, levels, weight, rtl)


def _line(text: str, levels: tuple[int, ...], weight: str, rtl: bool) -> Line:
    runs = visual_runs(text, levels, rtl)
    return Line(runs, width(weight, runs))


def _wrap(text: str, levels: tuple[int, ...], weight: str, room: int, rtl: bool) -> list[Line]:
    whole = _line(text, levels, weight, rtl)
    if whole.width <= room:
        return [whole]
    lines: list[Line] = []
    for start, end in _breaks(text, levels, weight, room):
        kept = text[start:end].rstrip(" ")
        lines.append(_line(kept, levels[start : start + len(kept)], weight, rtl))
    return lines


def _breaks(text: str, levels: tuple[int, ...], weight: str, room: int) -> list[tuple[int, int]]:
    """Where each line starts and ends, greedily."""
    blank = shape(weight, " ", False)[1]
    spans: list[tuple[int, int]] = []
    start, used = 0, 0
    for first, last in _pieces(text, levels, weight, room):
        wide = _span_width(text, levels, weight, first, last)
        gap = blank if first > start and text[first - 1] == " " else 0
        if first > start and used + gap + wide > room:
            spans.append((start, first))
            start, used, gap = first, 0, 0
        used += gap + wide
    spans.append((start, len(text)))
    return spans


def _pieces(text: str, levels: tuple[int, ...], weight: str, room: int) -> list[tuple[int, int]]:
    """Words; a word wider than the line is cut where it no longer fits."""
    pieces: list[tuple[int, int]] = []
    at = 0
    for word in text.split(" "):
        if not word:
            at += 1
            continue
        first, last = at, at + len(word)
        while _span_width(text, levels, weight, first, last) > room and last - first > 1:
            cut = _longest_fit(text, levels, weight, (first, last), room)
            pieces.append((first, cut))
            first = cut
        pieces.append((first, last))
        at = last + 1
    return pieces


def _longest_fit(text: str, levels: tuple[int, ...], weight: str, span: tuple[int, int], room: int) -> int:
    first, last = span
    low, high = first + 1, last - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _span_width(text, levels, weight, first, middle) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _span_width(text: str, levels: tuple[int, ...], weight: str, first: int, last: int) -> int:
    total, start = 0, first
    for end in range(first + 1, last + 1):
        if end == last or levels[end] != levels[start]:
            total += shape(weight, strip(text[start:end]), bool(levels[start] % 2))[1]
            start = end
    return total
