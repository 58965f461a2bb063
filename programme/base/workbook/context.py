"""What a room's `apply` is given: who imports, into what, and where it reports what it did with each row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from programme.base.access import Actor, Scope
from programme.base.cleaning import mask_national_id
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.columns import ColumnKind
from programme.base.workbook.issues import Issue
from programme.base.workbook.parsing import Layout, ParsedRow, printable

if TYPE_CHECKING:
    from programme.base.workbook.kinds import ImportKind


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a row changed, as the preview shows it."""

    row: int
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row that may be a record which exists already; a person decides."""

    row: int
    label: str
    other_label: str


@dataclass(slots=True)
class ImportContext:
    """Collects what happens; `region` and `cohort` are the codes given as options, or None."""

    session: Session
    actor: Actor
    scope: Scope
    kind: ImportKind
    layout: Layout
    region: str | None = None
    cohort: str | None = None
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    created_rows: set[int] = field(default_factory=set)
    updated_rows: set[int] = field(default_factory=set)
    current: ParsedRow | None = None

    @contextmanager
    def row(self, row: ParsedRow) -> Iterator[ParsedRow]:
        """Work on one row: a `Refused` inside becomes its error, at the column named like the field.

        May be entered again for the same row.
        """
        outer, self.current = self.current, row
        try:
            yield row
        except Refused as refusal:
            self.error(row, refusal.field, refusal.message)
        # Any other exception leaves `current` where it is: the run names that row.
        self.current = outer

    def created(self, _record: Any, row: ParsedRow | None = None) -> None:
        """This row made this record (several records of one row count as one row created)."""
        self.created_rows.add(self._row(row).number)

    def updated(
        self, _record: Any, field: str, before: Any, after: Any, row: ParsedRow | None = None
    ) -> None:
        """This row changed `field` (a column's key) of this record; values shown, national ids masked."""
        number = self._row(row).number
        self.updated_rows.add(number)
        column = self.kind.column(field)
        if column is not None and column.kind == ColumnKind.NATIONAL_ID:
            before, after = (mask_national_id(str(value)) if value else None for value in (before, after))
        self.changes.append(Change(number, column.label if column else field, before, after))

    def unchanged(self, row: ParsedRow | None = None) -> None:
        """This row found everything as it says: nothing to note, rows count as unchanged by themselves."""
        self._row(row)

    def error(self, row: ParsedRow, column_key: str | None, message: str) -> None:
        """Refuse a row: nothing of the file will be written."""
        self.errors.append(self._issue(row, column_key, message))

    def warn(self, row: ParsedRow, column_key: str | None, message: str) -> None:
        """Say something about a row that does not stop it."""
        self.warnings.append(self._issue(row, column_key, message))

    def suspect(self, row: ParsedRow, label: str, other_label: str) -> None:
        """This row's record may be `other_label`: counted as suspected duplicate, and said."""
        self.suspects.append(Suspect(row.number, label, other_label))
        sentence = _(
            "« %(label)s » ressemble à « %(other)s » : doublon à vérifier", label=label, other=other_label
        )
        self.warnings.append(self.layout.issue(None, row.number, None, sentence))

    def _row(self, row: ParsedRow | None) -> ParsedRow:
        found = row or self.current
        if found is None:
            raise RuntimeError("outside `with context.row(row)` the row must be given")
        return found

    def _issue(self, row: ParsedRow, key: str | None, message: str) -> Issue:
        column = self.kind.column(key) if key else None
        value = printable(row.raw[column.key]) if column and column.key in row.raw else None
        return self.layout.issue(column, row.number, value, message)
