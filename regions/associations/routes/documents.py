"""The documents of an association, and the files that its forms bring."""

from __future__ import annotations

import datetime as dt

from flask import abort, current_app, flash, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from programme.base import clock, files
from programme.base.access import Actor, Permission, requires
from programme.base.language import gettext as _
from regions.associations import queries, rules
from regions.associations.forms import DocumentForm
from regions.associations.models import Association, AssociationDocument, DocumentKind
from regions.associations.routes.frame import bp, loaded, record_page, status_of


def is_given(upload: FileStorage | None) -> bool:
    return upload is not None and bool(upload.filename)


def bytes_of(upload: FileStorage | None) -> bytes:
    if upload is None:
        return b""
    data: bytes = upload.read(files.MAX_BYTES + 1)
    upload.close()
    return data


def keep(
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
        data=bytes_of(upload),
        display_name=(upload.filename or "") if upload else "",
        folder=current_app.config["HOUSE"].uploads,
        title=title,
        expires_on=expires_on,
    )


@bp.get("/<int:association_id>/documents")
@requires(Permission.ASSOCIATION_READ)
def documents(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    found = queries.documents_of(g.scope, association)
    return record_page("documents", association, documents=found, today=clock.today())


@bp.route("/<int:association_id>/documents/new", methods=["GET", "POST"])
@requires(Permission.ASSOCIATION_WRITE, uploads=True)
def add_document(association_id: int) -> ResponseReturnValue:
    association = loaded(association_id)
    form = DocumentForm()
    form.offer()
    if form.validate_on_submit() and form.accepts(
        keep, g.actor, association, form.kind.data, form.file.data, form.title.data, form.expires_on.data
    ):
        flash(_("Document ajouté."), "success")
        return redirect(url_for(".documents", association_id=association.id))
    page = render_template("regions/associations/document.html", form=form, association=association)
    return page, status_of(form)


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
