"""Pages on one's own account: password, and the proof of who one is before a sensitive act."""

from __future__ import annotations

import re

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from programme.accounts import invitations, rules
from programme.accounts.addresses import local
from programme.accounts.forms import ChangePasswordForm, ConfirmForm
from programme.base.access import Permission, requires
from programme.base.language import gettext as _

FILE = re.compile(r"[^?]*\.(?:pdf|xlsx|csv|json)(?:\?.*)?")


def attach(bp: Blueprint) -> None:
    """Add the pages to the accounts blueprint."""
    bp.add_url_rule("/account", view_func=own, methods=["GET", "POST"])
    bp.add_url_rule("/confirm", view_func=confirm, methods=["GET", "POST"])


@requires(Permission.OWN_READ)
def own() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit() and form.accepts(
        invitations.change_password, g.actor, g.account, form.current.data, form.password.data
    ):
        flash(_("Mot de passe changé : reconnectez-vous."), "success")
        return redirect(url_for("programme.accounts.sign_in"))
    return render_template("programme/accounts/own.html", form=form), 422 if form.errors else 200


@requires(Permission.OWN_READ, saves=True)
def confirm() -> ResponseReturnValue:
    form = ConfirmForm(next=request.args.get("next"))
    back, browser = local(form.next.data), current_user.browser
    if form.validate_on_submit() and form.accepts(rules.confirm, g.actor, browser, form.password.data):
        if FILE.fullmatch(back):  # a redirect would leave the reader on this form, as if nothing had come
            return render_template("programme/accounts/confirmed.html", file=back)
        return redirect(back)
    return render_template("programme/accounts/confirm.html", form=form), form.status if form.errors else 200
