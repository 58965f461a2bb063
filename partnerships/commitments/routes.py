"""Pages of commitments: the register of all, and those that write one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from partnerships.agreements import pages
from partnerships.agreements.models import Agreement, Commitment, CommitmentState
from partnerships.agreements.queries import get_agreement, get_party
from partnerships.commitments import forms, queries, rules
from partnerships.commitments.standing import Standing, measurable, standings
from programme.base.access import Permission, Scope, requires
from programme.base.language import gettext as _
from regions.geography import queries as geography

P = Permission
bp = Blueprint("commitments", __name__, url_prefix="/commitments")


def _commitment(commitment_id: int) -> Commitment:
    return queries.get_commitment(g.scope, commitment_id) or abort(404)


def _back(agreement: Agreement) -> ResponseReturnValue:
    address = url_for("partnerships.agreements.show", agreement_id=agreement.id)
    return redirect(f"{address}#commitments")


def _page(name: str, form: Any, **values: Any) -> ResponseReturnValue:
    status = form.status if form.errors or form.form_errors else 200
    return render_template(f"partnerships/commitments/{name}.html", form=form, **values), status


@bp.get("")
@requires(P.AGREEMENT_READ)
def index() -> ResponseReturnValue:
    scope = geography.inside(g.scope, request.args.get("region"))
    found = queries.commitments(scope)
    standing = standings(found)
    asked = request.args.get("state")
    state = CommitmentState(asked) if asked in list(CommitmentState) else None
    rows = [one for one in found if state in {None, standing[one.id].state}]
    names = {code: str(one.label) for code, one in measurable().items()}
    shown = {
        "rows": rows,
        "standing": standing,
        "chips": _chips(scope, standing.values(), state),
        "measures": names,
    }
    return render_template("partnerships/commitments/index.html", **shown)


def _chips(scope: Scope, standing: Iterable[Standing], chosen: CommitmentState | None) -> list[pages.Chip]:
    counts, region = Counter(one.state for one in standing), geography.code_within(scope)
    return [
        pages.Chip(
            str(state.label),
            url_for(".index", state=None if state is chosen else state.value, region=region),
            state is chosen,
            counts[state],
        )
        for state in CommitmentState
        if counts[state] or state is chosen
    ]


@bp.route("/for/<int:agreement_id>/new", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def new(agreement_id: int) -> ResponseReturnValue:
    agreement = get_agreement(g.scope, agreement_id) or abort(404)
    form = forms.CommitmentForm()
    form.offer(agreement)
    if form.validate_on_submit():
        party = get_party(g.scope, agreement, form.party_id.data)
        if form.accepts(rules.add_commitment, g.actor, agreement, party, **form.terms()):
            flash(_("Engagement enregistré."), "success")
            return _back(agreement)
    return _page("new", form, agreement=agreement)


@bp.route("/<int:commitment_id>/edit", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def edit(commitment_id: int) -> ResponseReturnValue:
    commitment = _commitment(commitment_id)
    form = forms.EditCommitmentForm(obj=commitment)
    form.offer(commitment.agreement)
    terms = {**form.terms(), "party_id": form.party_id.data}
    sent = form.validate_on_submit() and form.is_current(commitment)
    if sent and form.accepts(rules.edit_commitment, g.actor, commitment, **terms):
        flash(_("Modifications enregistrées."), "success")
        return _back(commitment.agreement)
    return _page("edit", form, commitment=commitment, agreement=commitment.agreement)


@bp.post("/<int:commitment_id>/remove")
@requires(P.AGREEMENT_WRITE)
def remove(commitment_id: int) -> ResponseReturnValue:
    commitment = _commitment(commitment_id)
    agreement = commitment.agreement
    rules.remove_commitment(g.actor, commitment)
    flash(_("Engagement retiré."), "success")
    return _back(agreement)


@bp.route("/<int:commitment_id>/keep", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE, uploads=True)
def keep(commitment_id: int) -> ResponseReturnValue:
    commitment = _commitment(commitment_id)
    form = forms.KeepForm(version=commitment.version)
    if form.validate_on_submit() and form.is_current(commitment):
        sent = pages.upload(form.file.data, current_app.config["HOUSE"].uploads)
        if form.accepts(rules.keep, g.actor, commitment, on=form.on.data, **sent):
            flash(_("Engagement tenu : la pièce est archivée."), "success")
            return _back(commitment.agreement)
    return _page("keep", form, commitment=commitment, agreement=commitment.agreement)


@bp.route("/<int:commitment_id>/reopen", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def reopen(commitment_id: int) -> ResponseReturnValue:
    commitment = _commitment(commitment_id)
    form = forms.ReopenForm(version=commitment.version)
    sent = form.validate_on_submit() and form.is_current(commitment)
    if sent and form.accepts(rules.reopen, g.actor, commitment, reason=form.reason.data):
        flash(_("La preuve est écartée."), "success")
        return _back(commitment.agreement)
    return _page("reopen", form, commitment=commitment, agreement=commitment.agreement)


@bp.get("/<int:commitment_id>/evidence")
@requires(P.AGREEMENT_READ)
def evidence(commitment_id: int) -> ResponseReturnValue:
    stored = _commitment(commitment_id).evidence or abort(404)
    return send_file(**pages.attachment(stored, current_app.config["HOUSE"].uploads))
