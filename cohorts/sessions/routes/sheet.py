"""The attendance grid, and corrections once it is locked."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.sessions import pages, queries, rules
from cohorts.sessions.forms import CorrectionForm
from cohorts.sessions.models import AttendanceStatus, Session, SessionState
from cohorts.sessions.routes.frame import bp, form_page, loaded, record_page
from programme.base.access import Actor, Permission, requires
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.refusals import Refused

MOST = 1000
"""Cells in one saving."""


@bp.get("/<int:session_id>")
@requires(Permission.SESSION_READ)
def show(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    corrections = queries.corrections_of(session) if session.state is SessionState.VALIDATED else []
    return record_page("show", session, **pages.sheet(session), corrections=corrections)


@bp.post("/<int:session_id>/marks")
@requires(Permission.ATTENDANCE_WRITE, saves=True)
def marks(session_id: int) -> ResponseReturnValue:
    session, cells = loaded(session_id), _cells(request.get_json(silent=True))
    if cells is None:
        return jsonify(message=_("Cette saisie n'est pas lisible.")), 422
    try:
        refused = rules.mark_what_fits(g.actor, session, cells)
    except Refused as refusal:
        return jsonify(message=refusal.message), refusal.status
    saved = len(cells) - len(refused)
    said = [{"row": cell[1], "column": cell[0], "message": text} for cell, text in refused.items()]
    return jsonify(
        message=ngettext("%(num)s case enregistrée", "%(num)s cases enregistrées", saved)
        if not said
        else said[0]["message"],
        refused=said,
    )


def _cells(body: Any) -> dict[tuple[int, int], AttendanceStatus | None] | None:
    """{(sitting id, enrolment id): status} of {"cells": [{"row", "column", "value"}]}, None where it is not that."""
    try:
        sent = body["cells"]
        found = {(int(one["column"]), int(one["row"])): _status(one["value"]) for one in sent}
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return found if 0 < len(found) <= MOST and max(map(max, found)) < 2**31 else None


def _status(letter: str | None) -> AttendanceStatus | None:
    return pages.STATUSES[letter] if letter else None


@bp.route("/<int:session_id>/correct", methods=["GET", "POST"])
@requires(Permission.ATTENDANCE_CORRECT)
def correct(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    if session.state is not SessionState.VALIDATED:
        abort(409)
    form = _correction(session)
    if form.validate_on_submit() and form.accepts(_correct, g.actor, session, form):
        flash(_("Correction enregistrée."), "success")
        return redirect(url_for(".show", session_id=session.id))
    return form_page("correct", form, session=session)


def _correction(session: Session) -> CorrectionForm:
    form = CorrectionForm(sitting_id=request.args.get("sitting"), enrolment_id=request.args.get("person"))
    form.offer(
        [(one.id, f"{one.label} · {one.detail}") for one in pages.columns(session)],
        [(one.enrolment_id, f"{one.name} — {one.association}") for one in queries.expected_of(session)],
    )
    return form


def _correct(actor: Actor, session: Session, form: CorrectionForm) -> Any:
    status = AttendanceStatus(form.after.data)
    return rules.correct_cell(
        actor, session, (form.sitting_id.data, form.enrolment_id.data), status, form.reason.data or ""
    )
