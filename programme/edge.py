"""The edge of every request: who acts, whether they may, one transaction, the headers (DESIGN.md section 2)."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict

from programme import errors
from programme.accounts import seeing
from programme.accounts.addresses import asked_from
from programme.accounts.scope import actor_of, scope_of
from programme.accounts.signed_in import SignedIn
from programme.base import journal, once
from programme.base.access import UPLOAD_BYTES, Access, Actor, Permission, Scope, access_of
from programme.base.accounts import Account, Stage
from programme.base.confirming import Unconfirmed
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.noting import note
from programme.base.presence import serving
from programme.logs import request_id

log = logging.getLogger("programme.access")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
NOBODY = Actor(None, "", None, frozenset())
REFUSED = "access:refused"
WAYS_BACK = frozenset(f"programme.accounts.{name}" for name in ("stop_seeing", "sign_out", "switch_language"))
ENROLLING = frozenset(
    f"programme.accounts.{name}"
    for name in ("second_factor", "begin_factor", "enrol_factor", "confirm", "stop_seeing")
)
"""What opens to someone whose role requires a second factor that they have not set up, beside public pages."""

journal.declare(
    {REFUSED: _l("Accès refusé")}, {"endpoint": _l("Page demandée"), "needs": _l("Droit nécessaire")}
)

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def guard(app: Flask) -> None:
    """Hook the edge into `app`; registered before any other `before_request`."""
    app.before_request(_open)
    app.before_request(_admit)
    app.before_request(_without_nul)
    app.after_request(_settle)
    app.after_request(_dress)
    app.after_request(_no_file)  # runs first: the last one hooked
    app.register_error_handler(Unconfirmed, _unconfirmed)


def _open() -> None:
    g.request_id = request_id(request.headers.get("X-Request-ID"), current_app.config["HOUSE"].proxies)
    g.csp_nonce = secrets.token_urlsafe(16)
    g.actor, g.scope, g.account, g.is_confirmed = NOBODY, Scope(), None, False
    g.seeing, g.stage = None, Stage.WHOLE
    serving.set(True)
    writing.set(request.method not in READING)
    access = access_of(current_app.view_functions.get(request.endpoint or ""))
    if access is not None and access.uploads:
        request.max_content_length = UPLOAD_BYTES


def _admit() -> ResponseReturnValue | None:
    """Deny by default: only a view that is public, or whose permission the actor holds, is reached."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    access = access_of(current_app.view_functions.get(request.endpoint))
    _identify()
    if access is None:
        log.error("endpoint %s declares no access", request.endpoint)
        abort(403)
    if g.seeing is not None and _is_shut(access):
        return _only_looking()
    return None if access.is_public else _reach(access)


def _identify() -> None:
    """Who acts, by the session that the cookie names."""
    user = current_user._get_current_object()
    if not isinstance(user, SignedIn):
        return
    g.account, g.actor, g.scope = user.account, actor_of(user.account), scope_of(user.account)
    g.is_confirmed, g.stage = user.is_confirmed, user.browser.stage
    target = seeing.target_of(user.browser)
    if g.stage is Stage.ENROL:  # their own factor, never on the page of whom they look as
        few = frozenset({Permission.OWN_READ, Permission.HOME_READ})
        g.actor, g.scope = replace(g.actor, permissions=few), Scope()
    elif target is not None:
        _see_as(user.account, target)
    # Kept where it can be read while the database cannot be asked.
    g.spoken = user.account.language
    if g.spoken and session.get("spoken") != g.spoken:
        session["spoken"] = g.spoken


def _reach(access: Access) -> ResponseReturnValue | None:
    """Whether whoever acts may open a view that is not public, and where they are led first."""
    if g.account is None:
        if request.method in READING and request.accept_mimetypes.best != "application/json":
            return redirect(url_for("programme.accounts.sign_in", next=request.full_path.rstrip("?")))
        abort(403)
    if g.stage is Stage.ENROL and request.endpoint not in ENROLLING:
        return redirect(url_for("programme.accounts.second_factor"), 303)
    assert access.permission is not None
    if not g.actor.may(access.permission):
        note(g.actor, REFUSED, ("endpoint", None), endpoint=request.endpoint, needs=access.permission)
        return _only_looking() if g.seeing is not None else abort(403)
    if access.sensitive and not g.is_confirmed:
        return _to_confirm()
    return None


def _see_as(owner: Account, target: Account) -> None:
    """Show the pages as `target` meets them, to an administrator who acts and is journalled as themselves."""
    g.seeing = seeing.Seeing(owner.name, target.name, target.role)
    g.account, g.actor, g.scope = target, seeing.actor_of(owner, target), scope_of(target)
    g.is_confirmed = False


def _only_looking() -> ResponseReturnValue:
    return errors.page(
        403, _("Vous regardez seulement : ni action, ni fichier, ni page qui nomme des personnes.")
    )


def _is_shut(access: Access) -> bool:
    """What is not open to someone who looks as another: whatever is sent, files, and what asks for a proof."""
    if request.method not in READING:
        return request.endpoint not in WAYS_BACK
    endpoint = request.endpoint or ""
    return access.sensitive or endpoint in seeing.NAMING or endpoint.endswith(".download")


def _unconfirmed(_raised: Unconfirmed) -> ResponseReturnValue:
    db.session.rollback()
    return _to_confirm()


def _to_confirm() -> ResponseReturnValue:
    """Ask who it is, then come back to the page: what was sent is not done and never sent again by itself."""
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return errors.page(403, _("Confirmez d'abord votre mot de passe dans l'application."))
    return redirect(url_for("programme.accounts.confirm", next=asked_from(request)), 303)


def _without_nul() -> None:
    """No person types the NUL sign and PostgreSQL keeps it in no text: dropped from an address, refused in a form.

    So are parts of a form without a name, which no browser sends and flask-wtf trips over.
    """
    if request.endpoint is None:
        return
    if "\0" in request.path or any("\0" in f"{key}{text}" for key, text in request.form.items(multi=True)):
        abort(400)
    if None in request.form or None in request.files:
        abort(400)
    if any("\0" in f"{key}{text}" for key, text in request.args.items(multi=True)):
        clean = [(k.replace("\0", ""), v.replace("\0", "")) for k, v in request.args.items(multi=True)]
        request.args = ImmutableMultiDict(clean)


def _no_file(response: Response) -> Response:
    """No file leaves for someone who looks as another, whatever its view is called."""
    if g.get("seeing") is not None and "attachment" in response.headers.get("Content-Disposition", ""):
        response.close()
        return current_app.make_response(_only_looking())
    return response


def _settle(response: Response) -> Response:
    """Commit once, when the answer is a redirect or was declared as saving; everything else rolls back."""
    if request.endpoint == "static":
        return response
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view)
    saves = access is not None and access.saves and 200 <= response.status_code < 300
    try:
        if getattr(g, "keep", False) or 300 <= response.status_code < 400 or saves:
            if "once_key" in g:
                once.lead(db.session, g.once_key, g.get("once_address") or response.location or "")
            db.session.commit()
        else:
            errors.forget_all()
    except Exception as failure:
        return _unsettled(failure)
    return response


def _unsettled(failure: Exception) -> Response:
    """What could not be committed did not happen: its good news are taken back, and the failure is answered."""
    session.pop("_flashes", None)
    g.keep = False
    response = current_app.make_response(current_app.handle_user_exception(failure))
    # This ends: a request is tried twice at most, and what refuses only rolls back.
    return _dress(_settle(response))


def _dress(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=getattr(g, "csp_nonce", "")))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    response.headers["X-Request-ID"] = getattr(g, "request_id", "")
    return response
