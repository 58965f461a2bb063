"""Which agreement carries an activity: a register filled by `partnerships`, asked by the rooms below (RULES C3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from programme.base.access import Scope
from programme.base.language import Bilingual


@dataclass(frozen=True, slots=True)
class Carriage:
    """An agreement as the rooms below need it. The period is None while it is not in force."""

    reference: str
    title_ar: str
    title_fr: str | None
    starts_on: dt.date | None
    ends_on: dt.date | None

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_ar, self.title_fr)

    def covers(self, day: dt.date) -> bool:
        """Whether `day` lies inside the effective period, both ends included."""
        return (
            self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on
        )


Finder = Callable[[Iterable[str]], dict[str, Carriage]]
Offer = Callable[[Scope], list[Carriage]]
_finder: list[Finder] = []
_offer: list[Offer] = []


def provide(finder: Finder, offer: Offer) -> None:
    """Called once by `partnerships`.

    `finder(references)` answers those recorded, by reference; `offer(scope)` those that an activity may name.
    """
    _finder[:], _offer[:] = [finder], [offer]


def on_offer(scope: Scope) -> list[Carriage]:
    """The agreements in scope that are not over, by reference: what a form suggests."""
    return _offer[0](scope) if _offer else []


def carriage_of(reference: str | None) -> Carriage | None:
    """The agreement called `reference`, or None while it is not recorded."""
    if not reference or not _finder:
        return None
    return _finder[0]([reference]).get(reference)


def carriages(references: Iterable[str]) -> dict[str, Carriage]:
    """Several at once, by reference; those not recorded are missing."""
    wanted = sorted({r for r in references if r})
    return _finder[0](wanted) if wanted and _finder else {}
