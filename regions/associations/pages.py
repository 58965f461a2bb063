"""What the registry's pages are made of: filters in the address, chips, tabs, next moves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, request, url_for

from programme.base import panels
from programme.base.access import Permission
from programme.base.cleaning import fold_digits
from programme.base.language import format_number, ngettext
from programme.base.language import gettext as _
from regions.associations import fields, queries, rules
from regions.associations.models import Association, AssociationSuspicion, Coverage, ReceiptKind
from regions.associations.queries import Filters, Listing
from regions.geography import queries as geography
from regions.geography.models import Commune, Province, Region

KEYS = ("q", "region", "province", "coverage", "domain", "receipt_kind", "incomplete", "check", "order")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the macros take it."""

    label: str
    href: str
    active: bool = False
    icon: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MoveButton:
    """A next step as the record's header takes it."""

    label: str
    href: str
    main: bool = False
    method: str = "post"
    confirm: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The registry as its address asks for it: places by HCP code, unknown values left out."""

    filters: Filters
    regions: Sequence[Region]
    provinces: Sequence[Province]
    region: Region | None
    province: Province | None
    descending: bool

    @property
    def parameters(self) -> dict[str, str]:
        """The filters as parameters of an address."""
        f = self.filters
        given = {
            "q": f.q,
            "region": self.region.code if self.region else "",
            "province": self.province.code if self.province else "",
            "coverage": f.coverage,
            "domain": f.domain,
            "receipt_kind": f.receipt_kind,
            "incomplete": "1" if f.incomplete else "",
            "check": "1" if f.to_check else "",
            "order": "desc" if self.descending else "",
        }
        return {key: value for key, value in given.items() if value}


def asked(arguments: Mapping[str, str]) -> Asked:
    """Read the filters; two statements whatever they are."""
    regions = geography.regions(g.scope)
    provinces = geography.provinces(g.scope)
    given = {key: fold_digits(arguments.get(key, ""))[:_LONGEST].replace("\0", "").strip() for key in KEYS}
    region = next((r for r in regions if r.code == given["region"]), None)
    province = next((p for p in provinces if p.code == given["province"]), None)
    if province is not None and region is not None and province.region_id != region.id:
        province = None
    filters = Filters(
        q=given["q"],
        region_id=region.id if region else None,
        province_id=province.id if province else None,
        coverage=given["coverage"] if given["coverage"] in set(Coverage) else "",
        domain=given["domain"],
        receipt_kind=given["receipt_kind"] if given["receipt_kind"] in set(ReceiptKind) else "",
        incomplete=given["incomplete"] == "1",
        to_check=given["check"] == "1",
    )
    shown = [p for p in provinces if region is None or p.region_id == region.id]
    return Asked(filters, regions, shown, region, province, given["order"] == "desc")


def address(parameters: Mapping[str, Any], **changes: Any) -> str:
    """The registry's address with these filters; a None change leaves one out."""
    kept = {**parameters, **changes}
    return url_for("regions.associations.index", **{k: v for k, v in kept.items() if v not in {None, ""}})


def position(name: str) -> int | None:
    """The record from which the list goes on, as the address says."""
    found = re.fullmatch("[0-9]{1,9}", request.args.get(name, ""))
    return int(found[0]) if found else None


def chips(query: Asked) -> list[Link]:
    """The filters in force, each with the address without it, then the two that are one click away."""
    given, f = query.parameters, query.filters
    words = {
        "q": _("« %(text)s »", text=f.q),
        "region": str(query.region.name) if query.region else "",
        "province": str(query.province.name) if query.province else "",
        "coverage": str(Coverage(f.coverage).label) if f.coverage else "",
        "domain": _("Domaine : %(text)s", text=f.domain),
        "receipt_kind": str(ReceiptKind(f.receipt_kind).label) if f.receipt_kind else "",
    }
    found = [Link(word, address(given, **{key: None}), True) for key, word in words.items() if key in given]
    for key, label in (("incomplete", _("Fiches incomplètes")), ("check", _("À vérifier"))):
        is_on = key in given
        found.append(Link(label, address(given, **{key: None if is_on else "1"}), is_on))
    return found


def counted(listing: Listing) -> str:
    """The count sentence: nothing counts to the end of a long list."""
    if listing.count is None:
        return _("Plus de %(number)s associations", number=format_number(listing.beyond))
    return ngettext("%(num)s association", "%(num)s associations", listing.count)


def exports(query: Asked) -> list[Link]:
    """The same list as files, made by the reports."""
    if not g.actor.may(Permission.REPORT_READ):
        return []
    given = {k: v for k, v in query.parameters.items() if k != "order"}
    kinds = (
        ("xlsx", _("Classeur Excel"), "file-spreadsheet"),
        ("csv", _("Fichier CSV"), "file-type-csv"),
        ("pdf", _("Document PDF"), "file-type-pdf"),
    )
    tail = f"?{urlencode(given)}" if given else ""
    return [Link(label, f"/reports/associations.{kind}{tail}", icon=icon) for kind, label, icon in kinds]


def tabs(association: Association, active: str) -> list[Link]:
    """The tabs of a record: our own, then those that upper rooms registered."""
    own = (
        ("show", _("Identité")),
        ("bureau", _("Bureau")),
        ("documents", _("Documents")),
        ("history", _("Historique")),
    )
    found = [
        Link(label, url_for(f"regions.associations.{name}", association_id=association.id), name == active)
        for name, label in own
    ]
    for panel in panels.panels("association", g.actor):
        if panel.endpoint in current_app.view_functions:
            href = url_for(panel.endpoint, association_id=association.id)
            found.insert(-1, Link(str(panel.label), href, panel.name == active))
    return found


def moves(association: Association) -> list[MoveButton]:
    """What this actor may do next with the record."""
    found = []
    key = association.id
    if rules.may_edit_all(g.actor) and fields.is_to_check(association):
        found.append(
            MoveButton(_("Marquer vérifiée"), url_for("regions.associations.settle", association_id=key))
        )
    if rules.may_edit(g.actor):
        found.append(
            MoveButton(
                _("Modifier"),
                url_for("regions.associations.edit", association_id=key),
                main=True,
                method="get",
            )
        )
    return found


def numbers(texts: Sequence[str]) -> list[int]:
    """The ids among what a form sent."""
    return [int(text) for text in texts if re.fullmatch("[0-9]{1,9}", text)]


def suspects(association: Association) -> list[tuple[AssociationSuspicion, Association]]:
    """(pair, the other record) of the open suspicions, for who may decide them."""
    if not rules.may_edit_all(g.actor):
        return []
    pairs = queries.suspects_of(g.scope, association)
    named = queries.by_id(g.scope, {i for pair in pairs for i in (pair.first_id, pair.second_id)})
    others = [(p, p.second_id if p.first_id == association.id else p.first_id) for p in pairs]
    return [(pair, named[other]) for pair, other in others if other in named]


def only_region() -> int | None:
    """The region of who serves one only: nothing to choose."""
    regions = g.scope.regions or frozenset()
    return next(iter(regions)) if len(regions) == 1 else None


def region_address(region: Region) -> str | None:
    """The page of one region, where it exists and this actor may open it."""
    endpoint = "programme.home.region"
    if endpoint not in current_app.view_functions or not g.actor.may(Permission.REGION_READ):
        return None
    return url_for(endpoint, code=region.code) if g.scope.sees_region(region.id) else None


def places_for(
    region_id: int | None, province_id: int | None
) -> tuple[Sequence[Region], list[Province], Sequence[Commune]]:
    """(regions, provinces of the region, communes of the province) to choose from."""
    regions = geography.regions(g.scope)
    provinces = [p for p in geography.provinces(g.scope) if p.region_id == region_id]
    province = next((p for p in provinces if p.id == province_id), None)
    communes = geography.communes_of(g.scope, province, arrondissements=True) if province else []
    return regions, provinces, communes
