"""Pages by which administrators ask for second factors, and take away one whose owner lost it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from programme.accounts import management, queries, second_factor
from programme.accounts.forms import RequirementsForm, StepForm
from programme.base.access import Permission, Role, requires
from programme.base.language import gettext as _


def attach(bp: Blueprint) -> None:
    """Add the pages to the accounts blueprint."""
    bp.add_url_rule("/accounts/second-factor", "requirements", requirements, methods=["GET", "POST"])
    bp.add_url_rule(
        "/accounts/<int:account_id>/second-factor", "reset_factor", reset_factor, methods=["GET", "POST"]
    )


@requires(Permission.ACCOUNT_WRITE, sensitive=True)
def requirements() -> ResponseReturnValue:
    asked = queries.requirements()
    form = RequirementsForm(roles=[role.value for role, is_asked in asked.items() if is_asked])
    if form.validate_on_submit() and form.accepts(
        second_factor.require, g.actor, {role: role.value in form.roles.data for role in Role}
    ):
        flash(_("Enregistré : les personnes concernées mettent en place leur second facteur."), "success")
        return redirect(url_for("programme.accounts.requirements"))
    counts = queries.factors_by_role()
    page = render_template("programme/accounts/requirements.html", form=form, counts=counts, asked=asked)
    return page, form.status if form.errors else 200


@requires(Permission.ACCOUNT_WRITE, sensitive=True)
def reset_factor(account_id: int) -> ResponseReturnValue:
    account = queries.get_account(account_id) or abort(404)
    form = StepForm(version=account.version)
    sent = form.validate_on_submit() and form.is_current(account)
    if sent and form.accepts(second_factor.reset, g.actor, account, form.reason.data):
        management.tell_reset(account)
        flash(_("Second facteur retiré : ses connexions sont terminées."), "success")
        return redirect(url_for("programme.accounts.edit", account_id=account.id))
    page = render_template("programme/accounts/reset_factor.html", form=form, account=account)
    return page, form.status if form.errors else 200
