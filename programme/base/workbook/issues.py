"""What is said about a cell, a row or a whole file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from programme.base.language import gettext as _

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotAWorkbook(ValueError):
    """The file is no readable workbook; `message` is one plain sentence in the reader's language (exit 2)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def of(self, filename: str) -> NotAWorkbook:
        """The same about a file that has a name."""
        name = _UNSHOWN.sub("", filename)[-100:]
        return NotAWorkbook(_("« %(name)s » : %(text)s", name=name, text=self.message)) if name else self


@dataclass(frozen=True, slots=True)
class Issue:
    """One refusal or remark; `row` and `position` are numbers as in Excel (1 is the first)."""

    sheet: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    position: int | None = None

    def to_json(self) -> dict[str, str | int | None]:
        """The shape of WORKBOOKS.md."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }

    def sentence(self) -> str:
        """The place and the message in one line."""
        if self.row is None:
            return self.message
        if self.column is None:
            return _("ligne %(row)s : %(text)s", row=self.row, text=self.message)
        return _(
            "ligne %(row)s, colonne « %(column)s » : %(text)s",
            row=self.row,
            column=self.column,
            text=self.message,
        )
