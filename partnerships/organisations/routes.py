"""Pages of organisations: the list, one with its agreements, and those that write one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.agreements.queries import Filters, agreements
from partnerships.organisations import forms, queries, rules
from partnerships.organisations.models import Organisation, OrganisationKind
from programme.base.access import Permission, Scope, requires
from programme.base.asked import asked_number
from programme.base.language import gettext as _
from regions.geography import queries as geography

P = Permission
bp = Blueprint("organisations", __name__, url_prefix="/organisations")


def _organisation(organisation_id: int) -> Organisation:
    return queries.get_organisation(g.scope, organisation_id) or abort(404)


def _page(name: str, form: Any, **values: Any) -> ResponseReturnValue:
    status = form.status if form.errors or form.form_errors else 200
    return render_template(f"partnerships/organisations/{name}.html", form=form, **values), status


def _regions() -> list[tuple[int, str]]:
    return [(one.id, str(one.name)) for one in geography.regions(Scope.country())]


def _own_region(scope: Scope) -> int | None:
    """The region of an account that has one and no other."""
    return next(iter(scope.regions)) if scope.regions and len(scope.regions) == 1 else None


@bp.get("")
@requires(P.AGREEMENT_READ)
def index() -> ResponseReturnValue:
    text = request.args.get("q", "")[:200].strip()
    kind = request.args.get("kind") if request.args.get("kind") in list(OrganisationKind) else None
    after = asked_number(request.args, "after") or 0
    kept: dict[str, Any] = {"q": text or None, "kind": kind}
    rows = queries.organisations(g.scope, text=text, kind=kind, after=after or None)
    shown = rows[: queries.PAGE]
    older = url_for(".index", after=shown[-1].id, **kept) if len(rows) > queries.PAGE else None
    newer = url_for(".index", **kept) if after else None
    return render_template(
        "partnerships/organisations/index.html", rows=shown, older=older, newer=newer, kept=kept
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def new() -> ResponseReturnValue:
    form = forms.NewOrganisationForm(region_id=_own_region(g.scope))
    form.offer(_regions())
    if form.validate_on_submit() and form.accepts(rules.register_organisation, g.actor, **form.terms()):
        flash(_("Organisme enregistré."), "success")
        return redirect(url_for(".index", q=form.result.name_ar))
    return _page("new", form)


@bp.get("/<int:organisation_id>")
@requires(P.AGREEMENT_READ)
def show(organisation_id: int) -> ResponseReturnValue:
    organisation = _organisation(organisation_id)
    found = agreements(g.scope, Filters(organisation_id=organisation.id))
    return render_template(
        "partnerships/organisations/show.html", organisation=organisation, agreements=found
    )


@bp.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(P.AGREEMENT_WRITE)
def edit(organisation_id: int) -> ResponseReturnValue:
    organisation = _organisation(organisation_id)
    form = forms.EditOrganisationForm(obj=organisation)
    form.offer(_regions())
    sent = form.validate_on_submit() and form.is_current(organisation)
    if sent and form.accepts(rules.edit_organisation, g.actor, organisation, **form.terms()):
        flash(_("Modifications enregistrées."), "success")
        return redirect(url_for(".show", organisation_id=organisation.id))
    return _page("edit", form, organisation=organisation)
