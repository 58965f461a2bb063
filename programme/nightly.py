"""The work of each night that belongs to no room; the others register theirs with `jobs.daily`."""

from __future__ import annotations

from flask import current_app

from programme.base import files, heads, jobs
from programme.base.database import survey
from programme.base.extensions import db


def write_head() -> None:
    """The end of the journal into this month's file (RULES D3)."""
    heads.write(db.session, current_app.config["HOUSE"].instance)


def sweep_uploads() -> None:
    """Files that a crash left without a record."""
    files.sweep(db.session, current_app.config["HOUSE"].uploads)


def learn_how_full_it_is() -> None:
    """What a day of work changed in the number of rows, for the planner of statements."""
    survey(db.session.connection())
    db.session.commit()


jobs.daily("head", write_head)
jobs.daily("uploads", sweep_uploads)
jobs.daily("planner", learn_how_full_it_is)
