"""The register of measures: a figure is defined once and read by its code everywhere (DESIGN.md section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from programme.base.access import Scope


@dataclass(frozen=True, slots=True)
class Moment:
    """What had happened by `as_at` as it was recorded by `known_on` (RULES D4)."""

    as_at: dt.date
    known_on: dt.date


Ids = Callable[[Scope, Moment], list[int]]
Amount = Callable[[Scope, Moment], int]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: either `ids` (value = length of the list behind it) or `amount` (minutes, centimes).

    `by_agreement` where a scope that holds nothing but agreements is answered with what those carry: a
    commitment is then read on its own agreement's cohorts instead of on the whole region (RULES P3).
    """

    code: str
    label: str
    unit: str
    definition: str
    ids: Ids | None = None
    amount: Amount | None = None
    by_agreement: bool = False

    def value(self, scope: Scope, moment: Moment) -> int:
        if self.ids is not None:
            return len(self.ids(scope, moment))
        assert self.amount is not None
        return self.amount(scope, moment)


_register: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Add a room's measure at start; a code can be taken once (registering the same one again is harmless)."""
    known = _register.get(measure.code)
    if known is not None and known.definition != measure.definition:
        raise ValueError(f"measure {measure.code} is defined twice")
    _register[measure.code] = measure
    return measure


def measure(code: str) -> Measure:
    """The measure called `code`; KeyError when no room registered it."""
    return _register[code]


def measures() -> list[Measure]:
    """All measures by code."""
    return [_register[code] for code in sorted(_register)]
