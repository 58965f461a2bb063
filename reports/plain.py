"""Reports as csv and json, and what a cell means once its presentation is taken away."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from programme.base.formulas import begins_formula
from programme.base.language import RABAT
from programme.base.language import gettext as _
from reports.definition import Cell, Column, Document, Figure, Kind, Row, Section, in_one_line

Plain = str | int | float | dt.date | dt.datetime | None
NUMBERS = (Kind.INTEGER, Kind.HOURS, Kind.PERCENT, Kind.MONEY)
_REAL = (int, float, Decimal)
_SCALE = {Kind.HOURS: (60, 2), Kind.MONEY: (100, 2), Kind.PERCENT: (1, 4)}
_AMOUNT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_PHONE = re.compile(r"\+[0-9][0-9 ().-]*")


@dataclass(frozen=True, slots=True)
class Strip:
    """One column of a flat table: a BAR column gives two strips, its actual and its target."""

    column: Column
    index: int
    kind: Kind
    label: str
    side: int | None = None

    def of(self, row: Row) -> Cell:
        """The raw cell of this strip in a row."""
        cell = row[self.index]
        return cell if self.side is None or cell is None else cell[self.side]


def strips(columns: Sequence[Column]) -> tuple[Strip, ...]:
    """The flat columns of a table, labels in the reader's language."""
    flat: list[Strip] = []
    for index, column in enumerate(columns):
        label = in_one_line(column.label)
        if column.kind is Kind.BAR:
            names = column.sides or (
                _("%(label)s : réalisé", label=label),
                _("%(label)s : cible", label=label),
            )
            flat += [Strip(column, index, Kind.INTEGER, str(name), side) for side, name in enumerate(names)]
        elif column.kind is Kind.MONEY:
            named = _("%(label)s (MAD)", label=label)
            flat.append(Strip(column, index, column.kind, named))
        else:
            flat.append(Strip(column, index, column.kind, label))
    return tuple(flat)


def plain(kind: Kind, cell: Cell) -> Plain:
    """The cell as a number, a date or text: hours in hours, money in MAD, shares as shares, states by label.

    A cell that is not of its column's kind (a dash, « non précisé ») comes back as text, never as an error.
    """
    if cell is None:
        return None
    if kind in NUMBERS and isinstance(cell, _REAL) and not isinstance(cell, bool):
        return _number(kind, cell)
    if kind is Kind.DATE and isinstance(cell, dt.date):
        aware = isinstance(cell, dt.datetime) and cell.tzinfo is not None
        return cell.astimezone(ZoneInfo(RABAT)).replace(tzinfo=None) if aware else cell  # type: ignore[attr-defined]
    return str(getattr(cell, "label", cell))


def _number(kind: Kind, cell: int | float | Decimal) -> int | float:
    if kind in _SCALE:
        unit, digits = _SCALE[kind]
        cell = round(float(cell) / unit, digits)
    elif isinstance(cell, int):
        return cell
    value = float(cell)
    return int(value) if value.is_integer() else value


def guarded(text: str, kind: Kind = Kind.TEXT) -> str:
    """Text that no spreadsheet takes for a formula; phones and amounts are left as they are."""
    if not begins_formula(text) or _AMOUNT.fullmatch(text):
        return text
    if kind is Kind.PHONE and _PHONE.fullmatch(text):
        return text
    return "'" + text


def _written(kind: Kind, cell: Cell) -> str:
    value = plain(kind, cell)
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value, kind)
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.2f}" if kind is Kind.MONEY else str(value)


def render_csv(document: Document) -> bytes:
    """As `write_csv`, in memory."""
    out = io.BytesIO()
    write_csv(document, out)
    return out.getvalue()


def write_csv(document: Document, out: IO[bytes]) -> None:
    """UTF-8 with a byte order mark: header of labels, rows; further tables after a blank line and a title.

    No row of totals, so that a column adds up once; headline figures come last as a table of their own. Rows are
    written as they come and not held.
    """
    out.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(out, "utf-8", errors="replace", newline="")
    writer = csv.writer(text)
    for number, section in enumerate(document.sections):
        if number:
            writer.writerows([[], [guarded(str(section.title))]])
        flat = strips(section.columns)
        writer.writerow([guarded(strip.label) for strip in flat])
        writer.writerows([_written(strip.kind, strip.of(row)) for strip in flat] for row in section.rows)
    if document.figures:
        if document.sections:
            writer.writerows([[], [_("Chiffres clés")]])
        writer.writerow([_("Indicateur"), _("Réalisé"), _("Cible")])
        writer.writerows(_figure_line(figure) for figure in document.figures)
    text.flush()
    text.detach()


def _figure_line(figure: Figure) -> list[str]:
    values = (_written(figure.kind, figure.value), _written(figure.kind, figure.target))
    return [guarded(str(figure.label)), *values]


def render_json(document: Document) -> bytes:
    """As `write_json`, in memory."""
    out = io.BytesIO()
    write_json(document, out)
    return out.getvalue()


def write_json(document: Document, out: IO[bytes]) -> None:
    """The report's own public shape where it has one, else its title, facts, figures and sections.

    Dates are ISO, hours decimal hours, money decimal MAD, states their value.
    """
    shape = document.data if document.data is not None else _shape(document)
    if document.head is not None:
        head = {"sequence": document.head.sequence, "digest": document.head.digest, "at": document.head.at}
        shape = {**shape, "journal": head}
    text = io.TextIOWrapper(out, "utf-8", errors="replace", newline="")
    text.writelines(_PRINTER.iterencode(shape))
    text.write("\n")
    text.flush()
    text.detach()


def _shape(document: Document) -> dict[str, Any]:
    return {
        "report": document.name,
        "title": str(document.title),
        "reference": document.reference,
        "as_at": document.as_at,
        "demonstration": document.demonstration,
        "facts": [{"label": str(label), "value": str(value)} for label, value in document.facts],
        "figures": [
            {
                "label": str(figure.label),
                "value": _public(figure.kind, figure.value),
                "target": _public(figure.kind, figure.target),
            }
            for figure in document.figures
        ],
        "sections": [
            {
                "title": str(section.title),
                "columns": [
                    {"key": column.key, "label": in_one_line(column.label)} for column in section.columns
                ],
                "rows": _Stream(_objects(section)),
            }
            for section in document.sections
        ],
    }


class _Stream(list[Any]):
    """What json takes for a list and reads one by one: the rows are never held together."""

    def __init__(self, items: Iterator[Any]) -> None:
        super().__init__()
        self._first = list(islice(items, 1))
        self._rest = items

    def __bool__(self) -> bool:
        return bool(self._first)

    def __iter__(self) -> Iterator[Any]:
        return chain(self._first, self._rest)


def _objects(section: Section) -> Iterator[dict[str, Any]]:
    for row in section.rows:
        yield {
            column.key: _public(column.kind, cell) for column, cell in zip(section.columns, row, strict=True)
        }


def _public(kind: Kind, cell: Cell) -> Any:
    if kind is Kind.BAR and cell is not None:
        return {"actual": cell[0], "target": cell[1]}
    if kind is Kind.STATE and cell is not None:
        return str(getattr(cell, "value", getattr(cell, "label", cell)))
    return plain(kind, cell)


def _known(value: object) -> Any:
    """What json does not know: dates, decimals, enums, sets and lazy text."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


_PRINTER = json.JSONEncoder(ensure_ascii=False, indent=2, default=_known)
