"""The journal, and whether it is sound."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.cleaning import Unclean, parse_day
from programme.journal import pages, queries

bp = Blueprint("journal", __name__, url_prefix="/journal")


@bp.get("")
@requires(Permission.JOURNAL_READ)
def index() -> ResponseReturnValue:
    is_whole = g.actor.may(Permission.PROGRAMME_READ)
    kept: dict[str, Any] = {"event": request.args.get("event") or None, "since": _day("since")}
    before, who = (asked_number(request.args, name) for name in ("before", "actor"))
    found = queries.entries(before=before, is_whole=is_whole, actor_id=who, **kept)
    rows = found[: queries.PAGE]
    return render_template(
        "programme/journal/index.html",
        rows=pages.lines(rows),
        last=rows[-1].sequence if rows else None,
        more=len(found) > queries.PAGE,
        events=queries.events(is_whole),
        **kept,
    )


def _day(name: str) -> dt.date | None:
    try:
        return parse_day(request.args.get(name, ""))
    except Unclean:
        return None  # as for the other filters, what is no value filters nothing


@bp.get("/verify")
@requires(Permission.JOURNAL_READ)
def verify() -> ResponseReturnValue:
    found = queries.faults(current_app.config["HOUSE"].instance)
    return render_template("programme/journal/verify.html", faults=found, head=queries.head())
