"""The map and the table of regions, or of one region's provinces, with the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from programme.base.language import Bilingual, Language, language
from programme.base.language import gettext as _
from programme.home.tiles import Doors
from regions.geography.boundaries import province_shapes, region_shapes
from regions.geography.map import MapValue, draw_map
from regions.geography.models import Region
from regions.programmes.models import ProgrammeState
from reports.progress import RegionProgress


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One region of the table; without figures where no programme was opened."""

    code: str
    name: Bilingual
    href: str
    row: RegionProgress | None

    @property
    def state(self) -> ProgrammeState | None:
        return self.row.state if self.row else None

    @property
    def is_active(self) -> bool:
        """Whether there is anything to tell: a programme, or associations reached without one."""
        return self.row is not None and (self.row.has_programme or self.row.reached > 0)


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """One province of the table; `name` None is « non précisé » (RULES C7)."""

    name: Bilingual | None
    reached: int
    enrolled: int
    href: str | None


def region_lines(regions: Sequence[Region], rows: Sequence[RegionProgress], doors: Doors) -> list[RegionLine]:
    """Every region in scope by code, with its figures where there are any."""
    known = {row.code: row for row in rows}
    return [
        RegionLine(one.code, one.name, doors.asked.page(f"/regions/{one.code}"), known.get(one.code))
        for one in regions
    ]


def region_map(lines: Sequence[RegionLine]) -> Markup:
    """The regions coloured by the share of their target that is reached."""
    values = {
        line.code: MapValue(
            line.name,
            line.row.reached if line.row else None,
            line.row.reach_target or None if line.row else None,
            line.href,
        )
        for line in lines
    }
    return draw_map(
        region_shapes(current_app.instance_path),
        values,
        title=_("Associations atteintes par région"),
        unit=_("associations"),
        rtl=language() is Language.AR,
        key="regions",
    )


def province_lines(row: RegionProgress, doors: Doors) -> list[ProvinceLine]:
    """The provinces of a region by code, then those not told; each opens its associations."""
    return [
        ProvinceLine(
            one.name, one.reached, one.enrolled, doors.reached(one.code or "unknown") if one.reached else None
        )
        for one in row.by_province
    ]


def province_map(row: RegionProgress, doors: Doors) -> Markup:
    """The provinces coloured by the number of associations reached."""
    values = {
        one.code: MapValue(one.name, one.reached, None, doors.reached(one.code))
        for one in row.by_province
        if one.code and one.name
    }
    return draw_map(
        province_shapes(row.code, current_app.instance_path),
        values,
        title=_("Associations atteintes par préfecture et province"),
        unit=_("associations"),
        rtl=language() is Language.AR,
        key="provinces",
    )
