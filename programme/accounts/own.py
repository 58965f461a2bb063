"""Pages on one's own account: password, where one is signed in, and the proof before a sensitive act."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from programme.accounts import agents, devices, invitations, passwords, proofs, queries, rules, throttle
from programme.accounts.addresses import local
from programme.accounts.forms import ChangePasswordForm, ConfirmForm
from programme.accounts.trying import proven
from programme.base import clock
from programme.base.access import Permission, requires
from programme.base.accounts import WebSession
from programme.base.language import gettext as _

FILE = re.compile(r"[^?]*\.(?:pdf|xlsx|csv|json)(?:\?.*)?")


def attach(bp: Blueprint) -> None:
    """Add the pages to the accounts blueprint."""
    bp.add_url_rule("/account", view_func=own, methods=["GET", "POST"])
    bp.add_url_rule("/account/sessions/<int:browser_id>/end", view_func=end_session, methods=["POST"])
    bp.add_url_rule("/account/sessions/end", view_func=end_others, methods=["POST"])
    bp.add_url_rule("/confirm", view_func=confirm, methods=["GET", "POST"])


@requires(Permission.OWN_READ)
def own() -> ResponseReturnValue:
    form = ChangePasswordForm()
    # A new password that is too weak says nothing on whether the present one was right: it is no try.
    is_strong = form.validate_on_submit() and form.accepts(
        passwords.check_strength, form.password.data, g.account.email
    )
    asked = (g.actor, g.account, form.current.data, form.password.data)
    if is_strong and proven(form, throttle.CONFIRM, _here(), None, invitations.change_password, *asked):
        flash(_("Mot de passe changé : toutes vos connexions sont terminées. Reconnectez-vous."), "success")
        answer = make_response(redirect(url_for("programme.accounts.sign_in")))
        devices.remember(answer, g.account)
        return answer
    return _page(form), form.status if form.errors else 200


def _page(form: ChangePasswordForm) -> str:
    browsers = queries.live_sessions(g.account.id, clock.now() - rules.IDLE)
    return render_template(
        "programme/accounts/own.html",
        form=form,
        seen=queries.seen_as(g.account.id),
        factor=queries.factor_of(g.account.id),
        browsers=[(one, agents.words(one.agent), one.id == current_user.browser.id) for one in browsers],
    )


def _here() -> str:
    """This browser session, as the throttle names it."""
    return str(current_user.browser.id)


def _mine(browser_id: int) -> WebSession:
    found = queries.live_sessions(g.account.id, clock.now() - rules.IDLE)
    return next((one for one in found if one.id == browser_id), None) or abort(404)


@requires(Permission.OWN_READ)
def end_session(browser_id: int) -> ResponseReturnValue:
    rules.end_one_session(g.actor, _mine(browser_id))
    flash(_("Connexion terminée."), "success")
    return redirect(url_for("programme.accounts.own"))


@requires(Permission.OWN_READ)
def end_others() -> ResponseReturnValue:
    rules.end_other_sessions(g.actor, current_user.browser)
    flash(_("Toutes les autres connexions sont terminées."), "success")
    return redirect(url_for("programme.accounts.own"))


@requires(Permission.OWN_READ, saves=True)
def confirm() -> ResponseReturnValue:
    form = ConfirmForm(next=request.args.get("next"))
    if queries.factor_of(g.account.id) is None:
        del form.code
    back, browser = local(form.next.data), current_user.browser
    code = form.code.data if form.code else None
    if form.validate_on_submit() and proven(
        form, throttle.CONFIRM, _here(), None, proofs.confirm, g.actor, browser, form.password.data, code
    ):
        if FILE.fullmatch(back):  # a redirect would leave the reader on this form, as if nothing had come
            return render_template("programme/accounts/confirmed.html", file=back)
        return redirect(back)
    return render_template("programme/accounts/confirm.html", form=form), form.status if form.errors else 200
