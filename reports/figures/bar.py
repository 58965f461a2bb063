"""A bar of what was done with a mark where the target stands (LOOK.md, principle 2)."""

from __future__ import annotations

from markupsafe import Markup

from programme.base.language import format_number, format_percent
from programme.base.language import gettext as _
from reports.figures.svg import LINE, MARK, PRIMARY, element, is_rtl, picture

_OVER = "#0a463a"


def bar(
    actual: float | None, target: float | None = None, label: str = "", scale: float | None = None
) -> Markup:
    """Draw `actual` against `target`; more than the target runs on beyond the mark, in a darker part.

    `scale` is what the whole width stands for (give the highest of a table to compare its bars); by default
    the larger of the two. `label` names the figure for those who do not see the bar.
    """
    done, goal = max(actual or 0, 0), max(target or 0, 0)
    whole = max(scale or 0, done, goal) or 1
    within = min(done, goal) if goal else done
    parts = [_part(0, whole, whole, LINE, "viz-ground")]
    if within:
        parts.append(_part(0, within, whole, PRIMARY, "viz-actual"))
    if done > within:
        parts.append(_part(within, done, whole, _OVER, "viz-over"))
    if goal:
        parts.append(_mark(goal, whole))
    drawn = {"height": 14, "class_": "viz viz-bar", "role": "img"}
    return picture(label or _("Réalisé"), told(done, goal), parts, **drawn)


def told(actual: float, target: float) -> str:
    """The bar in words."""
    if not target:
        return format_number(actual, 2)
    return _(
        "%(actual)s sur %(target)s, soit %(rate)s",
        actual=format_number(actual, 2),
        target=format_number(target, 2),
        rate=format_percent(actual / target),
    )


def _part(start: float, end: float, whole: float, fill: str, name: str) -> Markup:
    x, width = start / whole * 100, (end - start) / whole * 100
    x = 100 - x - width if is_rtl() else x
    return element("rect", x=f"{x:.2f}%", y=3, width=f"{width:.2f}%", height=8, fill=fill, class_=name)


def _mark(goal: float, whole: float) -> Markup:
    """The mark keeps its three pixels whatever the bar's width, and stays inside at both ends."""
    x = goal / whole * 100
    x = 100 - x if is_rtl() else x
    moved = f"translate({-3 if x > 50 else 0})"
    return element("rect", x=f"{x:.2f}%", width=3, height=14, fill=MARK, transform=moved, class_="viz-mark")
