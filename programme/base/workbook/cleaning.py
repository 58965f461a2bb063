"""Cleaning of what people type in cells: marks that cannot be seen, Arabic-Indic digits, comparable words."""

from __future__ import annotations

import re
import unicodedata

from programme.base.folding import fold

INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction, soft hyphens and zero-width spaces, which copying from a page leaves behind."""

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What SQLite takes and PostgreSQL or XML refuses: NUL, control signs, halves of surrogate pairs."""

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def fold_digits(text: str) -> str:
    """٣ and ۳ become 3; everything else stays."""
    return text.translate(_DIGITS)


def tidy(text: str) -> str:
    """One line of text in NFC without invisible marks, with single plain spaces."""
    return " ".join(unicodedata.normalize("NFC", INVISIBLE.sub("", text)).split())


def token(text: str) -> str:
    """A code or number as typed: tidy, with Western digits."""
    return fold_digits(tidy(text))


def comparable(text: str) -> str:
    """The letters and digits of a header or choice, folded: case, accents, spaces and signs do not count."""
    return fold(text).replace(" ", "")
