"""One association: made, shown, changed, its history."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from programme.base import clock
from programme.base.access import Permission, requires
from programme.base.language import gettext as _
from programme.base.language import ngettext
from regions.associations import fields, pages, queries, rules
from regions.associations import history as journal_pages
from regions.associations.forms import ContactsForm, EditAssociationForm, NewAssociationForm
from regions.associations.models import Association
from regions.associations.routes.frame import asked_place, bp, loaded, offer_places, record_page, status_of


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE)
def new() -> ResponseReturnValue:
    only = pages.only_region()
    region_id = asked_place("region_id", only)
    form = NewAssociationForm(region_id=region_id, province_id=asked_place("province_id"))
    offer_places(form, region_id, asked_place("province_id"))
    if form.validate_on_submit() and form.accepts(rules.register_association, g.actor, **form.values):
        _tell(form.result)
        return redirect(url_for(".show", association_id=form.result.id))
    return render_template("regions/associations/new.html", form=form), status_of(form)


def _tell(association: Association) -> None:
    """Say that it is saved, and how many records it resembles."""
    flash(_("Association enregistrée."), "success")
    alike = len(queries.suspects_of(g.scope, association))
    if alike:
        flash(
            ngettext(
                "Elle ressemble à %(num)s autre fiche.", "Elle ressemble à %(num)s autres fiches.", alike
            ),
            "warning",
        )


@bp.get("/<int:association_id>")
@requires(Permission.ASSOCIATION_READ)
def show(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    return record_page(
        "show",
        association,
        warnings=fields.warnings_of(association, clock.today()),
        suspects=pages.suspects(association),
        is_to_check=fields.is_to_check(association),
        typed=fields.as_typed(association),
        region_href=pages.region_address(association.region),
    )


@bp.route("/<int:association_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_READ)
def edit(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    if not rules.may_edit(g.actor):
        abort(403)
    form = _edit_form(association)
    if (
        form.validate_on_submit()
        and form.is_current(association)
        and form.accepts(rules.edit_association, g.actor, association, **_typed(form))
    ):
        flash(_("Fiche enregistrée."), "success")
        return redirect(url_for(".show", association_id=association.id))
    return _editing(form, association)


def _edit_form(association: Association) -> Any:
    if not rules.may_edit_all(g.actor):
        return ContactsForm(obj=association)
    form = EditAssociationForm(obj=association)
    region_id = asked_place("region_id", association.region_id)
    province_id = asked_place("province_id", association.province_id)
    if request.method == "GET":
        form.region_id.data, form.province_id.data = region_id, province_id
    offer_places(form, region_id, province_id)
    return form


def _typed(form: Any) -> dict[str, Any]:
    return {name: form[name].data for name in fields.LABELS if name in form}


def _editing(form: Any, association: Association) -> ResponseReturnValue:
    name = "edit" if rules.may_edit_all(g.actor) else "contacts"
    page = render_template(f"regions/associations/{name}.html", form=form, association=association)
    return page, status_of(form)


@bp.post("/<int:association_id>/checked")
@requires(Permission.ASSOCIATION_WRITE)
def settle(association_id: int) -> ResponseReturnValue:
    rules.settle_check(g.actor, loaded(association_id))
    flash(_("Fiche vérifiée."), "success")
    return redirect(url_for(".show", association_id=association_id))


@bp.get("/<int:association_id>/history")
@requires(Permission.ASSOCIATION_READ)
def history(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    entries = queries.history_of(g.scope, association)
    documents = queries.documents_of(g.scope, association)
    return record_page("history", association, entries=journal_pages.told(entries, documents))
