"""Order of characters on a line that mixes Arabic and Latin (Unicode annex 9)."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
import sys
import unicodedata
from types import ModuleType
from typing import Any

Run = tuple[str, bool]
"""A stretch of one direction, in logical order, and whether it runs right to left."""

LTR_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"
CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
# Blanks and isolates at the end of a line count as blank (rule L1); marks of direction are letters.
_ENDING = " \u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_NO_CONTROLS = str.maketrans("", "", CONTROLS)

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LTR = re.compile("[A-Za-z\u00c0-\u024f]")
_ISLAND_EDGES = re.compile("[\u2066\u2069]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_ONLY_ARABIC = re.compile("[\u0621-\u064a\u0671-\u06d3 \u00a0،؛؟]*")
# What `guard` makes of most Arabic: letters and marks of no direction, and islands without Arabic.
_ARABIC_WITH_ISLANDS = re.compile(
    "(?:[\u0621-\u064a\u0671-\u06d3 \u00a0،؛؟«»()\\[\\]–—…!:;.,/\u2019'\"·•&*-]"
    "|\u2066[0-9A-Za-zÀ-ÖØ-öø-ɏ \u00a0/–—&+·.:@_'’,%°-]*\u2069)*"
)
_SINGLE_WAY = re.compile("[^\u0590-\u08ff\u200e-\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]*")
# A code, phone, period or Latin name: tokens joined by one mark or blank, never by a full stop and a blank,
# nor by the blank between a year and the hour: those are two words of an Arabic sentence.
_STRETCH = re.compile(
    r"\+?[0-9A-Za-zÀ-ɏ]+"
    r"(?:(?: ?[-/–—&+·] ?|[.:@_'’,]|[ \u00a0](?![0-9]{1,2}:[0-9]{2}))[0-9A-Za-zÀ-ɏ]+)*"
    r"(?:[ \u00a0]?[%°])?"
)


def is_rtl(text: str, default: bool = False) -> bool:
    """Direction of the first strong letter; `default` for text without one (numbers, codes)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return False
        if kind in ("R", "AL"):
            return True
    return default


def isolate(text: str) -> str:
    """The text as a left-to-right island: its neighbours cannot change its order."""
    return f"{LTR_ISOLATE}{text}{POP_ISOLATE}"


def guard(text: str) -> str:
    """Isolate every code, number, period and Latin name of a text that also holds Arabic.

    Text that brings its own isolates, or that has no Arabic, is answered as it came.
    """
    if not _RTL.search(text) or _ISOLATES.search(text):
        return text
    return _STRETCH.sub(lambda found: isolate(found.group()), text)


@functools.lru_cache(60_000)
def resolve(text: str, rtl: bool) -> tuple[str, tuple[int, ...]]:
    """The text of one paragraph and the embedding level of each of its characters.

    `text` holds no line break. Controls stay in it, as they keep runs apart; `visual_runs` takes them out.
    """
    if rtl and _ONLY_ARABIC.fullmatch(text):
        return text, (1,) * len(text)
    if rtl and _ARABIC_WITH_ISLANDS.fullmatch(text):
        return _with_islands(text)
    if not rtl and _SINGLE_WAY.fullmatch(text):
        return text, (0,) * len(text)
    bidi, enums = _levels()
    base = enums.TextDirection.RTL if rtl else enums.TextDirection.LTR
    found = bidi.BidiParagraph(text=text, base_direction=base).get_characters_with_embedding_level()
    known = {char.character_index: char.embedding_level for char in found}
    levels: list[int] = []
    for index in range(len(text)):
        levels.append(known.get(index, levels[-1] if levels else int(rtl)))
    return text, tuple(levels)


@functools.cache
def _levels() -> tuple[Any, Any]:
    """fpdf's `bidi` and `enums`, loaded with the first mixed line and without the rest of fpdf.

    The whole of it takes 44 megabytes and half a second: a stand-in for the package is there while they load.
    """
    if "fpdf" in sys.modules:
        return importlib.import_module("fpdf.bidi"), importlib.import_module("fpdf.enums")
    spec = importlib.util.find_spec("fpdf")
    assert spec is not None
    stand_in = ModuleType("fpdf")
    stand_in.__path__ = list(spec.submodule_search_locations or ())
    sys.modules["fpdf"] = stand_in
    try:
        return importlib.import_module("fpdf.bidi"), importlib.import_module("fpdf.enums")
    finally:
        del sys.modules["fpdf"]


def _with_islands(text: str) -> tuple[str, tuple[int, ...]]:
    levels: list[int] = []
    for at, piece in enumerate(_ISLAND_EDGES.split(text)):
        levels += (1 + at % 2,) * len(piece) + (1,)
    return text, tuple(levels[:-1])


def visual_runs(text: str, levels: tuple[int, ...], rtl: bool) -> tuple[Run, ...]:
    """The runs of one line from left to right (rules L1 and L2); characters inside a run stay logical."""
    settled = _reset_trailing(text, levels, int(rtl))
    runs = _split(text, settled)
    odd = min((level for _, level in runs if level % 2), default=0)
    if odd:
        for level in range(max(level for _, level in runs), odd - 1, -1):
            runs = _reverse_from(runs, level)
    return tuple(
        (piece, bool(level % 2)) for piece, level in ((strip(run), level) for run, level in runs) if piece
    )


def strip(text: str) -> str:
    """The text without bidi controls."""
    return text.translate(_NO_CONTROLS)


def _reset_trailing(text: str, levels: tuple[int, ...], base: int) -> tuple[int, ...]:
    length = len(text.rstrip(_ENDING))
    return levels[:length] + (base,) * (len(text) - length)


def _split(text: str, levels: tuple[int, ...]) -> list[tuple[str, int]]:
    if text and min(levels) == max(levels):
        return [(text, levels[0])]
    runs: list[tuple[str, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or levels[end] != levels[start]:
            runs.append((text[start:end], levels[start]))
            start = end
    return runs


def _reverse_from(runs: list[tuple[str, int]], level: int) -> list[tuple[str, int]]:
    answer: list[tuple[str, int]] = []
    stretch: list[tuple[str, int]] = []
    for run in runs:
        if run[1] >= level:
            stretch.append(run)
            continue
        answer.extend(reversed(stretch))
        stretch = []
        answer.append(run)
    return answer + stretch[::-1]
