"""The answer of an import: counts, remarks and refusals, in the shape of WORKBOOKS.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from programme.base.workbook.context import Change, Suspect
from programme.base.workbook.issues import Issue

SAID = 1000
"""More errors or warnings than this are counted, not listed."""


@dataclass(slots=True)
class Result:
    """What an import did, or would do.

    `created`, `updated` and `unchanged` count rows of the sheet and are 0 where there are errors, because
    then nothing is written. `batch` is None on a dry run, with errors and where nothing changed.
    """

    batch: str | None = None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    suspects: list[Suspect] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    """What the added and changed rows are called, by row."""
    added: list[int] = field(default_factory=list)
    sheet: str = ""
    is_dry_run: bool = False

    @property
    def is_sound(self) -> bool:
        """No error: the command's exit status is 0."""
        return not self.errors

    def counts(self) -> dict[str, int]:
        """The figures alone."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "suspected_duplicates": len(self.suspects),
        }

    def to_json(self) -> dict[str, Any]:
        """Exactly the keys of WORKBOOKS.md; warnings are sentences."""
        return {
            "batch": self.batch,
            **self.counts(),
            "warnings": [warning.sentence() for warning in self.warnings[:SAID]],
            "errors": [error.to_json() for error in self.errors[:SAID]],
        }
