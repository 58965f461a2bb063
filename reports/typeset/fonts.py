"""The two faces of the programme's paper, and how one PDF carries the glyphs it used.

Each document numbers its own glyphs: a code stands for one glyph *and* the letters it was made from, so
that text copied out of the PDF is the text that went in. Nothing is shared between documents.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fontpkg_ibm_plex_sans_arabic as plex
import uharfbuzz as hb
from reportlab.pdfbase import pdfdoc

REGULAR, BOLD = "Regular", "SemiBold"
MAX_CODES = 65_000
# Shaping is done before drawing: a reader of the PDF needs none of these.
LAYOUT_TABLES = (b"GDEF", b"GPOS", b"GSUB", b"gasp", b"cmap", b"name", b"OS/2")


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One weight, loaded once; measures in thousandths of the size."""

    name: str
    data: bytes
    face: Any
    font: Any
    scale: float
    ascent: int
    descent: int
    cap_height: int


@functools.cache
def face(weight: str) -> Face:
    """The face of a weight (`REGULAR`, `BOLD`)."""
    data = (Path(plex.ROOT) / "files" / f"IBMPlexSansArabic-{weight}.ttf").read_bytes()
    loaded = hb.Face(hb.Blob(data))
    font = hb.Font(loaded)
    extents = font.get_font_extents("ltr")
    scale = 1000 / loaded.upem
    capitals = font.get_glyph_extents(font.get_nominal_glyph(ord("H"))).y_bearing
    return Face(
        f"IBMPlexSansArabic-{weight}",
        data,
        loaded,
        font,
        scale,
        round(extents.ascender * scale),
        round(extents.descender * scale),
        round(capitals * scale),
    )


@dataclass(slots=True)
class Resource:
    """One embedded font under construction; a code is a place in `glyphs`, `sources` and `widths`."""

    name: str
    weight: str
    codes: dict[tuple[int, str, int], int] = field(default_factory=dict)
    glyphs: list[int] = field(default_factory=lambda: [0])
    sources: list[str] = field(default_factory=lambda: [""])
    widths: list[int] = field(default_factory=lambda: [0])

    def code(self, glyph: int, source: str, advance: int) -> int:
        """The number of a glyph made from these letters and followed after `advance`.

        A kerned glyph has a code of its own width: a move between glyphs is read as a space by those who
        take the text out of the PDF.
        """
        known = self.codes.get((glyph, source, advance))
        if known is None:
            known = self.codes[glyph, source, advance] = len(self.glyphs)
            self.glyphs.append(glyph)
            self.sources.append(source)
            self.widths.append(advance)
        return known


class FontBook:
    """The fonts of one PDF. A font that is full is followed by a second one of the same face."""

    def __init__(self, limit: int = MAX_CODES) -> None:
        self.limit = limit
        self.resources: list[Resource] = []
        self._open: dict[str, Resource] = {}

    def resource(self, weight: str, needed: int) -> Resource:
        """The font to write the next `needed` glyphs with."""
        current = self._open.get(weight)
        if current is None or len(current.glyphs) + needed > self.limit:
            current = Resource(f"P{len(self.resources) + 1}", weight)
            self.resources.append(current)
            self._open[weight] = current
        return current

    def embed(self, document: Any) -> None:
        """Put every font used into the document, each cut down to the glyphs it needs."""
        fonts = document.idToObject["BasicFonts"].dict
        fonts.clear()
        for resource in self.resources:
            fonts[resource.name] = _type0(document, resource)


def subset(loaded: Face, glyphs: set[int]) -> bytes:
    """The font file with only these outlines, glyph numbers kept."""
    wanted = hb.SubsetInput()
    wanted.flags = (
        hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_BIDI_CLOSURE
    )
    wanted.glyph_set.update(glyphs | {0})
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in LAYOUT_TABLES)
    return bytes(hb.subset(loaded.face, wanted).blob.data)


def _stream(document: Any, name: str, content: bytes, **entries: Any) -> Any:
    stream = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
    for key, value in entries.items():
        stream.dictionary[key] = value
    return document.Reference(stream, name)


def _type0(document: Any, resource: Resource) -> Any:
    loaded = face(resource.weight)
    base = f"{_tag(resource.name)}+{loaded.name}"
    to_unicode = _stream(document, f"unicode:{resource.name}", to_unicode_map(resource.sources))
    return document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": f"/{base}",
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([_descendant(document, resource, loaded, base)]),
                "ToUnicode": to_unicode,
            }
        ),
        f"font:{resource.name}",
    )


def _descendant(document: Any, resource: Resource, loaded: Face, base: str) -> Any:
    places = b"".join(glyph.to_bytes(2, "big") for glyph in resource.glyphs)
    system = {
        "Registry": pdfdoc.PDFString("Adobe"),
        "Ordering": pdfdoc.PDFString("Identity"),
        "Supplement": 0,
    }
    return document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": f"/{base}",
                "CIDSystemInfo": pdfdoc.PDFDictionary(system),
                "FontDescriptor": _descriptor(document, resource, loaded, base),
                "CIDToGIDMap": _stream(document, f"places:{resource.name}", places),
                "DW": 0,
                "W": pdfdoc.PDFArray([0, pdfdoc.PDFArray(resource.widths)]),
            }
        ),
        f"descendant:{resource.name}",
    )


def _descriptor(document: Any, resource: Resource, loaded: Face, base: str) -> Any:
    data = subset(loaded, set(resource.glyphs))
    return document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": f"/{base}",
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([-500, loaded.descent, 2000, loaded.ascent]),
                "ItalicAngle": 0,
                "Ascent": loaded.ascent,
                "Descent": loaded.descent,
                "CapHeight": loaded.cap_height,
                "StemV": 120 if resource.weight == BOLD else 80,
                "FontFile2": _stream(document, f"file:{resource.name}", data, Length1=len(data)),
            }
        ),
        f"descriptor:{resource.name}",
    )


def _tag(name: str) -> str:
    """Six capitals that tell apart the subsets of one document."""
    return f"AAAA{chr(65 + int(name[1:]) // 26 % 26)}{chr(65 + int(name[1:]) % 26)}"


def to_unicode_map(sources: list[str]) -> bytes:
    """The CMap from code to letters, in blocks of at most 100 as readers expect."""
    pairs = [(code, source) for code, source in enumerate(sources) if source]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{code:04X}> <{source.encode('utf-16-be').hex().upper()}>" for code, source in block]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
