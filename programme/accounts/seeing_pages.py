"""Pages by which an administrator begins and ends seeing the pages as another account."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from programme.accounts import queries, seeing
from programme.accounts.forms import ReasonForm
from programme.base.access import Permission, requires
from programme.base.language import gettext as _


def attach(bp: Blueprint) -> None:
    """Add the pages to the accounts blueprint."""
    bp.add_url_rule("/accounts/<int:account_id>/see", "see_as", see_as, methods=["GET", "POST"])
    bp.add_url_rule("/accounts/seeing/stop", "stop_seeing", stop_seeing, methods=["POST"])


@requires(Permission.ACCOUNT_WRITE, sensitive=True)
def see_as(account_id: int) -> ResponseReturnValue:
    account = queries.get_account(account_id) or abort(404)
    form = ReasonForm()
    if form.validate_on_submit() and form.accepts(
        seeing.begin, g.actor, current_user.browser, account, form.reason.data
    ):
        return redirect(url_for("programme.home.index"))
    page = render_template("programme/accounts/see_as.html", form=form, account=account)
    return page, form.status if form.errors else 200


@requires(Permission.HOME_READ)
def stop_seeing() -> ResponseReturnValue:
    seeing.end(current_user.browser)
    flash(_("Vous êtes revenu à votre compte."), "success")
    return redirect(url_for("programme.accounts.index"))
