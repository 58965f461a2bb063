"""Error pages in the reader's language, with the request's reference."""

from __future__ import annotations

import errno
import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, flash, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from programme import faults
from programme.base import once
from programme.base.extensions import db, login
from programme.base.forms import is_taken
from programme.base.language import gettext as _
from programme.base.once import Repeated
from programme.base.refusals import Refused

log = logging.getLogger("programme.errors")


def sentence(code: int) -> tuple[str, str]:
    """(title, what to do next) of an HTTP status."""
    known = {
        400: (_("Demande incomplète"), _("Revenez à la page précédente et recommencez.")),
        403: (
            _("Accès refusé"),
            _("Votre rôle ne permet pas cette action. Adressez-vous à l'administrateur."),
        ),
        404: (
            _("Page introuvable"),
            _("L'adresse est fausse, ou cette fiche n'est pas dans votre périmètre."),
        ),
        405: (_("Action impossible ici"), _("Revenez à la page précédente et recommencez.")),
        409: (
            _("Modification concurrente"),
            _("Quelqu'un d'autre a modifié cette fiche. Relisez-la puis recommencez."),
        ),
        413: (_("Fichier trop volumineux"), _("Réduisez le fichier puis recommencez.")),
        422: (_("Saisie à corriger"), _("Corrigez les champs signalés.")),
        429: (_("Trop de tentatives"), _("Patientez quelques minutes puis recommencez.")),
        503: (
            _("Service momentanément indisponible"),
            _("Le service ne répond pas. Recommencez dans un instant : rien ne sera enregistré deux fois."),
        ),
    }
    return known.get(
        code,
        (
            _("Une erreur est survenue"),
            _("Elle est enregistrée. Recommencez, ou donnez la référence à l'administrateur."),
        ),
    )


def page(code: int, message: str = "") -> ResponseReturnValue:
    """The error page, or its JSON where the caller asked for it. It reads nothing from the database."""
    forget_all()
    # What every page is dressed with must not be asked of a database that may be why this page is shown.
    g.account, g.todos, g.is_demonstration = None, [], False
    if "_login_user" not in g:
        g._login_user = login.anonymous_user()
    title, advice = sentence(code)
    reference = getattr(g, "request_id", "")
    headers = {"Retry-After": str(faults.WAIT)} if code == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify({"error": message or title, "reference": reference}), code, headers
    shown = {"code": code, "title": title, "message": message or advice, "reference": reference}
    return render_template("errors/error.html", **shown, again=_again(code)), code, headers


def forget_all() -> None:
    """End the transaction; where not even that can be said to the database, its connection is thrown away."""
    try:
        db.session.expunge_all()  # else each record that a page has read is marked as to be read again
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def _again(code: int) -> list[tuple[str, str]]:
    """What was typed, so that the same can be sent again by a button; never a password, nor half of what came."""
    if code != HTTPStatus.SERVICE_UNAVAILABLE or request.method != "POST" or g.get("actor") is None:
        return []
    sent = list(request.form.items(multi=True))
    if request.files or not sent or any("password" in name or name == "again" for name, _value in sent):
        return []
    return sent


def register(app: Flask) -> None:
    """One handler a kind of failure; anything else is a 500 with a reference."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and 300 <= error.code < 400:
            return error
        return page(error.code or 500)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> ResponseReturnValue:
        return page(400, _("La page était ouverte depuis trop longtemps. Rechargez-la puis recommencez."))

    @app.errorhandler(Refused)
    def _refused(refusal: Refused) -> ResponseReturnValue:
        return page(refusal.status, refusal.message)

    app.register_error_handler(SecurityError, _other_host)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(Repeated, _repeated)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(OSError, _machine)

    app.register_error_handler(Exception, _unforeseen)


def _other_host(_error: SecurityError) -> ResponseReturnValue:
    """Asked by a name that is not ours: no page, as none of its addresses could be trusted, in both languages."""
    said = "هذا الخادم لا يجيب على هذا العنوان.\nCe serveur ne répond pas à cette adresse.\n"
    return Response(said, 400, mimetype="text/plain")


def _stale(error: StaleDataError) -> ResponseReturnValue:
    """Somebody else was quicker: the view looks again, and shows both versions where it has a form for them."""
    try:
        return faults.second_try(error)
    except StaleDataError:
        return page(409)


def _repeated(repeated: Repeated) -> ResponseReturnValue:
    """The second half of a double click: lead to what the first made."""
    forget_all()
    found = once.known(db.session, repeated.key)
    actor = g.get("actor")  # a frozen value: the account itself is no longer read
    mine = actor is not None and actor.account_id is not None
    if found is None or not found.address or not mine or found.account_id != actor.account_id:
        return page(409, _("Cette demande est déjà enregistrée."))
    flash(_("Cette demande était déjà enregistrée : voici où elle mène."), "info")
    return redirect(found.address)


def _database(error: SQLAlchemyError) -> ResponseReturnValue:
    """A failing database is a 503 and a lost race a 409; what is left is our own mistake."""
    if isinstance(error, IntegrityError) and is_taken(error):
        return page(
            409, _("Quelqu'un vient d'enregistrer la même chose : relisez la liste avant de recommencer.")
        )
    if not faults.is_unavailable(error) and not faults.is_full(error):
        return _unforeseen(error)
    if faults.may_hold_next_time(error) and not g.get("is_second_try") and not request.files:
        return faults.second_try(error)
    log.error("database: %s [%s]", type(getattr(error, "orig", error)).__name__, g.get("request_id", ""))
    return page(503, _no_room() if faults.is_full(error) else "")


def _machine(error: OSError) -> ResponseReturnValue:
    if not faults.is_full(error):
        return _unforeseen(error)
    log.error("disk: %s [%s]", errno.errorcode.get(error.errno or 0, "?"), g.get("request_id", ""))
    return page(503, _no_room())


def _no_room() -> str:
    return _("Le serveur n'a plus de place pour enregistrer : rien ne l'a été. Prévenez l'administrateur.")


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("unforeseen failure [%s]", g.get("request_id", ""), exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE"):
        raise error
    return page(500)
