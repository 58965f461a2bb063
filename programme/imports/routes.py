"""Imports: choose a kind, hand in a workbook, read the preview, import, take back."""

from __future__ import annotations

import io
from pathlib import Path, PurePath
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

from programme.base import once
from programme.base.access import Permission, requires
from programme.base.batches import batch_called, recent_batches
from programme.base.extensions import db
from programme.base.files import shown_name
from programme.base.language import format_number
from programme.base.language import gettext as _
from programme.base.workbook import kinds
from programme.base.workbook.expected import expected_by_header
from programme.base.workbook.faulty import coloured_workbook
from programme.base.workbook.issues import NotAWorkbook
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.sheet import Table, read_table
from programme.base.workbook.template import empty_workbook
from programme.base.workbook.undo import undo
from programme.imports import drafts, queries
from programme.imports.forms import UploadForm

bp = Blueprint("imports", __name__, url_prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _kind(name: str) -> kinds.ImportKind:
    """The kind called `name` that this actor may import, or 404."""
    known = {kind.name: kind for kind in kinds.kinds() if g.actor.may(kind.permission)}
    return known.get(name) or abort(404)


def _folder() -> Path:
    return Path(current_app.config["HOUSE"].instance) / "imports"


def _read(data: bytes, filename: str) -> Table:
    """What the workbook holds, read while no transaction is open: it may take seconds, in which nobody could write."""
    db.session.rollback()
    return read_table(data, filename)


def _run(kind: kinds.ImportKind, data: bytes, filename: str, table: Table, *, dry_run: bool) -> Result:
    options = {key: request.values.get(key) or None for key in kind.options}
    who: dict[str, Any] = {"actor": g.actor, "scope": g.scope}
    return run_import(
        db.session(), kind, data, filename, options=options, dry_run=dry_run, table=table, **who
    )


@bp.get("")
@requires(Permission.IMPORT_RUN)
def index() -> ResponseReturnValue:
    allowed = [kind for kind in kinds.kinds() if g.actor.may(kind.permission)]
    mine = None if g.scope.is_country else g.account.id
    return render_template(
        "programme/imports/index.html",
        kinds=allowed,
        titles={kind.name: kind.title for kind in kinds.kinds()},
        batches=recent_batches(db.session(), mine),
    )


@bp.get("/<kind_name>/template.xlsx")
@requires(Permission.IMPORT_RUN)
def template(kind_name: str) -> ResponseReturnValue:
    kind = _kind(kind_name)
    return send_file(
        io.BytesIO(empty_workbook(kind)), XLSX, as_attachment=True, download_name=f"{kind.name}.xlsx"
    )


@bp.errorhandler(NotAWorkbook)
def unreadable(refusal: NotAWorkbook) -> ResponseReturnValue:
    """A draft that is read under a name it did not come with: nothing is written, the file is asked for again."""
    flash(str(refusal), "error")
    kind = (request.view_args or {}).get("kind_name")
    return redirect(url_for(".show", kind_name=kind) if kind else url_for(".index"))


@bp.route("/<kind_name>", methods=["GET", "POST"])
@requires(Permission.IMPORT_RUN, uploads=True)
def show(kind_name: str) -> ResponseReturnValue:
    kind = _kind(kind_name)
    regions = queries.region_choices(g.scope) if "region" in kind.options else []
    form = UploadForm(region=regions[-1][0] if len(regions) == len(queries.BLANK) + 1 else None)
    form.region.choices = regions
    form.cohort.choices = queries.cohort_choices(g.scope) if "cohort" in kind.options else []
    if form.validate_on_submit():
        preview = _preview(kind, form)
        if preview is not None:
            return preview
    page = render_template("programme/imports/show.html", kind=kind, form=form)
    return page, form.status if form.errors else 200


def _preview(kind: kinds.ImportKind, form: UploadForm) -> ResponseReturnValue | None:
    data, filename = form.file.data.read(), form.file.data.filename or "import.xlsx"
    try:
        result = _run(kind, data, filename, _read(data, filename), dry_run=True)
    except NotAWorkbook as unreadable:
        form.refuse(str(unreadable), "file")
        return None
    token = drafts.put(_folder(), g.account.id, data)
    return _previewed(kind, result, token, filename)


def _draft(token: str) -> bytes:
    data = drafts.get(_folder(), g.account.id, token)
    return data if data is not None else abort(404)


def _imported(kind: kinds.ImportKind, token: str, filename: str) -> Result:
    """Import a draft, once; raises `Repeated` for who sends it again."""
    key = f"import:{token}"[: once.LONGEST]
    if once.known(db.session, key):
        raise once.Repeated(key)
    data = _draft(token)
    table = _read(data, filename)
    g.once_key = key
    once.use(db.session, key, g.account.id)
    return _run(kind, data, filename, table, dry_run=False)


@bp.post("/<kind_name>/run")
@requires(Permission.IMPORT_RUN)
def run(kind_name: str) -> ResponseReturnValue:
    kind, token = _kind(kind_name), request.form.get("token", "")
    filename = request.form.get("filename") or "import.xlsx"
    result = _imported(kind, token, filename)
    if result.errors:
        return _previewed(kind, result, token, filename), 422
    drafts.drop_once_saved(db.session(), _folder(), g.account.id, token)
    _announce(result)
    return redirect(url_for(".index"))


def _announce(result: Result) -> None:
    if result.batch is None:
        flash(_("Toutes les lignes sont déjà enregistrées : rien ne change."), "info")
        return
    said = _(
        "Import %(code)s. Lignes ajoutées : %(created)s ; modifiées : %(updated)s ; inchangées : %(unchanged)s.",
        code=result.batch,
        created=format_number(result.created),
        updated=format_number(result.updated),
        unchanged=format_number(result.unchanged),
    )
    flash(said, "success")


def _previewed(kind: kinds.ImportKind, result: Result, token: str, filename: str) -> str:
    values = {key: request.values.get(key, "") for key in kind.options}
    return render_template(
        "programme/imports/preview.html",
        kind=kind,
        result=result,
        token=token,
        filename=filename,
        options=values,
        expected=expected_by_header(kind.columns, (one.column for one in result.errors)),
    )


@bp.post("/<kind_name>/marked.xlsx")
@requires(Permission.IMPORT_RUN)
def marked(kind_name: str) -> ResponseReturnValue:
    """The same workbook with the faulty cells coloured and commented."""
    kind, data = _kind(kind_name), _draft(request.form.get("token", ""))
    filename = request.form.get("filename") or "import.xlsx"
    result = _run(kind, data, filename, _read(data, filename), dry_run=True)
    db.session.rollback()
    made = coloured_workbook(data, filename, result)
    name = shown_name(f"{PurePath(filename).stem}-a-corriger.xlsx", ".xlsx")
    return send_file(io.BytesIO(made), XLSX, as_attachment=True, download_name=name)


@bp.post("/batches/<code>/undo")
@requires(Permission.IMPORT_RUN)
def take_back(code: str) -> ResponseReturnValue:
    batch = batch_called(db.session(), code)
    if batch is None or not (g.scope.is_country or batch.made_by_id == g.account.id):
        abort(404)
    undo(db.session(), batch, g.actor)
    flash(_("Import %(code)s annulé.", code=batch.code), "success")
    return redirect(url_for(".index"))
