"""Error pages in the reader's language, with the request's reference."""

from __future__ import annotations

import logging

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from programme.base.extensions import db
from programme.base.language import gettext as _
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
            _("La base de données ne répond pas. Recommencez dans un instant."),
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
    """The error page, or its JSON where the caller asked for it."""
    db.session.rollback()
    title, advice = sentence(code)
    reference = getattr(g, "request_id", "")
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify({"error": message or title, "reference": reference}), code
    return (
        render_template(
            "errors/error.html", code=code, title=title, message=message or advice, reference=reference
        ),
        code,
    )


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

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> ResponseReturnValue:
        return page(409)

    @app.errorhandler(OperationalError)
    def _database(error: OperationalError) -> ResponseReturnValue:
        log.error("database: %s [%s]", error.orig.__class__.__name__, getattr(g, "request_id", ""))
        return page(503)

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> ResponseReturnValue:
        log.exception("unforeseen failure [%s]", getattr(g, "request_id", ""))
        if app.testing and app.config.get("PROPAGATE"):
            raise error
        return page(500)
