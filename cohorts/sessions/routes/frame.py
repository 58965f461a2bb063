"""The blueprint and what all pages of sessions share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from cohorts.sessions import pages, queries
from cohorts.sessions.models import Session

bp = Blueprint("sessions", __name__, url_prefix="/sessions")
FOLDER = "cohorts/sessions"


def loaded(session_id: int) -> Session:
    """The session in scope, else 404."""
    return queries.get_session(g.scope, session_id) or abort(404)


def form_page(template: str, form: Any, **values: Any) -> ResponseReturnValue:
    """A page with a form; its status says whether something was refused."""
    status = form.status if form.errors else 200
    return render_template(f"{FOLDER}/{template}.html", form=form, pages=pages, **values), status


def record_page(template: str, session: Session, **values: Any) -> str:
    """One tab of a session."""
    return render_template(f"{FOLDER}/{template}.html", session=session, pages=pages, tab=template, **values)
