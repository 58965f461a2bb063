"""The catalogue, each report on a page, and its files."""

from __future__ import annotations

import io
import os
import tempfile
from itertools import islice
from pathlib import Path
from typing import IO, Any

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

from cohorts.people.models import Sex
from programme.base import journal
from programme.base.access import Permission, requires
from programme.base.confirming import must_be_recent
from programme.base.language import gettext as _
from programme.base.language import language
from programme.base.language import lazy_gettext as _l
from programme.base.noting import note
from programme.base.telling import label_of, word_by
from regions.geography import queries as geography
from regions.geography.models import Province, Region
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.definition import Choice, Document, Query, Report, Row, Section
from reports.frame import parameters
from reports.rendering import MEDIA, render_into
from reports.weighing import is_heavy, rows_at_most, wish

bp = Blueprint("reports", __name__, url_prefix="/reports")
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file that are held in memory while it is made; a larger one waits on the disk, and no lock with it."""
SHOWN = 100
"""Rows of a section on the page; the files hold all of them."""

journal.declare(
    {"report:exported": _l("Rapport exporté")},
    {
        "report": _l("Rapport"),
        "format": _l("Format"),
        "as_at": _l("Situation au"),
        "known_on": _l("Connue le"),
        "region": _l("Région"),
        "province": _l("Province"),
        "cohort": _l("Cohorte"),
        "session": _l("Session"),
        "sex": _l("Sexe"),
        "q": _l("Recherche"),
        "held": _l("Sessions tenues"),
        "completed": _l("Formation achevée"),
    },
)
word_by(
    "report",
    {
        "report": lambda name: str(REPORTS[name].title) if name in REPORTS else name,
        "format": lambda kind: "Excel" if kind == "xlsx" else kind.upper(),
        "held": lambda _asked: _("Oui"),
        "completed": lambda _asked: _("Oui"),
        "sex": label_of(Sex),
        "region": lambda code: str(geography.names(Region).get(code, code)),
        "province": lambda code: str(geography.names(Province).get(code, code)),
    },
)


def _report(name: str) -> Report:
    report = REPORTS.get(name)
    if report is None or not g.actor.may(report.permission):
        abort(404)
    return report


def _document(report: Report) -> tuple[Query, Document]:
    query = query_of(g.scope, report, request.args)
    return query, report.build(g.scope, query).under(current_app.config["HOUSE"].base_url)


@bp.get("")
@requires(Permission.REPORT_READ)
def index() -> ResponseReturnValue:
    allowed = [report for report in REPORTS.values() if g.actor.may(report.permission)]
    return render_template("reports/index.html", reports=allowed, regions=geography.regions(g.scope))


@bp.get("/<name>")
@requires(Permission.REPORT_READ)
def show(name: str) -> ResponseReturnValue:
    report = _report(name)
    if where := _where_to_choose(report):
        return redirect(where)
    query, made = _document(report)
    return render_template(
        "reports/show.html",
        report=report,
        document=made,
        sections=[_shown(section) for section in made.sections],
        query=query,
        asked=parameters(report, query),
        filters={choice.value: True for choice in report.filters},
        regions=geography.regions(g.scope) if Choice.REGION in report.filters else [],
    )


def _where_to_choose(report: Report) -> str:
    """The list in which to choose what the report is about, where the address does not name it."""
    lists = {Choice.COHORT: "cohorts.enrolment.index", Choice.SESSION: "cohorts.sessions.index"}
    first = report.filters[0] if report.filters else None
    if first not in lists or request.args.get(first.value):
        return ""
    words = {
        Choice.COHORT: _("Choisissez une cohorte : son rapport s'ouvre depuis l'onglet « Bénéficiaires »."),
        Choice.SESSION: _("Choisissez une session : sa feuille s'imprime depuis l'onglet « Présences »."),
    }
    flash(words[first])
    return url_for(lists[first])


def _shown(section: Section) -> tuple[Section, list[Row], bool]:
    """A section, its first rows, and whether there are more."""
    section = section.seen()
    rows = list(islice(section.rows, SHOWN + 1))
    return section, rows[:SHOWN], len(rows) > SHOWN


def _made(document: Document, kind: str) -> IO[bytes]:
    """The file, held by the disk where it is long: its reader's line may be slow and no lock waits for it."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as out:
        render_into(document, kind, Path(current_app.config["HOUSE"].instance), out)
        size = out.tell()
        out.seek(0)
        if size <= IN_MEMORY:
            return io.BytesIO(out.read())
        return os.fdopen(os.dup(out.fileno()), "rb")


@bp.get("/<name>.<any(pdf, xlsx, csv, json):kind>")
@requires(Permission.REPORT_READ)
def download(name: str, kind: str) -> ResponseReturnValue:
    report = _report(name)
    if report.permission is Permission.REPORT_PERSONAL:
        must_be_recent()  # a file of named persons leaves the house
    wanted = query_of(g.scope, report, request.args)
    if is_heavy(kind, rows_at_most(g.scope, report, wanted)):
        asked: dict[str, Any] = {**wish(report, wanted), "report": name, "format": kind}
        return redirect(url_for("programme.exports.new", **asked), 303)
    query, made = _document(report)
    out = _made(made, kind)
    note(g.actor, "report:exported", ("report", None), report=name, format=kind, **parameters(report, query))
    filename = f"{made.reference}-{language().value}.{kind}"
    return send_file(out, MEDIA[kind], as_attachment=True, download_name=filename)
