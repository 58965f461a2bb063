"""The bureau of an association: mandates changed and ended with their minutes (RULES A3)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from programme.base import clock
from programme.base.access import Actor, Permission, requires
from programme.base.language import gettext as _
from regions.associations import queries, rules
from regions.associations.forms import EndMandateForm, MandateForm
from regions.associations.models import Association, AssociationDocument, DocumentKind, Mandate
from regions.associations.routes.documents import is_given, keep
from regions.associations.routes.frame import bp, loaded, record_page, status_of


@bp.get("/<int:association_id>/bureau")
@requires(Permission.ASSOCIATION_READ)
def bureau(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    mandates = queries.mandates_of(g.scope, association)
    minutes = {d.id: d for d in queries.documents_of(g.scope, association)}
    return record_page("bureau", association, mandates=mandates, minutes=minutes, today=clock.today())


@bp.route("/<int:association_id>/bureau/change", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE, uploads=True)
def change_mandate(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    form = MandateForm()
    form.offer(queries.mandates_of(g.scope, association), queries.documents_of(g.scope, association))
    if form.validate_on_submit() and form.accepts(_change, g.actor, association, form):
        flash(_("Mandat enregistré."), "success")
        return redirect(url_for(".bureau", association_id=association.id))
    page = render_template("regions/associations/mandate.html", form=form, association=association)
    return page, status_of(form)


def _change(actor: Actor, association: Association, form: MandateForm) -> Mandate:
    """The minutes first where they are joined, then the change that needs them."""
    replaces = queries.get_mandate(g.scope, association, form.replaces.data or 0)
    return rules.change_mandate(
        actor,
        association,
        role=form.role.data,
        name_ar=form.name_ar.data,
        name_fr=form.name_fr.data,
        phone=form.phone.data,
        from_on=form.from_on.data or clock.today(),
        replaces=replaces,
        minutes=_minutes(actor, association, form),
    )


def _minutes(actor: Actor, association: Association, form: Any) -> AssociationDocument | None:
    if is_given(form.minutes_file.data):
        return keep(actor, association, DocumentKind.MINUTES, form.minutes_file.data)
    return queries.get_document(g.scope, association.id, form.minutes.data or 0)


@bp.route("/<int:association_id>/bureau/<int:mandate_id>/end", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE, uploads=True)
def end_mandate(association_id: int, mandate_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    mandate = queries.get_mandate(g.scope, association, mandate_id) or abort(404)
    form = EndMandateForm(version=mandate.version)
    form.offer(queries.documents_of(g.scope, association))
    sent = form.validate_on_submit() and form.is_current(mandate)
    if sent and form.accepts(_end, g.actor, mandate, form):
        flash(_("Mandat terminé."), "success")
        return redirect(url_for(".bureau", association_id=association.id))
    page = render_template(
        "regions/associations/end.html", form=form, association=association, mandate=mandate
    )
    return page, status_of(form)


def _end(actor: Actor, mandate: Mandate, form: EndMandateForm) -> Mandate:
    minutes = _minutes(actor, mandate.association, form)
    return rules.end_mandate(actor, mandate, until_on=form.until_on.data or clock.today(), minutes=minutes)
