"""Somebody to be erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.people import rules as people
from cohorts.people.models import Person
from programme.base.extensions import db
from programme.config import Settings
from programme.privacy.rules import listed
from tests.factories import country
from tests.programme.privacy.scene import SYSTEM, tell_everywhere


@pytest.fixture
def whole(session: Any, settings: Settings, uploads: Path) -> Iterator[Person]:
    """A small country with somebody in every place where a person can be told of."""
    country.small_country()
    made = db.session.scalars(sa.select(Person).order_by(Person.id)).first()
    assert made is not None
    people.edit_person(
        SYSTEM,
        made,
        name_ar="زهور بنعتيق",
        name_fr="Zhor Benatiq",
        national_id="bk 774411",
        phone="+212 661-77.22.11",
        email="zhor.benatiq@exemple.ma",
        birth_date=dt.date(1987, 5, 19),
        sex="F",
    )
    tell_everywhere(made, settings, uploads)
    db.session.commit()
    yield made
    for folder in ("outbox", "imports", "exports", "uploads"):
        for path in (settings.instance / folder).glob("*"):
            path.unlink()
    (settings.instance / listed.FILE).unlink(missing_ok=True)
