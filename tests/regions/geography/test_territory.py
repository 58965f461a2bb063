"""RULES A1: the shipped territory, against the package it came from and against the glossary."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from programme.reference.generate import outlines, territory_rows, write_territory
from programme.reference.territory import FOLDER, read_territory

# GLOSSARY.md: kind, names, population, (urban, rural) communes, arrondissements, rural population.
FES_MEKNES = {
    "03.231": ("prefecture", "Fès", "فاس", 1_256_172, (3, 2), 6, 16_857),
    "03.061": ("prefecture", "Meknès", "مكناس", 942_945, (6, 15), 0, 220_353),
    "03.171": ("province", "El Hajeb", "الحاجب", 267_156, (4, 12), 0, 144_848),
    "03.271": ("province", "Ifrane", "إفران", 160_904, (4, 6), 0, 65_029),
    "03.591": ("province", "Moulay Yacoub", "مولاي يعقوب", 216_954, (2, 9), 0, 120_868),
    "03.451": ("province", "Sefrou", "صفرو", 304_748, (5, 18), 0, 152_306),
    "03.131": ("province", "Boulemane", "بولمان", 205_411, (4, 17), 0, 144_893),
    "03.531": ("province", "Taounate", "تاونات", 612_650, (5, 44), 0, 528_246),
    "03.561": ("province", "Taza", "تازة", 500_971, (4, 34), 0, 306_257),
}


def test_numbers_and_forms_of_codes() -> None:
    territory = read_territory()
    assert len(territory.regions) == 12
    assert len(territory.provinces) == 75
    assert len(territory.communes) == 1503
    assert len(territory.arrondissements) == 41
    assert all(re.fullmatch(r"[0-9]{2}", row.code) for row in territory.regions)
    assert all(re.fullmatch(r"[0-9]{2}\.[0-9]{3}", row.code) for row in territory.provinces)
    communes = (*territory.communes, *territory.arrondissements)
    assert all(re.fullmatch(r"[0-9]{2}\.[0-9]{3}\.[0-9]{2}\.[0-9]{1,2}", row.code) for row in communes)


def test_every_level_hangs_on_the_one_above() -> None:
    territory = read_territory()
    regions = {row.code for row in territory.regions}
    provinces = {row.code for row in territory.provinces}
    communes = {row.code for row in territory.communes}
    assert {row.region_code for row in territory.provinces} == regions
    assert {row.province_code for row in territory.communes} == provinces
    assert {row.city_code for row in territory.arrondissements} <= communes
    assert {row.city_code for row in territory.communes} == {None}


def test_populations_add_up() -> None:
    territory = read_territory()
    for region in territory.regions:
        inside = sum(row.population_2024 for row in territory.provinces if row.region_code == region.code)
        assert inside == region.population_2024, region.code
    for province in territory.provinces:
        inside = sum(row.population_2024 for row in territory.communes if row.province_code == province.code)
        assert inside == province.population_2024, province.code


def test_arrondissement_prefectures_of_casablanca_are_no_provinces() -> None:
    casablanca = [row for row in read_territory().provinces if row.code.startswith("06.141")]
    assert [row.name_fr for row in casablanca] == ["Casablanca"]


def test_names_are_unique_inside_a_province() -> None:
    communes = read_territory().communes
    for language in ("name_fr", "name_ar"):
        seen = Counter((row.province_code, getattr(row, language)) for row in communes)
        assert max(seen.values()) == 1
    assert len({row.name_fr for row in communes}) < len(communes)


@pytest.mark.parametrize("code", FES_MEKNES)
def test_glossary_table_of_fes_meknes(code: str) -> None:
    kind, french, arabic, population, milieus, arrondissements, rural_population = FES_MEKNES[code]
    territory = read_territory()
    province = next(row for row in territory.provinces if row.code == code)
    assert (province.kind, province.name_fr, province.name_ar) == (kind, french, arabic)
    assert province.population_2024 == population
    inside = [row for row in territory.communes if row.province_code == code]
    kinds = Counter(row.kind for row in inside)
    assert (kinds["urban"], kinds["rural"]) == milieus
    assert sum(row.province_code == code for row in territory.arrondissements) == arrondissements
    assert sum(row.population_2024 for row in inside if row.kind == "rural") == rural_population


def test_fes_meknes_has_exactly_the_nine() -> None:
    assert {row.code for row in read_territory().provinces if row.region_code == "03"} == set(FES_MEKNES)


def test_shipped_files_are_what_the_package_gives(tmp_path: Path) -> None:
    write_territory(tmp_path)
    assert set(territory_rows()) == {path.stem for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        shipped = FOLDER / path.name
        assert path.read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8"), path.name
        header = next(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        assert not {"area_km2", "density_2024"} & set(header)


def test_outlines_of_the_package_are_joined_to_hcp_codes(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "region"
    folder.mkdir(parents=True)
    row = {"code_prov": "61.0", "coordinates": [["-5.5", "-5.4", "-5.4"], ["33.9", "33.9", "33.8"]]}
    (folder / "Fes-Meknes.json").write_text(json.dumps({"Data": [row]}), encoding="utf-8")
    (feature,) = outlines(tmp_path)["features"]
    assert feature["properties"] == {"code": "03.061", "region": "03"}
    assert feature["geometry"]["coordinates"] == [[[[-5.5, 33.9], [-5.4, 33.9], [-5.4, 33.8], [-5.5, 33.9]]]]
