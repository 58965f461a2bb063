"""What the pages of reached associations show; the figure is the length of the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for

from cohorts.reached import queries
from cohorts.reached.queries import Evidence
from programme.base import clock, panels
from programme.base.access import Scope
from programme.base.cleaning import Unclean, fold_digits, parse_day
from programme.base.language import gettext as _
from programme.base.measures import Moment, measure
from regions.associations.models import Association
from regions.geography import queries as geography

PAGE = 50
KEYS = ("region", "province", "kind", "as_at", "known_on", "page")


@dataclass(frozen=True, slots=True)
class Link:
    """A filter of the address."""

    label: str
    href: str
    active: bool = False
    count: int | None = None


def day_asked(text: str) -> dt.date | None:
    """A day of the address, None where it is none."""
    try:
        return parse_day(text)
    except Unclean:
        return None


def moment_asked(asked: Mapping[str, str]) -> Moment:
    """`as_at` and `known_on` of the address, today where they are not said."""
    today = clock.today()
    return Moment(day_asked(asked.get("as_at", "")) or today, day_asked(asked.get("known_on", "")) or today)


def listing(scope: Scope, asked: Mapping[str, str]) -> dict[str, Any]:
    """The list under the filters of the address, one page of it with the total."""
    given = {key: fold_digits(asked.get(key, ""))[:40].replace("\0", "").strip() for key in KEYS}
    regions = geography.regions(scope)
    region = next((one for one in regions if one.code == given["region"]), None)
    provinces = [one for one in geography.provinces(scope) if region is None or one.region_id == region.id]
    province = next((one for one in provinces if one.code == given["province"]), None)
    moment = moment_asked(given)
    kind = given["kind"] if given["kind"] in {"N", "T"} else ""
    kept = {
        "region": region.code if region else "",
        "province": province.code if province else "unknown" if given["province"] == "unknown" else "",
        "kind": kind,
        "as_at": moment.as_at.isoformat() if day_asked(given["as_at"]) else "",
        "known_on": moment.known_on.isoformat() if day_asked(given["known_on"]) else "",
    }
    census = queries.census(scope, moment, region.id if region else None)
    inside = [
        one for one in census.evidence if _is_in(one, kept["province"], province.id if province else None)
    ]
    found = [one for one in inside if kind in ("", one.kind)]
    number = _page(given["page"], len(found))
    shown = found[(number - 1) * PAGE : number * PAGE]
    return {
        "rows": shown,
        "names": queries.names(scope, shown),
        "total": len(found),
        "first": (number - 1) * PAGE + 1,
        "last": (number - 1) * PAGE + len(shown),
        "range": census.range_of(),
        "has_range": not kept["province"] and not kind and len({*census.range_of()}) > 1,
        "moment": moment,
        "newer": _address(kept, page=number - 1) if number > 1 else None,
        "older": _address(kept, page=number + 1) if number * PAGE < len(found) else None,
        "chips": _chips(kept, inside, kind),
        "clear": url_for(".index") if any(kept.values()) else None,
        "kept": kept,
        "regions": [(one.code, str(one.name)) for one in regions],
        "provinces": [*((one.code, str(one.name)) for one in provinces), ("unknown", _("non précisé"))],
        "definition": measure("reached").definition,
    }


def _page(text: str, total: int) -> int:
    """The page asked for, brought inside the list."""
    number = int(text) if text.isdecimal() and len(text) < 6 else 1
    return max(1, min(number, -(-total // PAGE) or 1))


def _is_in(one: Evidence, asked: str, province_id: int | None) -> bool:
    return not asked or one.province_id == (None if asked == "unknown" else province_id)


def _chips(kept: Mapping[str, str], inside: list[Evidence], kind: str) -> list[Link]:
    labels = {"N": _("Par une cohorte"), "T": _("Par un transfert")}
    return [
        Link(
            label,
            _address(kept, kind="" if kind == one else one),
            kind == one,
            sum(proof.kind == one for proof in inside),
        )
        for one, label in labels.items()
    ]


def _address(kept: Mapping[str, str], **changes: Any) -> str:
    return url_for(".index", **{key: value for key, value in {**kept, **changes}.items() if value})


def tabs(association: Association) -> list[Link]:
    """The tabs of the association's record, this one open; only the ones that the actor may open."""
    found = [Link(_("Identité"), url_for("regions.associations.show", association_id=association.id))]
    for panel in panels.panels("association", g.actor):
        if panel.endpoint in current_app.view_functions:
            href = url_for(panel.endpoint, association_id=association.id)
            found.append(Link(str(panel.label), href, panel.endpoint == "cohorts.reached.show"))
    return found
