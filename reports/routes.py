"""The catalogue, each report on a page, and its files."""

from __future__ import annotations

import dataclasses
import io
from itertools import islice
from pathlib import Path

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
from reports.rendering import MEDIA, render

bp = Blueprint("reports", __name__, url_prefix="/reports")
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
    made = report.build(g.scope, query)
    base = current_app.config["HOUSE"].base_url
    return query, dataclasses.replace(made, verify_url=base + made.verify_url)


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


@bp.get("/<name>.<any(pdf, xlsx, csv, json):kind>")
@requires(Permission.REPORT_READ)
def download(name: str, kind: str) -> ResponseReturnValue:
    report = _report(name)
    if report.permission is Permission.REPORT_PERSONAL:
        must_be_recent()  # a file of named persons leaves the house
    query, made = _document(report)
    data = render(made, kind, Path(current_app.config["HOUSE"].instance))
    note(g.actor, "report:exported", ("report", None), report=name, format=kind, **parameters(report, query))
    filename = f"{made.reference}-{language().value}.{kind}"
    return send_file(io.BytesIO(data), MEDIA[kind], as_attachment=True, download_name=filename)
