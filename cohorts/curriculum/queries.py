"""Reads of modules. They belong to the whole programme: no scope narrows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from cohorts.curriculum.models import Module
from programme.base.access import Scope
from programme.base.extensions import db


def modules(_scope: Scope) -> Sequence[Module]:
    """All modules by code."""
    return db.session.scalars(sa.select(Module).order_by(Module.code)).all()


def get_module(_scope: Scope, module_id: int) -> Module | None:
    """One module, or None."""
    return db.session.get(Module, module_id)


def module_by_code(code: str) -> Module | None:
    """The module with this code, letter case ignored, or None."""
    return db.session.scalar(sa.select(Module).where(sa.func.lower(Module.code) == code.strip().lower()))


def modules_by_code(codes: Iterable[str]) -> dict[str, Module]:
    """Modules by the code as it was asked; unknown ones are missing."""
    wanted = {code: code.strip().lower() for code in codes}
    chosen = sa.select(Module).where(sa.func.lower(Module.code).in_(sorted(set(wanted.values()))))
    found = {module.code.lower(): module for module in db.session.scalars(chosen)}
    return {code: found[low] for code, low in wanted.items() if low in found}
