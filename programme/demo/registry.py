"""The registry: associations of a region, invented by province, with the awkward ones among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from programme.base.access import Actor, Scope
from programme.demo import awkward
from programme.demo.inventing import Inventor, shared_out
from programme.demo.queries import places_in, provinces_in, region_ids
from regions.associations.models import Association, SuspicionState
from regions.associations.queries import suspects_of
from regions.associations.rules import Desk, decide_distinct


@dataclass(slots=True)
class Country:
    """The places of one region that invented records are put in."""

    code: str
    region_id: int = 0
    provinces: dict[str, tuple[int, int]] = field(default_factory=dict)
    places: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    holders: dict[tuple[int | None, str], Association] = field(default_factory=dict)
    """Who holds a receipt: all that were registered here, as nothing was before."""

    @classmethod
    def of(cls, code: str) -> Country:
        return cls(code, region_ids()[code], provinces_in(code), places_in(code))

    def shares(self, total: int) -> dict[str, int]:
        """`total` records shared among the provinces by population."""
        return shared_out(total, {code: people for code, (_id, people) in self.provinces.items()})


def register(
    actor: Actor,
    inventor: Inventor,
    region: Country,
    wanted: Mapping[str, int],
    special: Mapping[str, tuple[dict[str, Any], ...]] | None = None,
) -> dict[str, list[Association]]:
    """So many associations by province code; `special` fields replace those of the first ones."""
    desk, made = Desk(actor, holders=region.holders), dict[str, list[Association]]()
    for province, number in wanted.items():
        given = list((special or {}).get(province, ()))
        for index in range(number):
            fields = inventor.association(province, region.places[province])
            fields |= given[index] if index < len(given) else {}
            place = {"region_id": region.region_id, "province_id": region.provinces[province][0]}
            made.setdefault(province, []).append(_register(desk, region, {**fields, **place}))
    desk.finish()
    return made


def _register(desk: Desk, region: Country, fields: dict[str, Any]) -> Association:
    made = desk.register(fields)
    if made.receipt_no:
        region.holders[made.province_id, made.receipt_no] = made
    return made


def list_awkward(actor: Actor, inventor: Inventor, region: Country) -> None:
    """Register those that nothing reached; one suspected pair is said to be two associations."""
    desk = Desk(actor, holders=region.holders)
    known: Association | None = None
    for province, special in awkward.LISTED:
        somewhere = province or next(iter(region.provinces))
        fields = {**inventor.association(somewhere, region.places[somewhere]), **special}
        fields["region_id"] = region.region_id
        fields["province_id"] = region.provinces[province][0] if province else None
        if province is None:
            fields["commune_id"] = None
        made = _register(desk, region, fields)
        if special["name_ar"] == awkward.DISTINCT:
            known = made
    desk.finish()
    assert known is not None
    for pair in (pair for pair in suspects_of(Scope.country(), known) if pair.state is SuspicionState.OPEN):
        decide_distinct(actor, pair, reason=awkward.DISTINCT_REASON)
