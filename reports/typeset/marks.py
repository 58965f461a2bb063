"""Small drawings inside text: the bar with a mark at its target, the tone of a state, the QR code."""

from __future__ import annotations

import segno

from reports.typeset.sheet import Sheet, ink
from reports.typeset.style import AMBER, BAR_REST, BLUE, GREEN, INK, MUTED, PRIMARY, RED, TARGET

TONES = {"grey": MUTED, "gray": MUTED, "blue": BLUE, "green": GREEN, "amber": AMBER, "red": RED}
KAPPA = 0.5523


def bar(
    sheet: Sheet,
    offset: float,
    y: float,
    width: float,
    height: float,
    actual: float,
    target: float | None,
    most: float,
) -> None:
    """Actual against target on a scale from 0 to `most`; the mark stands out of the bar in grey print too."""
    sheet.rectangle(offset, y, width, height, BAR_REST)
    if most <= 0:
        return
    sheet.rectangle(offset, y, width * max(0.0, min(actual, most)) / most, height, PRIMARY)
    if target:
        over = max(1.2, height * 0.35)
        place = max(0.0, min(width * target / most, width) - 1.4)
        # A white edge keeps the mark apart from a dark bar in grey print.
        sheet.rectangle(offset + place - 0.7, y, 3.0, height, "#ffffff")
        sheet.rectangle(offset + place, y - over, 1.6, height + 2 * over, TARGET)


def scale(actual: float, target: float | None) -> float:
    """The most a lone bar shows: its target, or the actual where that is more."""
    return max(actual, target or 0)


def tone(sheet: Sheet, offset: float, y: float, size: float, name: str) -> None:
    """A mark whose shape says the tone where colour does not print.

    Grey an empty ring, blue a half disc, green a disc, amber an empty triangle, red a triangle.
    """
    colour = ink(TONES.get(name, MUTED))
    x = sheet.left(offset, size)
    if name in ("amber", "red"):
        path = f"{x:.2f} {y:.2f} m {x + size:.2f} {y:.2f} l {x + size / 2:.2f} {y + size:.2f} l h"
        sheet.raw(f"{colour} rg {colour} RG 0.7 w {path} {'B' if name == 'red' else 'S'}")
        return
    circle = _circle(x + size / 2, y + size / 2, size / 2)
    sheet.raw(f"{colour} rg {colour} RG 0.7 w {circle} {'B' if name == 'green' else 'S'}")
    if name == "blue":
        half = f"{x:.2f} {y:.2f} {size:.2f} {size / 2:.2f} re W n"
        sheet.raw(f"q {half} {circle} f Q")


def _circle(x: float, y: float, r: float) -> str:
    k = r * KAPPA
    return (
        f"{x + r:.2f} {y:.2f} m {x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c"
    )


def qr(sheet: Sheet, content: str, offset: float, y: float, side: float) -> None:
    """A QR code of level M; never mirrored."""
    matrix = segno.make_qr(content, error="m").matrix
    module = side / len(matrix)
    left = sheet.left(offset, side)
    boxes = [
        f"{left + column * module:.3f} {y + side - (row + 1) * module:.3f} {module:.3f} {module:.3f} re"
        for row, cells in enumerate(matrix)
        for column, dark in enumerate(cells)
        if dark
    ]
    sheet.raw(f"{ink(INK)} rg {' '.join(boxes)} f")
