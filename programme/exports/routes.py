"""Pages of prepared exports: asking for one, one's own with their progress, fetching the file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from programme.base.access import Permission, requires
from programme.base.confirming import must_be_recent
from programme.base.language import gettext as _
from programme.base.noting import note
from programme.base.refusals import Refused
from programme.base.states import Move, moves_from
from programme.exports import kept_scope, making, queries, rules
from programme.exports.forms import AskForm
from programme.exports.models import MOVES, OWN_MOVES, PreparedExport
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.definition import Query, Report
from reports.rendering import MEDIA
from reports.weighing import rows_at_most, wish

bp = Blueprint("exports", __name__, url_prefix="/exports")


@dataclass(frozen=True, slots=True)
class Line:
    """One export as the page shows it."""

    export: PreparedExport
    title: str
    format: str
    moves: dict[str, Move]
    is_here: bool


def _own(export_id: int) -> PreparedExport:
    return queries.get_own(g.actor.account_id, export_id) or abort(404)


def _report(name: str) -> Report:
    report = REPORTS.get(name)
    if report is None or not g.actor.may(report.permission):
        abort(404)
    if report.permission is Permission.REPORT_PERSONAL:
        must_be_recent()  # a file of named persons leaves the house
    return report


def _may_fetch(export: PreparedExport) -> bool:
    report = REPORTS.get(export.report)
    return report is not None and kept_scope.may_still_fetch(g.actor, g.scope, export, report.permission)


def _line(export: PreparedExport) -> Line:
    report = REPORTS.get(export.report)
    title = str(report.title) if report is not None else export.report
    offered = moves_from(MOVES, export.state, g.actor)
    own = {name: move for name, move in offered.items() if name in OWN_MOVES}
    shown = "Excel" if export.kind == "xlsx" else export.kind.upper()
    return Line(export, title, shown, own, _may_fetch(export))


@bp.get("")
@requires(Permission.REPORT_READ)
def index() -> ResponseReturnValue:
    lines = [_line(one) for one in queries.own(g.actor.account_id)]
    going = any(line.export.is_under_way for line in lines)
    return render_template("programme/exports/index.html", lines=lines, going=going)


def _asked() -> tuple[Report, str, Query, int]:
    """The report, format, filters and rows that the address asks for."""
    report, kind = _report(request.args.get("report", "")), request.args.get("format", "")
    if kind not in MEDIA:
        abort(404)
    asked = {key: text for key, text in request.args.items() if key not in ("report", "format")}
    query = query_of(g.scope, report, asked)
    return report, kind, query, rows_at_most(g.scope, report, query)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.REPORT_READ)
def new() -> ResponseReturnValue:
    if not request.args.get("report"):
        return redirect(url_for("reports.index"))
    report, kind, query, rows = _asked()
    form = AskForm()
    if form.validate_on_submit() and form.accepts(
        rules.ask, g.actor, report.name, kind, wish(report, query), rows
    ):
        flash(_("Votre export se prépare : vous pouvez quitter cette page."), "success")
        return redirect(url_for(".index"))
    page = render_template("programme/exports/new.html", form=form, report=report, kind=kind, rows=rows)
    return page, form.status if form.errors else 200


@bp.post("/<int:export_id>/cancel")
@requires(Permission.REPORT_READ)
def cancel(export_id: int) -> ResponseReturnValue:
    try:
        rules.cancel(g.actor, _own(export_id))
        flash(_("Export annulé."), "success")
    except Refused as refusal:
        flash(refusal.message, "error")
    return redirect(url_for(".index"))


@bp.post("/<int:export_id>/retry")
@requires(Permission.REPORT_READ)
def retry(export_id: int) -> ResponseReturnValue:
    export = _own(export_id)
    _report(export.report)
    try:
        rules.retry(g.actor, export)
        flash(_("Votre export se prépare : vous pouvez quitter cette page."), "success")
    except Refused as refusal:
        flash(refusal.message, "error")
    return redirect(url_for(".index"))


@bp.get("/<int:export_id>/file")
@requires(Permission.REPORT_READ)
def download(export_id: int) -> ResponseReturnValue:
    export = _own(export_id)
    report = _report(export.report)
    path = making.folder() / str(export.stored_name)
    if not _may_fetch(export) or not path.is_file():
        abort(404)
    name, kind, told = export.display_name, export.kind, {"report": report.name, "format": export.kind}
    note(g.actor, rules.FETCHED, ("report", None), **told)
    rules.fetched(export_id)
    return send_file(path, MEDIA[kind], as_attachment=True, download_name=name)
