"""From a table to typed rows: the header is recognised, each cell is read, refusals are collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import range_boundaries

from programme.base.cleaning import mask_national_id
from programme.base.language import gettext as _
from programme.base.workbook.columns import ColumnKind, ImportColumn, comparable, words_of
from programme.base.workbook.issues import Issue
from programme.base.workbook.sheet import Cell, Line, Table
from programme.base.workbook.values import FORBIDDEN, Unfit, is_blank, shown, value_of

TITLE_ROWS = 10
"""How far down the header may stand: people put a title and a date above their tables."""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row. `values` has every column's key, None where blank or absent; `raw` the cells as found (A5)."""

    number: int
    values: dict[str, Any]
    raw: dict[str, str]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def typed(self, key: str) -> str | None:
        """The cell as found, where its column read a value: for rules that keep the input beside it (A5)."""
        value = self.values[key]
        return None if value is None else self.raw.get(key, str(value))


@dataclass(slots=True)
class Layout:
    """Where the columns stand: position (from 0) and header as found, by key."""

    sheet: str
    line: Line
    positions: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)

    def issue(self, column: ImportColumn | None, row: int | None, value: str | None, message: str) -> Issue:
        """An issue at this column, named as the file names it; national ids masked (RULES D1)."""
        if column is None:
            return Issue(self.sheet, row, None, value, message)
        if column.kind == ColumnKind.NATIONAL_ID:
            value = mask_national_id(value) or None
        position = self.positions.get(column.key)
        header = self.headers.get(column.key, column.key)
        return Issue(self.sheet, row, header, value, message, None if position is None else position + 1)


@dataclass(slots=True)
class Parsed:
    """The sound rows, and what is to be said about the others."""

    layout: Layout
    rows: list[ParsedRow] = field(default_factory=list)
    doubtful: list[ParsedRow] = field(default_factory=list)
    """Rows of which a cell that may be empty is wrong: read as if it were, to find what else is wrong."""
    issues: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    total: int = 0

    @property
    def unknown_columns(self) -> list[str]:
        return self.layout.unknown


def parse(
    table: Table, columns: Sequence[ImportColumn], defaults: Mapping[str, str | None] | None = None
) -> Parsed:
    """Read `table` by `columns`. `defaults` (the command's options) fill the blank cells of their column.

    A missing required column is one issue and no row is read. Rows with an issue are left out of `rows` and
    counted in `total`. Rows equal to the template's example are passed over with a warning.
    """
    filling = {key: value for key, value in (defaults or {}).items() if value}
    layout = _layout(table, columns)
    parsed = Parsed(layout)
    _check_header(parsed, columns, filling)
    if layout.unknown:
        named = ", ".join(f"« {name} »" for name in layout.unknown)
        sentence = _("Colonnes inconnues, ignorées : %(names)s", names=named)
        parsed.warnings.append(Issue(table.sheet, None, None, None, sentence))
    if parsed.issues:
        return parsed
    _check_merged(parsed, table)
    example = _example(columns, layout)
    for line in table.lines:
        if line.number > layout.line.number:
            _read(parsed, line, columns, filling, example)
    if not parsed.total:
        parsed.issues.append(
            layout.issue(None, None, None, _("Le fichier n'a aucune ligne sous son en-tête."))
        )
    return parsed


def _layout(table: Table, columns: Sequence[ImportColumn]) -> Layout:
    """The first of the upper rows that names the most columns."""
    words = words_of(columns)
    layouts = [_recognise(table.sheet, line, words) for line in table.lines[:TITLE_ROWS]]
    return max(layouts, key=lambda layout: len(layout.positions))


def _recognise(sheet: str, line: Line, words: Mapping[str, ImportColumn]) -> Layout:
    layout = Layout(sheet, line)
    for position, cell in enumerate(line.cells):
        text = " ".join(printable(shown(cell)).split())
        if not text:
            continue
        column = words.get(comparable(text))
        if column is None:
            layout.unknown.append(text)
        elif column.key in layout.positions:
            layout.repeated.append((position, text))
        else:
            layout.positions[column.key] = position
            layout.headers[column.key] = text
    return layout


def _check_header(parsed: Parsed, columns: Sequence[ImportColumn], filling: Mapping[str, str]) -> None:
    layout = parsed.layout
    present = {*layout.positions, *filling}
    row = layout.line.number
    for column in columns:
        if column.required and column.key not in present:
            message = _("La colonne obligatoire « %(label)s » manque.", label=column.label)
            parsed.issues.append(Issue(layout.sheet, row, column.key, None, message))
    for group in _groups(columns):
        if not any(column.key in present for column in group):
            message = _("Il faut au moins une de ces colonnes : %(labels)s.", labels=_labels(group))
            parsed.issues.append(Issue(layout.sheet, row, group[0].key, None, message))
    for position, text in layout.repeated:
        message = _("Cette colonne figure deux fois.")
        parsed.issues.append(Issue(layout.sheet, row, text, None, message, position + 1))


def _check_merged(parsed: Parsed, table: Table) -> None:
    """One cell over several rows: only its first row holds the value, and the others would be read as blank."""
    layout = parsed.layout
    headers = {position + 1: header for position, header in _headers(layout)}
    numbers = [line.number for line in table.lines]
    for place in table.merged:
        first, top, last, end = (bound or 0 for bound in range_boundaries(place))
        hidden = any(max(top, layout.line.number) < number <= end for number in numbers)
        named = next((column for column in range(first, last + 1) if column in headers), None)
        if top > layout.line.number and hidden and named:
            sentence = _("cellules fusionnées (%(place)s) : écrivez la valeur sur chaque ligne", place=place)
            parsed.issues.append(Issue(layout.sheet, top, headers[named], None, sentence, named))


def _headers(layout: Layout) -> list[tuple[int, str]]:
    return [(position, layout.headers[key]) for key, position in layout.positions.items()]


def _groups(columns: Iterable[ImportColumn]) -> list[list[ImportColumn]]:
    groups: dict[str, list[ImportColumn]] = {}
    for column in columns:
        if column.one_of:
            groups.setdefault(column.one_of, []).append(column)
    return list(groups.values())


def _labels(group: Iterable[ImportColumn]) -> str:
    return ", ".join(f"« {column.label} »" for column in group)


def _example(columns: Sequence[ImportColumn], layout: Layout) -> dict[str, Any]:
    """The values of the template's example row in the columns of this file; empty where it has none."""
    here = [column for column in columns if column.key in layout.positions]
    return {column.key: value_of(column.example, column) if column.example else None for column in here}


def _read(
    parsed: Parsed,
    line: Line,
    columns: Sequence[ImportColumn],
    filling: Mapping[str, str],
    example: Mapping[str, Any],
) -> None:
    layout = parsed.layout
    found = {
        key: line.cells[position]
        for key, position in layout.positions.items()
        if position < len(line.cells) and not is_blank(line.cells[position])
    }
    if not found:
        return
    raw = {key: shown(cell) for key, cell in found.items()}
    values, faults = _values(found, columns, filling)
    issues = [
        layout.issue(column, line.number, printable(raw[column.key]) if column.key in raw else None, reason)
        for column, reason in faults
    ]
    must = any(column.required or column.one_of for column, _reason in faults)
    if not issues and any(example.values()) and all(values[key] == example[key] for key in example):
        sentence = _("C'est la ligne d'exemple du modèle : elle est ignorée.")
        parsed.warnings.append(layout.issue(None, line.number, None, sentence))
        return
    for group in _groups(columns):
        if not any(values.get(column.key, column) is not None for column in group):
            message = _("il faut au moins une de ces valeurs : %(labels)s", labels=_labels(group))
            issues.append(layout.issue(group[0], line.number, None, message))
            must = True
    parsed.total += 1
    parsed.issues.extend(issues)
    row = ParsedRow(line.number, {column.key: values.get(column.key) for column in columns}, raw)
    if not issues:
        parsed.rows.append(row)
    elif not must:
        parsed.doubtful.append(row)


def _values(
    found: Mapping[str, Cell], columns: Sequence[ImportColumn], filling: Mapping[str, str]
) -> tuple[dict[str, Any], list[tuple[ImportColumn, str]]]:
    """The values of a row's sound cells, and what is wrong with the others."""
    values: dict[str, Any] = {}
    faults = []
    for column in columns:
        cell = found.get(column.key, filling.get(column.key))
        try:
            values[column.key] = None if cell is None else value_of(cell, column)
            if values[column.key] is None and column.required:
                raise Unfit(_("valeur obligatoire"))
        except Unfit as reason:
            faults.append((column, str(reason)))
    return values, faults


def printable(text: str) -> str:
    """A cell's text as it may stand in an answer: bounded, without signs that no page can show."""
    shortened = text if len(text) <= 200 else text[:199] + "…"
    return FORBIDDEN.sub("\ufffd", shortened)
