"""Pages of the registry of associations."""

from __future__ import annotations

import datetime as dt
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
from werkzeug.datastructures import FileStorage

from programme.base import cleaning, clock, files
from programme.base.access import Actor, Permission, requires
from programme.base.language import gettext as _
from programme.base.language import ngettext
from regions.associations import fields, pages, queries, rules
from regions.associations.forms import (
    ContactsForm,
    DocumentForm,
    EditAssociationForm,
    EndMandateForm,
    MandateForm,
    NewAssociationForm,
    differences,
)
from regions.associations.models import (
    Association,
    AssociationDocument,
    DocumentKind,
    Mandate,
    SuspicionState,
)

bp = Blueprint("associations", __name__, url_prefix="/associations")
bp.app_template_filter("format_phone")(cleaning.format_phone)
WITH_FILES = frozenset({"change_mandate", "end_mandate", "add_document"})


@bp.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a file through where one is expected, before anything reads the body."""
    if (endpoint or "").rpartition(".")[2] in WITH_FILES:
        request.max_content_length = files.MAX_BYTES + 256 * 1024


def _load(association_id: int) -> Association:
    return queries.get_association(g.scope, association_id) or abort(404)


def _page(name: str, association: Association, status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page of one record, its tab marked."""
    shown = {"tabs": pages.tabs(association, name), "moves": pages.moves(association)}
    page = render_template(
        f"regions/associations/{name}.html", association=association, fields=fields, **shown, **values
    )
    return page, status


@bp.get("")
@requires(Permission.ASSOCIATION_READ)
def index() -> ResponseReturnValue:
    asked = pages.asked(request.args)
    listing = queries.associations(
        g.scope,
        asked.filters,
        after=pages.position("after"),
        before=pages.position("before"),
        descending=asked.descending,
    )
    return render_template(
        "regions/associations/index.html", asked=asked, listing=listing, pages=pages, fields=fields
    )


@bp.post("/selection")
@requires(Permission.ASSOCIATION_READ)
def selection() -> ResponseReturnValue:
    ids = queries.ids_among(g.scope, pages.numbers(request.form.getlist("ids")))
    if not ids:
        flash(_("Aucune association n'est sélectionnée."), "warning")
    elif request.form.get("do") == "check":
        marked = rules.ask_check(g.actor, list(queries.by_id(g.scope, ids).values()))
        flash(ngettext("%(num)s fiche marquée à vérifier.", "%(num)s fiches marquées à vérifier.", marked))
    else:
        return redirect(f"/reports/associations.xlsx?ids={','.join(map(str, ids))}")
    return redirect(pages.address(pages.asked(request.args).parameters))


def _places(form: Any, region_id: int | None, province_id: int | None) -> None:
    """Choices that follow the region and the province; the address may carry them (no script needed)."""
    regions, provinces, communes = pages.places_for(region_id, province_id)
    form.offer(regions, provinces, communes)
    if len(regions) == 1 and form.region_id.data is None:
        form.region_id.data = regions[0].id


def _asked_place(name: str, otherwise: int | None = None) -> int | None:
    """A place as the form or the address names it."""
    text = request.values.get(name)
    if text is None:
        return otherwise
    return int(text) if text.isdecimal() and len(text) < 10 else None


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE)
def new() -> ResponseReturnValue:
    only = pages.only_region()
    region_id = _asked_place("region_id", only)
    form = NewAssociationForm(region_id=region_id, province_id=_asked_place("province_id"))
    _places(form, region_id, _asked_place("province_id"))
    if form.validate_on_submit() and form.accepts(rules.register_association, g.actor, **form.values):
        _tell(form.result)
        return redirect(url_for(".show", association_id=form.result.id))
    return render_template("regions/associations/new.html", form=form), _status(form)


def _status(form: Any) -> int:
    return int(form.status) if form.errors else 200


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
    association = _load(association_id)
    return _page(
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
    association = _load(association_id)
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
    region_id = _asked_place("region_id", association.region_id)
    province_id = _asked_place("province_id", association.province_id)
    if request.method == "GET":
        form.region_id.data, form.province_id.data = region_id, province_id
    _places(form, region_id, province_id)
    return form


def _typed(form: Any) -> dict[str, Any]:
    return {name: form[name].data for name in fields.LABELS if name in form}


def _editing(form: Any, association: Association) -> ResponseReturnValue:
    """The form again; after a conflict with what is stored now, so that saving once more is a choice."""
    theirs = []
    if form.status == 409:
        theirs = differences(form, association)
        form.version.data = association.version
    name = "edit" if rules.may_edit_all(g.actor) else "contacts"
    page = render_template(
        f"regions/associations/{name}.html", form=form, association=association, theirs=theirs
    )
    return page, _status(form)


@bp.post("/<int:association_id>/checked")
@requires(Permission.ASSOCIATION_WRITE)
def settle(association_id: int) -> ResponseReturnValue:
    rules.settle_check(g.actor, _load(association_id))
    flash(_("Fiche vérifiée."), "success")
    return redirect(url_for(".show", association_id=association_id))


@bp.get("/<int:association_id>/history")
@requires(Permission.ASSOCIATION_READ)
def history(association_id: int) -> ResponseReturnValue:
    association = _load(association_id)
    return _page("history", association, entries=pages.history_rows(queries.history_of(g.scope, association)))


@bp.get("/<int:association_id>/bureau")
@requires(Permission.ASSOCIATION_READ)
def bureau(association_id: int) -> ResponseReturnValue:
    association = _load(association_id)
    mandates = queries.mandates_of(g.scope, association)
    minutes = {d.id: d for d in queries.documents_of(g.scope, association)}
    return _page("bureau", association, mandates=mandates, minutes=minutes, today=clock.today())


@bp.route("/<int:association_id>/bureau/change", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE)
def change_mandate(association_id: int) -> ResponseReturnValue:
    association = _load(association_id)
    form = MandateForm()
    form.offer(queries.mandates_of(g.scope, association), queries.documents_of(g.scope, association))
    if form.validate_on_submit() and form.accepts(_change, g.actor, association, form):
        flash(_("Mandat enregistré."), "success")
        return redirect(url_for(".bureau", association_id=association.id))
    page = render_template("regions/associations/mandate.html", form=form, association=association)
    return page, _status(form)


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
    if _given(form.minutes_file.data):
        return _keep(actor, association, DocumentKind.MINUTES, form.minutes_file.data)
    return queries.get_document(g.scope, association.id, form.minutes.data or 0)


def _given(upload: FileStorage | None) -> bool:
    return upload is not None and bool(upload.filename)


def _read(upload: FileStorage | None) -> bytes:
    if upload is None:
        return b""
    data: bytes = upload.read(files.MAX_BYTES + 1)
    upload.close()
    return data


def _keep(
    actor: Actor,
    association: Association,
    kind: DocumentKind,
    upload: FileStorage,
    title: str | None = None,
    expires_on: dt.date | None = None,
) -> AssociationDocument:
    return rules.add_document(
        actor,
        association,
        kind=kind,
        data=_read(upload),
        display_name=(upload.filename or "") if upload else "",
        folder=current_app.config["HOUSE"].uploads,
        title=title,
        expires_on=expires_on,
    )


@bp.route("/<int:association_id>/bureau/<int:mandate_id>/end", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE)
def end_mandate(association_id: int, mandate_id: int) -> ResponseReturnValue:
    association = _load(association_id)
    mandate = queries.get_mandate(g.scope, association, mandate_id) or abort(404)
    form = EndMandateForm()
    form.offer(queries.documents_of(g.scope, association))
    if form.validate_on_submit() and form.accepts(_end, g.actor, mandate, form):
        flash(_("Mandat terminé."), "success")
        return redirect(url_for(".bureau", association_id=association.id))
    page = render_template(
        "regions/associations/end.html", form=form, association=association, mandate=mandate
    )
    return page, _status(form)


def _end(actor: Actor, mandate: Mandate, form: EndMandateForm) -> Mandate:
    minutes = _minutes(actor, mandate.association, form)
    return rules.end_mandate(actor, mandate, until_on=form.until_on.data or clock.today(), minutes=minutes)


@bp.get("/<int:association_id>/documents")
@requires(Permission.ASSOCIATION_READ)
def documents(association_id: int) -> ResponseReturnValue:
    association = _load(association_id)
    found = queries.documents_of(g.scope, association)
    return _page("documents", association, documents=found, today=clock.today())


@bp.route("/<int:association_id>/documents/new", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE)
def add_document(association_id: int) -> ResponseReturnValue:
    association = _load(association_id)
    form = DocumentForm()
    form.offer()
    if form.validate_on_submit() and form.accepts(
        _keep, g.actor, association, form.kind.data, form.file.data, form.title.data, form.expires_on.data
    ):
        flash(_("Document ajouté."), "success")
        return redirect(url_for(".documents", association_id=association.id))
    page = render_template("regions/associations/document.html", form=form, association=association)
    return page, _status(form)


@bp.get("/<int:association_id>/documents/<int:document_id>")
@requires(Permission.ASSOCIATION_READ)
def download(association_id: int, document_id: int) -> ResponseReturnValue:
    document = queries.get_document(g.scope, association_id, document_id) or abort(404)
    path = current_app.config["HOUSE"].uploads / document.file.stored_name
    if not path.is_file():
        abort(404)
    return send_file(
        path, document.file.media_type, as_attachment=True, download_name=document.file.display_name
    )


@bp.get("/suspicions")
@requires(Permission.ASSOCIATION_WRITE)
def suspicions() -> ResponseReturnValue:
    state = SuspicionState.DISTINCT if request.args.get("state") == "distinct" else SuspicionState.OPEN
    found = queries.suspicions(g.scope, state, after=pages.position("after") or 0, limit=26)
    named = queries.by_id(g.scope, {i for pair in found for i in (pair.first_id, pair.second_id)})
    return render_template(
        "regions/associations/suspicions.html",
        pairs=found[:25],
        named=named,
        state=state,
        more=len(found) > 25,
    )


@bp.post("/suspicions/<int:suspicion_id>/<any(distinct, reopen):verb>")
@requires(Permission.ASSOCIATION_WRITE)
def decide(suspicion_id: int, verb: str) -> ResponseReturnValue:
    pair = queries.get_suspicion(g.scope, suspicion_id) or abort(404)
    if verb == "distinct":
        rules.decide_distinct(g.actor, pair)
        flash(_("Noté : ces deux fiches sont distinctes."), "success")
    else:
        rules.reopen(g.actor, pair)
        flash(_("Doublon de nouveau à examiner."), "success")
    return redirect(url_for(".suspicions"))
