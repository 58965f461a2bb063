"""Pages of agreements: register, alerts, one agreement with its parties, files and history."""

from __future__ import annotations

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

from partnerships.agreements import alerts, forms, pages, queries, rules
from partnerships.agreements.models import MOVES, Agreement, Party
from partnerships.agreements.period import is_text_open
from partnerships.organisations import queries as organisations
from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.language import gettext as _
from regions.geography import queries as geography

P = Permission
bp = Blueprint("agreements", __name__, url_prefix="/agreements")


def _agreement(agreement_id: int) -> Agreement:
    return queries.get_agreement(g.scope, agreement_id) or abort(404)


def _party(agreement: Agreement, party_id: int) -> Party:
    return queries.get_party(g.scope, agreement, party_id) or abort(404)


def _show(agreement: Agreement) -> ResponseReturnValue:
    return redirect(url_for(".show", agreement_id=agreement.id))


def _page(name: str, form: Any, **values: Any) -> ResponseReturnValue:
    """A form's page, with the status of what it refused."""
    status = form.status if form.errors or form.form_errors else 200
    return render_template(f"partnerships/agreements/{name}.html", form=form, **values), status


@bp.get("")
@requires(P.AGREEMENT_READ)
def index() -> ResponseReturnValue:
    return render_template("partnerships/agreements/index.html", **pages.register(g.scope, request.args))


@bp.get("/alerts")
@requires(P.AGREEMENT_READ)
def to_watch() -> ResponseReturnValue:
    scope = geography.inside(g.scope, request.args.get("region"))
    return render_template("partnerships/agreements/alerts.html", alerts=alerts.alerts(scope))


@bp.route("/new", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def new() -> ResponseReturnValue:
    form = forms.NewAgreementForm(parent_id=asked_number(request.args, "parent"))
    form.offer(*pages.offers(g.scope), is_national=g.scope.is_country)
    parent = queries.get_agreement(g.scope, form.parent_id.data or 0)
    if form.validate_on_submit() and form.accepts(rules.draft, g.actor, parent=parent, **form.terms()):
        flash(_("Convention enregistrée. Ajoutez maintenant ses parties."), "success")
        return _show(form.result)
    return _page("new", form)


@bp.get("/<int:agreement_id>")
@requires(P.AGREEMENT_READ)
def show(agreement_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    return render_template(
        "partnerships/agreements/show.html", **pages.fact_sheet(g.actor, g.scope, agreement)
    )


@bp.route("/<int:agreement_id>/edit", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def edit(agreement_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    form = forms.EditAgreementForm(obj=agreement)
    form.offer(*pages.offers(g.scope, agreement), is_national=g.scope.is_country)
    terms = {**form.terms(), "parent_id": form.parent_id.data}
    sent = form.validate_on_submit() and form.is_current(agreement)
    if sent and form.accepts(rules.edit, g.actor, agreement, **terms):
        flash(_("Modifications enregistrées."), "success")
        return _show(agreement)
    return _page("edit", form, agreement=agreement)


@bp.route("/<int:agreement_id>/steps/<name>", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def step(agreement_id: int, name: str) -> ResponseReturnValue:
    agreement, move = _agreement(agreement_id), MOVES.get(name) or abort(404)
    form = (forms.ReasonStepForm if move.needs_reason else forms.StepForm)(version=agreement.version)
    sent = form.validate_on_submit() and form.is_current(agreement)
    if sent and form.accepts(rules.move, g.actor, agreement, name, form.reason.data, on=form.on.data):
        flash(_("La convention est maintenant : %(state)s.", state=agreement.state.label), "success")
        return _show(agreement)
    return _page("step", form, agreement=agreement, move=move, has_day=name in pages.DATED)


@bp.route("/<int:agreement_id>/parties/new", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def add_party(agreement_id: int) -> ResponseReturnValue:
    agreement, form = _agreement(agreement_id), forms.PartyForm()
    form.organisation.choices = [("", "—"), *organisations.choices(g.scope)]
    if form.validate_on_submit():
        chosen = organisations.any_organisation(form.organisation.data)
        named = {"organisation": chosen, "name": form.name.data, **form.terms()}
        if form.accepts(rules.add_party_named, g.actor, agreement, **named):
            flash(_("Partie ajoutée."), "success")
            return _show(agreement)
    return _page("party", form, agreement=agreement, party=None)


@bp.route("/<int:agreement_id>/parties/<int:party_id>/edit", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def edit_party(agreement_id: int, party_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    party = _party(agreement, party_id)
    form = forms.EditPartyForm(version=party.version, **pages.party_values(party))
    if not is_text_open(agreement):
        form.keep_signatory()
    sent = form.validate_on_submit() and form.is_current(party)
    if sent and form.accepts(rules.edit_party, g.actor, party, **form.terms()):
        flash(_("Modifications enregistrées."), "success")
        return _show(agreement)
    return _page("party", form, agreement=agreement, party=party)


@bp.post("/<int:agreement_id>/parties/<int:party_id>/remove")
@requires(P.AGREEMENT_WRITE)
def remove_party(agreement_id: int, party_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    rules.remove_party(g.actor, _party(agreement, party_id))
    flash(_("Partie retirée."), "success")
    return _show(agreement)


@bp.route("/<int:agreement_id>/parties/<int:party_id>/sign", methods=["GET", "POST"])
@requires(P.AGREEMENT_SIGN)
def sign(agreement_id: int, party_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    party = _party(agreement, party_id)
    form = forms.SignForm(**pages.expected(party))
    said = {
        "signatory": form.signatory.data,
        "capacity": form.capacity.data,
        "signed_on": form.signed_on.data,
    }
    sent = form.validate_on_submit() and pages.is_as_read(form, agreement)
    if sent and form.accepts(rules.sign, g.actor, party, scope=g.scope, **said):
        flash(_("Signature enregistrée."), "success")
        return _show(agreement)
    return _page("sign", form, agreement=agreement, party=party, digest=pages.digest(agreement))


@bp.get("/<int:agreement_id>/files")
@requires(P.AGREEMENT_READ)
def files(agreement_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    return render_template(
        "partnerships/agreements/files.html", agreement=agreement, files=queries.files_of(g.scope, agreement)
    )


@bp.route("/<int:agreement_id>/files/new", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE, uploads=True)
def attach(agreement_id: int) -> ResponseReturnValue:
    agreement, form = _agreement(agreement_id), forms.FileForm()
    if form.validate_on_submit() and form.accepts(
        rules.attach,
        g.actor,
        agreement,
        title=form.title.data,
        is_signed_text=form.is_signed_text.data,
        **pages.upload(form.file.data, current_app.config["HOUSE"].uploads),
    ):
        flash(_("Pièce archivée."), "success")
        return redirect(url_for(".files", agreement_id=agreement.id))
    return _page("attach", form, agreement=agreement)


@bp.get("/<int:agreement_id>/files/<int:file_id>")
@requires(P.AGREEMENT_READ)
def download(agreement_id: int, file_id: int) -> ResponseReturnValue:
    found = queries.get_file(g.scope, _agreement(agreement_id), file_id) or abort(404)
    return send_file(**pages.attachment(found.file, current_app.config["HOUSE"].uploads))


@bp.get("/<int:agreement_id>/history")
@requires(P.AGREEMENT_READ)
def history(agreement_id: int) -> ResponseReturnValue:
    agreement = _agreement(agreement_id)
    return render_template(
        "partnerships/agreements/history.html",
        agreement=agreement,
        entries=pages.history(g.scope, agreement),
    )
