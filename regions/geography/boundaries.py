"""Boundaries as shapes on a drawing plane, computed once from simplified GeoJSON.

Every feature carries `code`; provinces lie in the region of their code's first two digits. A file of the
same name in `instance/boundaries/` (`regions.geojson`, `provinces.geojson`) replaces the shipped one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = Sequence[Point]

WIDTH = 1000
"""Width of the plane in units; whole units are fine enough to print and keep the page small."""
MAX_HEIGHT = 1150
LINE = 32
"""Height of one line of a label in units, see `Shape.rooms`."""
SCANS = 26
ENOUGH = 170
"""A room wider than this holds any label: from there on, the nearer to the middle the better."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a label of some lines fits best inside a shape: its centre and the width there, in units."""

    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Shape:
    """One territory: HCP code, SVG path, and the rooms for a label of one and of two lines."""

    code: str
    path: str
    rooms: tuple[Room, Room]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Territories that make one map. `is_shipped` is False where the instance brought its own boundaries."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    is_shipped: bool


def region_shapes(instance: str | Path | None = None) -> Shapes:
    """The 12 regions of the whole country. `instance` is the instance folder, which may override the file."""
    return _shapes(*_source("regions", instance), "")


def province_shapes(region_code: str, instance: str | Path | None = None) -> Shapes:
    """The prefectures and provinces of one region (`03`); no shape where the code is unknown."""
    return _shapes(*_source("provinces", instance), region_code)


def _source(level: str, instance: str | Path | None) -> tuple[str, bool]:
    own = Path(instance) / "boundaries" / f"{level}.geojson" if instance is not None else None
    if own is not None and own.is_file():
        return str(own), False
    # Read as data, not imported: this room lies below the one that keeps the reference files.
    return str(files("programme") / "reference" / "boundaries" / f"{level}.geojson"), True


@lru_cache(maxsize=32)
def _shapes(file: str, is_shipped: bool, prefix: str) -> Shapes:
    features = [
        (str(feature["properties"]["code"]), _rings(feature["geometry"]))
        for feature in json.loads(Path(file).read_text(encoding="utf-8"))["features"]
        if str(feature["properties"]["code"]).startswith(prefix)
    ]
    if not features:
        return Shapes(WIDTH, WIDTH, (), is_shipped)
    plane = _Plane([point for _code, rings in features for ring in rings for point in ring])
    shapes = tuple(_shape(code, [plane.ring(ring) for ring in rings]) for code, rings in sorted(features))
    return Shapes(plane.width, plane.height, shapes, is_shipped)


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(float(x), float(y)) for x, y, *_rest in ring] for polygon in polygons for ring in polygon]


class _Plane:
    """Equirectangular projection about the middle latitude, fitted into the plane with a small margin."""

    margin = 12

    def __init__(self, points: Sequence[Point]) -> None:
        longitudes, latitudes = [x for x, _y in points], [y for _x, y in points]
        self.west, self.north = min(longitudes), max(latitudes)
        self.narrowing = math.cos(math.radians((min(latitudes) + self.north) / 2))
        across = (max(longitudes) - self.west) * self.narrowing
        down = self.north - min(latitudes)
        inner = WIDTH - 2 * self.margin
        self.scale = min(inner / across, (MAX_HEIGHT - 2 * self.margin) / down)
        self.width = math.ceil(across * self.scale) + 2 * self.margin
        self.height = math.ceil(down * self.scale) + 2 * self.margin

    def ring(self, ring: Ring) -> list[tuple[int, int]]:
        """The ring in whole units without repeated points; neighbours round alike, so no gap opens."""
        kept: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            point = (
                round((longitude - self.west) * self.narrowing * self.scale) + self.margin,
                round((self.north - latitude) * self.scale) + self.margin,
            )
            if not kept or kept[-1] != point:
                kept.append(point)
        return kept


def _shape(code: str, rings: list[list[tuple[int, int]]]) -> Shape:
    solid = [ring for ring in rings if len(ring) > 3]
    path = "".join(_path(ring) for ring in solid)
    return Shape(code, path, (_room(solid, LINE), _room(solid, 2 * LINE)))


def _path(ring: list[tuple[int, int]]) -> str:
    """Relative line commands: a third shorter than absolute ones."""
    steps = (f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(ring[:-1]))
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z"


def _room(rings: list[list[tuple[int, int]]], height: int) -> Room:
    """A wide box of this height inside the shape, near its middle: tried at evenly spread heights."""
    ys = [y for ring in rings for _x, y in ring]
    top, bottom = min(ys, default=0), max(ys, default=0)
    best, best_score = Room(0, (top + bottom) // 2, 0), -math.inf
    step = max((bottom - top - height) / SCANS, 1)
    middle = top + height / 2
    while middle + height / 2 <= bottom:
        # Whole units never fall on a quarter: a scan line passes between the points, not through them.
        lines = [middle + shift * height / 2 + 0.25 for shift in (-1, -0.5, 0, 0.5, 1)]
        spans = list(_spans(rings, lines[2]))
        for line in (lines[0], lines[1], lines[3], lines[4]):
            spans = [
                (max(a, c), min(b, d)) for a, b in spans for c, d in _spans(rings, line) if a < d and c < b
            ]
        for left, right in spans:
            score = min(right - left, ENOUGH) - abs(middle - (top + bottom) / 2) / 3
            if score > best_score:
                best_score = score
                best = Room(round((left + right) / 2), round(middle), int(right - left))
        middle += step
    return best


def _spans(rings: list[list[tuple[int, int]]], y: float) -> Iterator[tuple[float, float]]:
    """The stretches of the horizontal line at `y` that lie inside the rings (even-odd)."""
    crossings = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in rings
        for (ax, ay), (bx, by) in pairwise(ring)
        if (ay > y) != (by > y)
    )
    yield from zip(crossings[::2], crossings[1::2], strict=False)
