"""A grid of shares in five steps of one colour, its values printed (LOOK.md, Tokens)."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from programme.base.language import format_percent
from programme.base.language import gettext as _
from reports.figures.svg import element

STEPS = 5


def heat_grid(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float | None]], caption: str = ""
) -> Markup:
    """Shares (0 to 1, None where there is none) as a table: one row a `rows`, one cell a `columns`.

    A table and not a drawing: it is read cell by cell with its headings, mirrors itself and prints. Raises
    ValueError where `values` has not the shape of rows × columns.
    """
    heads = [element("th", words, scope="col") for words in columns]
    body = [
        element(
            "tr",
            element("th", name, scope="row"),
            *(_cell(value) for _column, value in zip(columns, line, strict=True)),
        )
        for name, line in zip(rows, values, strict=True)
    ]
    table = element(
        "table",
        element("caption", caption or _("Grille de chaleur"), class_=None if caption else "visually-hidden"),
        element("thead", element("tr", element("td"), *heads)),
        element("tbody", *body),
        class_="table heat viz-heat",
    )
    return element("div", table, class_="table-responsive")


def step(value: float) -> int:
    """Which of the five steps a share falls on: 0 under 20 %, 4 from 80 %."""
    return min(max(int(value * STEPS + 1e-9), 0), STEPS - 1)


def _cell(value: float | None) -> Markup:
    if value is None:
        return element("td", element("span", "–", aria_label=_("sans valeur")), class_="scale-none")
    shown = round(value, 2)  # the colour goes by the number that is printed
    return element("td", format_percent(shown, 0), class_=f"scale-{step(shown)}")
