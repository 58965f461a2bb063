"""The steps of a session's life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from cohorts.sessions import pages, queries, rules
from cohorts.sessions.forms import ReasonForm, StepForm, SubmitForm
from cohorts.sessions.models import MOVES, Session
from cohorts.sessions.routes.frame import bp, form_page, loaded
from programme.base.access import Permission, requires
from programme.base.language import gettext as _


@bp.route("/<int:session_id>/submit", methods=["GET", "POST"])
@requires(Permission.SESSION_SUBMIT)
def submit(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    form = SubmitForm(version=session.version)
    expected = queries.expected_of(session)
    missing = pages.owed(session, expected, queries.marks_of(one.id for one in session.sittings))
    sent = form.validate_on_submit() and form.is_current(session)
    if sent and form.accepts(
        rules.submit, g.actor, session, accept_missing=bool(form.accept_missing.data), version=form.read
    ):
        flash(_("Session soumise : une autre personne doit la valider."), "success")
        return _show(session)
    return form_page("submit", form, session=session, missing=missing)


@bp.post("/<int:session_id>/validate")
@requires(Permission.SESSION_VALIDATE)
def validate(session_id: int) -> ResponseReturnValue:
    return _step(rules.validate, session_id, _("Session validée : ses heures comptent."))


@bp.post("/<int:session_id>/restore")
@requires(Permission.SESSION_WRITE)
def restore(session_id: int) -> ResponseReturnValue:
    return _step(rules.restore, session_id, _("Session rétablie."))


@bp.route("/<int:session_id>/return", methods=["GET", "POST"])
@requires(Permission.SESSION_VALIDATE)
def return_(session_id: int) -> ResponseReturnValue:
    return _with_reason("return", rules.return_, session_id, _("Session renvoyée avec votre commentaire."))


@bp.route("/<int:session_id>/cancel", methods=["GET", "POST"])
@requires(Permission.SESSION_WRITE)
def cancel(session_id: int) -> ResponseReturnValue:
    return _with_reason("cancel", rules.cancel, session_id, _("Session annulée."))


def _step(rule: Callable[..., None], session_id: int, said: str) -> ResponseReturnValue:
    """A step taken by one click; what is refused becomes the error page with its sentence."""
    session = loaded(session_id)
    rule(g.actor, session, version=StepForm(version=session.version).read)
    flash(said, "success")
    return _show(session)


def _with_reason(name: str, rule: Callable[..., Any], session_id: int, said: str) -> ResponseReturnValue:
    session = loaded(session_id)
    form = ReasonForm(version=session.version)
    sent = form.validate_on_submit() and form.is_current(session)
    if sent and form.accepts(rule, g.actor, session, form.reason.data, version=form.read):
        flash(said, "success")
        return _show(session)
    return form_page("step", form, session=session, step=MOVES[name])


def _show(session: Session) -> ResponseReturnValue:
    return redirect(url_for(".show", session_id=session.id))
