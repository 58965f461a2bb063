"""The journal, and whether it is sound."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.cleaning import Unclean, parse_day
from programme.journal import pages, queries

bp = Blueprint("journal", __name__, url_prefix="/journal")


@bp.get("")
@requires(Permission.JOURNAL_READ)
def index() -> ResponseReturnValue:
    event = request.args.get("event") or None
    is_whole = g.actor.may(Permission.PROGRAMME_READ)
    before, who = (asked_number(request.args, name) for name in ("before", "actor"))
    since = _day(request.args.get("since", ""))
    found = queries.entries(before=before, event=event, is_whole=is_whole, actor_id=who, since=since)
    rows = found[: queries.PAGE]
    return render_template(
        "programme/journal/index.html",
        rows=pages.lines(rows),
        last=rows[-1].sequence if rows else None,
        more=len(found) > queries.PAGE,
        event=event,
        since=since,
        events=queries.events(is_whole),
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_day(text)
    except Unclean:
        return None  # as for the other filters, what is no value filters nothing


@bp.get("/verify")
@requires(Permission.JOURNAL_READ)
def verify() -> ResponseReturnValue:
    return render_template("programme/journal/verify.html", faults=queries.faults(), head=queries.head())
