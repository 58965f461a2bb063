"""The registry as a list, and suspected duplicates."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from programme.base.access import Permission, requires
from programme.base.language import gettext as _
from programme.base.language import ngettext
from regions.associations import fields, pages, queries, rules
from regions.associations.models import SuspicionState
from regions.associations.routes.frame import bp
from regions.geography import queries as geography


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


@bp.get("/suspicions")
@requires(Permission.ASSOCIATION_WRITE)
def suspicions() -> ResponseReturnValue:
    state = SuspicionState.DISTINCT if request.args.get("state") == "distinct" else SuspicionState.OPEN
    scope = geography.inside(g.scope, request.args.get("region"))
    found = queries.suspicions(scope, state, after=pages.position("after") or 0, limit=26)
    named = queries.by_id(g.scope, {i for pair in found for i in (pair.first_id, pair.second_id)})
    return render_template(
        "regions/associations/suspicions.html",
        pairs=found[:25],
        named=named,
        state=state,
        region=geography.code_within(scope),
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
