"""Home by role, a region's page, search over everything, to-dos, and what watches over the process."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from programme.base import clock, finding
from programme.base.access import Permission, Role, requires
from programme.base.folding import fold
from programme.home import boards, health, own
from programme.home.asked import asked
from programme.home.region import region_page
from programme.home.tiles import door
from regions.geography import queries as geography

bp = Blueprint("home", __name__)
bp.add_url_rule("/healthz", view_func=health.healthz)
bp.add_url_rule("/readyz", view_func=health.readyz)

LEAST_LETTERS = 2
BOARDS = {
    Role.MINISTRY_OFFICER: boards.regions_board,
    Role.AUDITOR: boards.audit_board,
    Role.REGIONAL_OFFICER: boards.regions_board,
    Role.REGIONAL_PARTNER: boards.partner_board,
    Role.IMPLEMENTER: boards.implementer_board,
    Role.ADMINISTRATOR: boards.administrator_board,
    Role.TRAINER: own.trainer_board,
    Role.ASSOCIATION_REPRESENTATIVE: own.representative_board,
    Role.TRAINEE: own.trainee_board,
}


@bp.get("/")
@requires(Permission.HOME_READ)
def index() -> ResponseReturnValue:
    moment = asked(request.args)
    name, values = BOARDS[g.account.role](moment)
    return render_template(
        f"programme/home/{name}.html", asked=moment, today=clock.today(), page="/", door=door, **values
    )


@bp.get("/regions")
@requires(Permission.REGION_READ)
def regions() -> ResponseReturnValue:
    moment = asked(request.args)
    return render_template(
        "programme/home/regions.html", asked=moment, page="/regions", door=door, **boards.country_map(moment)
    )


@bp.get("/regions/<code>")
@requires(Permission.REGION_READ)
def region(code: str) -> ResponseReturnValue:
    found = geography.get_region(g.scope, code) or abort(404)
    values = region_page(found, asked(request.args))
    return render_template(
        "programme/home/region.html", today=clock.today(), page=f"/regions/{found.code}", door=door, **values
    )


@bp.get("/search")
@requires(Permission.SEARCH_READ)
def search() -> ResponseReturnValue:
    text = request.args.get("q", "").replace("\0", "").strip()[:200]
    is_short = len(fold(text)) < LEAST_LETTERS
    groups = [] if is_short else finding.find(g.actor, g.scope, text)
    return render_template(
        "programme/home/search.html",
        text=text,
        is_short=is_short,
        groups=[(hits[0].kind, hits[: finding.MOST], len(hits) > finding.MOST) for _room, hits in groups],
        most=finding.MOST,
        total=sum(len(hits) for _room, hits in groups),
    )


@bp.get("/todo")
@requires(Permission.HOME_READ)
def todo() -> ResponseReturnValue:
    code = request.args.get("region")
    region = (geography.get_region(g.scope, code) or abort(404)) if code else None
    found = boards.waiting(region.id if region else None)
    late = [one for one in found if boards.is_late(one)]
    return render_template(
        "programme/home/todo.html", late=late, others=found[len(late) :], region=region, today=clock.today()
    )
