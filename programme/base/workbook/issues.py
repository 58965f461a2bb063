"""What is said about a cell, a row or a whole file."""

from __future__ import annotations

from dataclasses import dataclass

from programme.base.language import gettext as _


class NotAWorkbook(ValueError):
    """The file is no readable workbook; `message` is one plain sentence in the reader's language (exit 2)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


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
