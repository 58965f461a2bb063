"""What a strict content policy and two directions ask of every template and style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?<![\w-])(?:left|right|float|clear):\s*(?:left|right|\d)"
    r"|text-align:\s*(?:left|right)"
)
ICON = re.compile(r"""\b(?:icon|draw)\(\s*["']([a-z0-9-]+)["']""")
TONES = ("grey", "blue", "green", "amber", "red")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\sstyle\s*=", text), "widths go into SVG attributes, looks into static/css"
    # What the template computes is no attribute: `{% if one == … %}` inside a tag is not a handler.
    written = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", written), (
        "behaviour goes into static/js by data- attributes"
    )
    assert "<style" not in text
    for script in re.findall(r"<script[^>]*>", text):
        assert "nonce=" in script
        assert "src=" in script


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_uses_only_icons_of_the_sprite(path: Path) -> None:
    used = set(ICON.findall(path.read_text(encoding="utf-8")))
    assert used <= SPRITE, "add the drawing to static/icons.svg and its hash to the manifest"


@pytest.mark.parametrize("path", SHEETS, ids=name_of)
def test_a_style_sheet_has_no_side(path: Path) -> None:
    assert not PHYSICAL.findall(path.read_text(encoding="utf-8")), (
        "use inline-start/-end: Arabic is read from the right"
    )


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", TONES)
def test_a_state_chip_is_readable(tone: str) -> None:
    sheet = (ROOT / "static" / "css" / "parts.css").read_text(encoding="utf-8")
    found = re.search(rf"\.tone-{tone} {{ --tone: (#\w{{6}}); --tone-bg: (#\w{{6}})", sheet)
    assert found
    assert contrast(found[1], found[2]) >= 4.5


@pytest.mark.parametrize("step", range(5))
def test_a_printed_value_is_readable_on_its_step_of_the_map(step: int) -> None:
    sheet = (ROOT / "static" / "css" / "boards.css").read_text(encoding="utf-8")
    found = re.search(rf"\.scale-{step} {{ --scale: (#\w+); --scale-ink: (#\w+)", sheet)
    assert found
    ink = "#ffffff" if found[2] == "#fff" else found[2]
    assert contrast(found[1], ink) >= 4.5
