"""The plan of a session, its evidence and its history."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from cohorts.sessions import queries, rules
from cohorts.sessions.forms import EvidenceForm
from cohorts.sessions.models import Session
from cohorts.sessions.routes.frame import bp, loaded, record_page
from cohorts.sessions.rules.sittings import plan_of
from programme.base.access import Permission, requires
from programme.base.language import gettext as _


@bp.get("/<int:session_id>/details")
@requires(Permission.SESSION_READ)
def details(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    warnings = rules.warnings_of(session.cohort, [plan_of(one) for one in session.sittings])
    return record_page("details", session, authors=queries.authors_of(session), warnings=warnings)


@bp.get("/<int:session_id>/evidence")
@requires(Permission.SESSION_READ)
def evidence(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    return record_page("evidence", session, files=queries.files_of(session), form=EvidenceForm())


@bp.post("/<int:session_id>/evidence")
@requires(Permission.ATTENDANCE_WRITE, uploads=True)
def attach(session_id: int) -> ResponseReturnValue:
    session, form = loaded(session_id), EvidenceForm()
    if form.validate_on_submit() and form.accepts(rules.attach, g.actor, session, **_given(form)):
        flash(_("Pièce jointe."), "success")
        return redirect(url_for(".evidence", session_id=session.id))
    return _refused(session, form)


def _given(form: EvidenceForm) -> dict[str, object]:
    sent = form.file.data
    folder = current_app.config["HOUSE"].uploads
    return {"title": form.title.data, "data": sent.read(), "filename": sent.filename, "folder": folder}


def _refused(session: Session, form: EvidenceForm) -> ResponseReturnValue:
    return record_page("evidence", session, files=queries.files_of(session), form=form), form.status


@bp.get("/<int:session_id>/evidence/<int:file_id>")
@requires(Permission.SESSION_READ)
def download(session_id: int, file_id: int) -> ResponseReturnValue:
    found = queries.file_of(loaded(session_id), file_id) or abort(404)
    return send_file(
        current_app.config["HOUSE"].uploads / found.file.stored_name,
        mimetype=found.file.media_type,
        as_attachment=True,
        download_name=found.file.display_name,
    )


@bp.get("/<int:session_id>/history")
@requires(Permission.SESSION_READ)
def history(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    return record_page("history", session, history=queries.history(session))
