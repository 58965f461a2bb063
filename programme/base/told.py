"""One entry of the journal as the pages show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in the words of its page; `href` and `number` lead to its record, where they are told."""

    sentence: str
    who: str
    at: dt.datetime
    changes: list[tuple[str, Any, Any]]
    href: str | None = None
    number: int | None = None
