"""Text that a spreadsheet would compute: told in one place for every file that leaves the house."""

from __future__ import annotations

import re

# Blanks and marks before the sign are passed over by some programmes, and full-width signs are signs to others.
_BEGINS = re.compile(
    r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]", re.UNICODE
)


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula: it is then quoted, or given an apostrophe."""
    return _BEGINS.match(text) is not None
