"""What every database begins with: schema, territory, the national programme, the journal's head."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_migrate import upgrade

from programme.base.database import alone, writing
from programme.base.extensions import db
from programme.base.journal import JournalHead
from programme.reference.territory import read_territory
from regions.associations.rules import complete_keys
from regions.geography.rules import load_territory
from regions.programmes.models import Programme

PROGRAMME = "nassij-axe-1"


def start() -> None:
    """Bring the schema to its head and load what is missing; safe to repeat."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade(directory=current_app.extensions["migrate"].directory)
    fill()


def fill() -> None:
    """Load reference data into a schema that is at its head."""
    token = writing.set(True)
    try:
        alone(db.session.connection())
        load_territory(db.session, read_territory())
        if db.session.get(JournalHead, 1) is None:
            db.session.add(JournalHead(id=1))
        _fill_programme()
        complete_keys()
        db.session.commit()
    finally:
        writing.reset(token)


def _fill_programme() -> None:
    """The national programme, or the words of the one that is there: they follow what the software ships."""
    known = db.session.scalar(sa.select(Programme).where(Programme.code == PROGRAMME))
    shipped = national_programme()
    if known is None:
        db.session.add(shipped)
        return
    for name in ("name_ar", "name_fr", "strategy_ar", "strategy_fr"):
        setattr(known, name, getattr(shipped, name))


def national_programme(**more: Any) -> Programme:
    """The programme as the ministry announced it: axis 1 of the strategy Nassij 2022-2026 (MISSION.md)."""
    return Programme(
        code=PROGRAMME,
        name_ar="البرنامج الوطني لتقوية القدرات التنظيمية والمؤسساتية لجمعيات المجتمع المدني",
        name_fr="Programme national de renforcement des capacités organisationnelles et institutionnelles "
        "des associations de la société civile",
        strategy_ar="استراتيجية «نسيج» \u20662022-2026\u2069، المحور 1",
        strategy_fr="Stratégie « Nassij » 2022-2026, axe 1",
        starts_on=dt.date(2023, 6, 14),
        **more,
    )
