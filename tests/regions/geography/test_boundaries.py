"""Shapes drawn from the shipped outlines, and from those an instance brings."""

from __future__ import annotations

import json
import re
from pathlib import Path

from programme.reference.territory import read_territory
from regions.geography.boundaries import MAX_HEIGHT, WIDTH, province_shapes, region_shapes


def _points(path: str) -> list[tuple[int, int]]:
    """Every point of a path of relative lines, in units of the plane."""
    points: list[tuple[int, int]] = []
    for start, steps in re.findall(r"M([-0-9 ]+)l([-0-9 ]+)z", path):
        x, y = map(int, start.split())
        points.append((x, y))
        numbers = list(map(int, steps.split()))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
    return points


def test_the_country_is_whole() -> None:
    shapes = region_shapes()
    assert [shape.code for shape in shapes.shapes] == [row.code for row in read_territory().regions]
    assert shapes.is_shipped
    tops = {shape.code: min(y for _x, y in _points(shape.path)) for shape in shapes.shapes}
    assert sorted(tops, key=lambda code: -tops[code])[:2] == ["12", "11"]
    assert tops["01"] < tops["03"] < tops["09"]


def test_every_region_draws_its_provinces() -> None:
    territory = read_territory()
    for region in territory.regions:
        expected = [row.code for row in territory.provinces if row.region_code == region.code]
        assert [shape.code for shape in province_shapes(region.code).shapes] == expected


def test_points_and_labels_stay_on_the_plane() -> None:
    for code in ("", *(row.code for row in read_territory().regions)):
        shapes = province_shapes(code) if code else region_shapes()
        assert shapes.width <= WIDTH + 1
        assert shapes.height <= MAX_HEIGHT + 1
        for shape in shapes.shapes:
            points = _points(shape.path)
            assert len(points) > 3
            assert all(0 <= x <= shapes.width and 0 <= y <= shapes.height for x, y in points)
            xs, ys = [x for x, _y in points], [y for _x, y in points]
            for room in shape.rooms:
                if room.width:
                    assert min(xs) < room.x < max(xs)
                    assert min(ys) < room.y < max(ys)


def test_an_unknown_region_has_no_shape() -> None:
    assert province_shapes("99").shapes == ()


def test_the_instance_may_bring_its_own_outlines(tmp_path: Path) -> None:
    square = [[-5, 34], [-4, 34], [-4, 33], [-5, 33], [-5, 34]]
    hole = [[-4.6, 33.6], [-4.4, 33.6], [-4.4, 33.4], [-4.6, 33.4], [-4.6, 33.6]]
    feature = {
        "type": "Feature",
        "properties": {"code": "03"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[square, hole]]},
    }
    (tmp_path / "boundaries").mkdir()
    file = tmp_path / "boundaries" / "regions.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    shapes = region_shapes(tmp_path)
    assert [shape.code for shape in shapes.shapes] == ["03"]
    assert not shapes.is_shipped
    assert shapes.shapes[0].path.count("z") == 2
    assert province_shapes("03", tmp_path).is_shipped


def test_shapes_are_computed_once() -> None:
    assert region_shapes() is region_shapes()
