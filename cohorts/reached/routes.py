"""Pages of the count: the list behind the figure, and the proof of one association."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from cohorts.reached import pages, queries
from programme.base import panels
from programme.base.access import Permission, requires
from programme.base.language import lazy_gettext as _l

bp = Blueprint("reached", __name__, url_prefix="/reached")
panels.register(
    "association",
    "reached",
    _l("Formation et transferts"),
    "cohorts.reached.show",
    permission=Permission.REACHED_READ,
    order=20,
)


@bp.get("")
@requires(Permission.REACHED_READ)
def index() -> ResponseReturnValue:
    return render_template("cohorts/reached/index.html", **pages.listing(g.scope, request.args))


@bp.get("/<int:association_id>")
@requires(Permission.REACHED_READ)
def show(association_id: int) -> ResponseReturnValue:
    moment = pages.moment_asked(request.args)
    found = queries.lineage(g.scope, association_id, moment) or abort(404)
    shown = [found.evidence] if found.evidence is not None else []
    return render_template(
        "cohorts/reached/show.html",
        lineage=found,
        moment=moment,
        names=queries.names(g.scope, shown),
        tabs=pages.tabs(found.association),
    )
