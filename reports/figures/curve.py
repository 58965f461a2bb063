"""The cumulative curve of reached associations against the straight path to the target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from programme.base.language import format_date, format_number
from programme.base.language import gettext as _
from reports.figures.svg import INK, LINE, MARK, MUTED, PRIMARY, TINT, Frame, element, is_rtl, picture

Point = tuple[dt.date, int]
MONTH = "MMM y"
_MOST_STOPS = 24
_MOST_MONTHS = 7
_TICKS = 5
_HALF_MONTH = 32
"""Half the width of a month's name: the last one would be cut at the edge."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the curve may stand at the end of the path."""

    low: float
    high: float


def curve(
    points: Sequence[Point],
    target: int,
    *,
    start: dt.date,
    end: dt.date,
    label: str = "",
    forecast: Forecast | None = None,
) -> Markup:
    """Draw cumulative counts by day from `start` (0) on, against a straight path from 0 to `target` on `end`.

    Points may come in any order; of several on one day the highest stands. Each mark can be focused and tells
    its day and value; with more than 24 days only the last of each month is a mark. `label` names what is
    counted (default: associations reached). A forecast is a band from the last point to `end`.
    """
    label = label or _("Associations atteintes")
    known = _known(points, start)
    last_day, last = known[-1] if known else (start, 0)
    high = max(target, last, forecast.high if forecast else 0, 1)
    tick = _nice(high / _TICKS)
    frame = Frame(start, max(end, last_day), ceil(high / tick) * tick, rtl=is_rtl())
    parts = [*_counts(frame, tick), *_months(frame), _names(frame, label)]
    if forecast and last_day < end:
        parts.append(_band(frame, (last_day, last), end, forecast))
    parts += _path(frame, start, end, target)
    if known:
        parts += [_line(frame, [(start, 0), *known]), *_marks(frame, known)]
    told = _told(known, target, end, forecast)
    box = f"0 0 {frame.width:g} {frame.height:g}"
    drawn = picture(label, told, parts, viewbox=box, class_="viz viz-curve", role="group")
    return element("div", drawn, class_="viz-wrap")


def _known(points: Sequence[Point], start: dt.date) -> list[Point]:
    """One point a day in order of time; what was reached before the start counts on its first day."""
    days: dict[dt.date, int] = {}
    for told, value in points:
        day = max(told, start)
        days[day] = max(value, days.get(day, 0))
    return sorted(days.items())


def _nice(step: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 times a power of ten, never under 1: counts are whole."""
    power = float(10 ** floor(log10(step)))
    nice = next(n for n in (1, 2, 2.5, 5, 10) if n * power >= step) * power
    return max(ceil(nice), 1)


def _told(known: list[Point], target: int, end: dt.date, forecast: Forecast | None) -> str:
    goal = _("cible de %(target)s au %(end)s", target=format_number(target), end=format_date(end))
    if not known:
        return _("Aucun résultat pour l'instant ; %(goal)s.", goal=goal)
    day, value = known[-1]
    told = _("%(value)s au %(day)s ; %(goal)s.", value=format_number(value), day=format_date(day), goal=goal)
    if forecast and day < end:
        low, high = format_number(round(forecast.low)), format_number(round(forecast.high))
        told += " " + _("Prévision : entre %(low)s et %(high)s.", low=low, high=high)
    return told


def _text(words: str, x: float, y: float, **more: object) -> Markup:
    return element("text", words, x=x, y=y, **{"fill": MUTED, "font_size": 12, **more})


def _counts(frame: Frame, tick: float) -> Iterator[Markup]:
    """The axis of counts with its hairlines."""
    inner, outer = frame.across(frame.before), frame.across(frame.width - frame.after)
    for number in range(round(frame.top / tick) + 1):
        value = number * tick
        y = frame.y(value)
        yield element(
            "line", x1=inner, y1=y, x2=outer, y2=y, stroke=LINE if number else MUTED, class_="viz-rule"
        )
        x = frame.across(frame.before - 8)
        yield _text(format_number(value), x, y + 4, text_anchor="end", class_="viz-tick")


def _months(frame: Frame) -> Iterator[Markup]:
    """The first days of months, few enough to be read."""
    first = frame.start.year * 12 + frame.start.month - 1 + (frame.start.day > 1)
    last = frame.end.year * 12 + frame.end.month - 1
    wanted = max(ceil((last - first + 1) / _MOST_MONTHS), 1)
    step = next((n for n in (1, 2, 3, 4, 6, 12) if n >= wanted), ceil(wanted / 12) * 12)
    for month in range(first, last + 1, step):
        day = dt.date(month // 12, month % 12 + 1, 1)
        x = frame.x(day)
        yield element("line", x1=x, y1=frame.floor, x2=x, y2=frame.floor + 5, stroke=MUTED, class_="viz-rule")
        words = format_date(day, MONTH)
        inside = min(max(x, _HALF_MONTH), frame.width - _HALF_MONTH)
        yield _text(words, inside, frame.floor + 20, text_anchor="middle", class_="viz-tick")


def _names(frame: Frame, label: str) -> Markup:
    """What the two axes count: the label over the upright one, months at the far end of the other."""
    far = frame.across(frame.width - frame.after)
    return _text(label, frame.across(8), 16, fill=INK, class_="viz-axis") + _text(
        _("Mois"), far, frame.height - 8, fill=INK, text_anchor="end", class_="viz-axis"
    )


def _path(frame: Frame, start: dt.date, end: dt.date, target: int) -> Iterator[Markup]:
    x, y = frame.x(end), frame.y(target)
    yield element(
        "line",
        x1=frame.x(start),
        y1=frame.y(0),
        x2=x,
        y2=y,
        stroke=MARK,
        stroke_width=2,
        stroke_dasharray="6 5",
        class_="viz-path",
    )
    yield element("circle", cx=x, cy=y, r=4, fill=MARK, class_="viz-target")
    words = _("Cible : %(target)s", target=format_number(target))
    yield _text(words, x, y - 9, text_anchor="end", fill=INK, font_weight=600, class_="viz-label")


def _band(frame: Frame, last: Point, end: dt.date, forecast: Forecast) -> Markup:
    x, far = frame.x(last[0]), frame.x(end)
    low, high = frame.y(forecast.low), frame.y(forecast.high)
    corners = f"{x:.1f},{frame.y(last[1]):.1f} {far:.1f},{high:.1f} {far:.1f},{low:.1f}"
    return element("polygon", points=corners, fill=TINT, fill_opacity=0.6, class_="viz-forecast")


def _line(frame: Frame, points: Sequence[Point]) -> Markup:
    """Steps, because a count stays what it is until the next day that adds to it."""
    moves = [f"M{frame.x(points[0][0]):.1f} {frame.y(points[0][1]):.1f}"]
    moves += [f"H{frame.x(day):.1f}V{frame.y(value):.1f}" for day, value in points[1:]]
    return element("path", d="".join(moves), fill="none", stroke=PRIMARY, stroke_width=2.5, class_="viz-line")


def _marks(frame: Frame, known: list[Point]) -> Iterator[Markup]:
    stops = known
    if len(known) > _MOST_STOPS:
        stops = list({(day.year, day.month): (day, value) for day, value in known}.values())
    for number, (day, value) in enumerate(stops):
        words = _("%(day)s : %(value)s", day=format_date(day), value=format_number(value))
        x, y = frame.x(day), frame.y(value)
        is_last = number == len(stops) - 1
        shown = element(
            "text",
            format_number(value),
            x=x,
            y=y - 9,
            text_anchor="middle",
            fill=INK,
            font_size=13,
            font_weight=600,
            opacity=None if is_last else 0,
            class_="viz-value",
        )
        dot = element("circle", cx=x, cy=y, r=4.5 if is_last else 3, fill=PRIMARY, stroke="#fff")
        # a wide invisible disc, for fingers
        reach = element("circle", cx=x, cy=y, r=11, fill="#fff", fill_opacity=0)
        yield element(
            "g", element("title", words), reach, dot, shown,
            tabindex=0, role="img", aria_label=words, class_="viz-point",
        )  # fmt: skip
