"""Pages by which the owner of an account sets up a second factor, renews the codes and does without."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from programme.accounts import queries, second_factor
from programme.accounts.forms import EnrolForm
from programme.base.access import Permission, requires
from programme.base.accounts import SecondFactor
from programme.base.extensions import db
from programme.base.language import gettext as _

FOLDER = "programme/accounts"


def attach(bp: Blueprint) -> None:
    """Add the pages to the accounts blueprint."""
    here = "/account/second-factor"
    bp.add_url_rule(here, "second_factor", show)
    bp.add_url_rule(f"{here}/begin", "begin_factor", begin, methods=["POST"])
    bp.add_url_rule(f"{here}/enrol", "enrol_factor", enrol, methods=["GET", "POST"])
    bp.add_url_rule(f"{here}/codes", "renew_codes", renew_codes, methods=["POST"])
    bp.add_url_rule(f"{here}/off", "turn_off_factor", turn_off, methods=["POST"])


@requires(Permission.OWN_READ)
def show() -> ResponseReturnValue:
    return render_template(
        f"{FOLDER}/second_factor.html",
        factor=queries.factor_of(g.account.id),
        left=queries.codes_left(g.account.id),
        is_required=queries.needs_second_factor(g.account.role),
    )


@requires(Permission.OWN_READ, sensitive=True)
def begin() -> ResponseReturnValue:
    second_factor.begin(g.account)
    return redirect(url_for("programme.accounts.enrol_factor"))


@requires(Permission.OWN_READ, saves=True, sensitive=True)
def enrol() -> ResponseReturnValue:
    pending = db.session.get(SecondFactor, g.account.id)
    if pending is None or pending.enrolled_at is not None:
        return redirect(url_for("programme.accounts.second_factor"))
    form = EnrolForm()
    if form.validate_on_submit() and form.accepts(second_factor.enrol, g.actor, g.account, form.code.data):
        return render_template(f"{FOLDER}/codes.html", codes=form.result)
    drawn = segno.make(second_factor.address_of(g.account, pending), micro=False)
    secret = second_factor.secret_of(pending)
    page = render_template(
        f"{FOLDER}/enrol.html",
        form=form,
        qr=Markup(drawn.svg_inline(scale=5, border=2, svgclass="qr", lineclass=None)),  # noqa: S704
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
    return page, form.status if form.errors else 200


@requires(Permission.OWN_READ, saves=True, sensitive=True)
def renew_codes() -> ResponseReturnValue:
    return render_template(f"{FOLDER}/codes.html", codes=second_factor.renew_codes(g.actor, g.account))


@requires(Permission.OWN_READ, sensitive=True)
def turn_off() -> ResponseReturnValue:
    second_factor.turn_off(g.actor, g.account)
    flash(_("Second facteur retiré : votre mot de passe suffit de nouveau."), "success")
    return redirect(url_for("programme.accounts.second_factor"))
