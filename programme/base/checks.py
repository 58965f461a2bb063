"""What `programme doctor` looks at: a register that each room fills, as it does for measures and to-dos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from programme.base.database import writing
from programme.base.extensions import db

Find = Callable[[], list[str]]
"""Answers one sentence for each fault, saying what to do about it; an empty list where all is well."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong with an installation. `sentence` says what is true where it is well."""

    name: str
    sentence: str
    find: Find


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: Check
    faults: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.faults


CHECKS: dict[str, Check] = {}


def register(name: str, sentence: str) -> Callable[[Find], Find]:
    """Add the decorated function as the check called `name`; ValueError where another has that name.

    It runs inside the application's context and must only read. What it raises counts as a fault.
    """

    def add(find: Find) -> Find:
        if name in CHECKS and CHECKS[name].find.__qualname__ != find.__qualname__:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = Check(name, sentence, find)
        return find

    return add


def examine() -> list[Finding]:
    """Run every check, in the order in which they were registered; one that fails hides no other.

    Rolls the session back: not to be called where something is being written.
    """
    db.session.rollback()
    return [Finding(check, tuple(_found(check))) for check in CHECKS.values()]


def _found(check: Check) -> list[str]:
    token = writing.set(False)  # it looks, and keeps nobody from writing
    try:
        return check.find()
    except Exception as failure:  # whatever a broken installation raises
        # Its text may quote a record: the kind alone is told (RULES D1).
        return [f"la vérification elle-même échoue ({type(failure).__name__})."]
    finally:
        db.session.rollback()
        writing.reset(token)
