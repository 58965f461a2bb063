"""What the rules of cohorts and of enrolments share."""

from __future__ import annotations

from typing import Any

from cohorts.enrolment.models import Cohort, Enrolment
from programme.base import journal
from programme.base.access import Actor
from programme.base.extensions import db


def note_changes(
    actor: Actor,
    event: str,
    subject: Cohort | Enrolment,
    changed: dict[str, tuple[Any, Any]],
    reason: str | None = None,
) -> None:
    """Journal {field: (before, after)} of one record."""
    before = {name: pair[0] for name, pair in changed.items()}
    after = {name: pair[1] for name, pair in changed.items()}
    journal.record(db.session, actor, event, subject, before=before, after=after, reason=reason)
