"""A rule that says no: one sentence in the reader's language, beside the field it concerns."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """Raised by rules. `message` is already in the reader's language; `field` names the form's or workbook's field.

    `code` names the rule or constraint (C3, P2 …) for tests and the journal; `status` is the HTTP answer
    where no form can show it (409 conflict by default).
    """

    def __init__(self, message: str, field: str | None = None, *, code: str = "", status: int = 409) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field
        self.code = code
        self.status = status

    def renamed(self, aliases: Mapping[str, str]) -> Refused:
        """The same refusal with its field called as the form or workbook at hand calls it."""
        field = aliases.get(self.field, self.field) if self.field else None
        return Refused(self.message, field, code=self.code, status=self.status)
