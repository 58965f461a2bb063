"""Numbers that an address carries, read once and without surprises."""

from __future__ import annotations

from collections.abc import Mapping

from programme.base.cleaning import fold_digits

MOST = 2**31 - 1


def number_of(text: str | None) -> int | None:
    """A record's number between 1 and the largest key, or None where the text is none."""
    plain = fold_digits((text or "").strip()) if len(text or "") <= 20 else ""
    if not plain.isascii() or not plain.isdigit() or not 0 < int(plain) <= MOST:
        return None
    return int(plain)


def asked_number(asked: Mapping[str, str], name: str) -> int | None:
    """The number called `name` of an address, or None: odd ones are passed over, never an error."""
    return number_of(asked.get(name))
