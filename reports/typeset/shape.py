"""From runs of letters to glyphs (HarfBuzz), and from glyphs to the operators of a PDF page."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import uharfbuzz as hb

from reports.typeset.bidi import Run
from reports.typeset.fonts import FontBook, Resource, face

_BLANKS = re.compile("([ \u00a0]+)")
LEFT_MARK, RIGHT_MARK = "\u200e", "\u200f"
# Classes of marks that readers of a PDF count to numbers.
WEAK = frozenset({"ES", "ET", "CS"})
_PLAIN = re.compile("[0-9 \u00a0+/.,:%-]+")
FEATURES = {"kern": True, "liga": True, "calt": True, "dlig": False}
# Blanks and hyphens the face has no glyph for.
STAND_INS = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0", "\u2011": "-", "\u2010": "-", "\t": " "})


class Glyph(NamedTuple):
    """A glyph, the letters it gives back when copied, its advance and displacement (1/1000 of the size)."""

    number: int
    source: str
    advance: int
    dx: int
    dy: int


def shape(weight: str, text: str, rtl: bool) -> tuple[tuple[Glyph, ...], int]:
    """Glyphs of one run from left to right, and their width in thousandths of the size.

    Words are shaped one by one and remembered: letters never join or kern over a blank.
    """
    shaped = [shape_word(weight, word, rtl) for word in pieces(text, rtl)]
    return tuple(itertools.chain.from_iterable(word[0] for word in shaped)), sum(word[1] for word in shaped)


def pieces(text: str, rtl: bool) -> list[str]:
    """The words of a run from left to right, with the blanks between them."""
    found = [piece for piece in _BLANKS.split(text) if piece]
    return found[::-1] if rtl else found


@functools.lru_cache(120_000)
def shape_word(weight: str, text: str, rtl: bool) -> tuple[tuple[Glyph, ...], int]:
    """As `shape`, for a piece without a blank in it, or for blanks."""
    if text in (LEFT_MARK, RIGHT_MARK):
        return (Glyph(face(weight).font.get_nominal_glyph(32), text, 0, 0, 0),), 0
    if not rtl and _PLAIN.fullmatch(text):
        plain = tuple(_plain(weight, char) for char in text)
        return plain, sum(glyph.advance for glyph in plain)
    loaded = face(weight)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    # A letter and its marks are one cluster: readers of a PDF would take a mark's place for a gap in the word.
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
    hb.shape(loaded.font, buffer, FEATURES)
    infos = buffer.glyph_infos
    sources = _sources(text, [info.cluster for info in infos], rtl)
    scale = loaded.scale
    glyphs = [
        Glyph(
            info.codepoint,
            source,
            round(at.x_advance * scale),
            round(at.x_offset * scale),
            round(at.y_offset * scale),
        )
        for info, at, source in zip(infos, buffer.glyph_positions, sources, strict=True)
    ]
    return tuple(_without_gaps(glyphs)), sum(glyph.advance for glyph in glyphs)


@functools.cache
def _plain(weight: str, char: str) -> Glyph:
    """A digit or mark of a number: all digits are of one width and nothing is kerned."""
    loaded = face(weight)
    number = loaded.font.get_nominal_glyph(ord(char))
    step = round(loaded.font.get_glyph_h_advance(number) * loaded.scale)
    return Glyph(number, " " if char == "\u00a0" else char, step, 0, 0)


def _without_gaps(glyphs: list[Glyph]) -> list[Glyph]:
    """Sideways displacements become advances: a gap between glyphs would be read as a space."""
    for at in range(1, len(glyphs)):
        before, here = glyphs[at - 1], glyphs[at]
        if here.dx and here.advance and before.advance and before.dy == here.dy == 0:
            glyphs[at - 1] = before._replace(advance=before.advance + here.dx)
            glyphs[at] = here._replace(advance=here.advance - here.dx, dx=0)
    return glyphs


def _sources(text: str, clusters: list[int], rtl: bool) -> list[str]:
    """The letters behind each glyph.

    Readers of a PDF put right-to-left text in order by reversing what they see, so several letters under
    one Arabic glyph are written in visual order. A word that ends in a comma or colon closes with a mark, for
    they would take the blank after it to be before it.
    """
    starts = [*sorted(set(clusters)), len(text)]
    ends = dict(itertools.pairwise(starts))
    seen: set[int] = set()
    sources: list[str] = []
    for cluster in reversed(clusters) if rtl else clusters:
        letters = "" if cluster in seen else text[cluster : ends[cluster]].replace("\u00a0", " ")
        seen.add(cluster)
        sources.append(letters[::-1] if rtl else letters)
    if not rtl:
        return sources
    sources.reverse()
    if unicodedata.bidirectional(text[-1]) in WEAK:
        sources[0] = RIGHT_MARK + sources[0]
    return sources


def width(weight: str, runs: tuple[Run, ...]) -> int:
    """Width of a line of runs, in thousandths of the size."""
    return sum(shape_word(weight, word, rtl)[1] for text, rtl in runs for word in pieces(text, rtl))


Part = tuple[int, str]
"""A rise (1/1000 of the size) and what stands in the array of a `TJ` operator."""


class Scribe:
    """Writes lines with the fonts of one document; remembers the words it has written."""

    def __init__(self, rtl: bool = False, book: FontBook | None = None) -> None:
        self.rtl = rtl
        self.book = book or FontBook()
        self._words: dict[tuple[str, str, bool], tuple[Part, ...]] = {}

    def write(self, weight: str, runs: tuple[Run, ...], size: float) -> str:
        """The operators that choose the font and show the line, for inside `BT` and `ET` after `Td`."""
        # A cluster of letters and marks never has more than four glyphs a letter.
        resource = self.book.resource(weight, 4 * sum(len(text) for text, _rtl in runs))
        parts = [
            part
            for text, rtl in self._marked(runs)
            for word in pieces(text, rtl)
            for part in self._word(resource, word, rtl)
        ]
        shown = [
            (rise, "".join(codes for _rise, codes in same).replace("><", ""))
            for rise, same in itertools.groupby(parts, key=lambda part: part[0])
        ]
        font = f"/{resource.name} {size:.2f} Tf"
        if all(rise == 0 for rise, _codes in shown):
            return " ".join([font, *(f"[{codes}] TJ" for _rise, codes in shown)])
        risen = [f"{rise * size / 1000:.2f} Ts [{codes}] TJ" for rise, codes in shown]
        return " ".join([font, *risen, "0 Ts"])

    def _marked(self, runs: tuple[Run, ...]) -> Iterator[Run]:
        """The runs with an unseen mark where an island ends, against the direction of the page.

        Those who take text out of a PDF would else count the blank after an island to the island, and put
        it at its other end.
        """
        for at, run in enumerate(runs):
            text, rtl = run
            if self.rtl and not rtl and at and runs[at - 1][1]:
                yield RIGHT_MARK, False
            yield run
            if not self.rtl and rtl and at + 1 < len(runs) and not runs[at + 1][1]:
                yield LEFT_MARK, False

    def _word(self, resource: Resource, text: str, rtl: bool) -> tuple[Part, ...]:
        key = (resource.name, text, rtl)
        known = self._words.get(key)
        if known is None:
            known = self._words[key] = tuple(_parts(resource, shape_word(resource.weight, text, rtl)[0]))
        return known


def _parts(resource: Resource, glyphs: tuple[Glyph, ...]) -> list[Part]:
    parts: list[Part] = []
    for number, source, step, dx, dy in glyphs:
        code = f"<{resource.code(number, source, step):04X}>"
        shown = f"{-dx}{code}{dx}" if dx else code
        if parts and parts[-1][0] == dy:
            parts[-1] = (dy, parts[-1][1] + shown)
        else:
            parts.append((dy, shown))
    return parts
