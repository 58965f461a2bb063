"""Reference rows of the territory, as read from the files and before they are stored (RULES A1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One of the 12 regions; `code` has the form `03`."""

    code: str
    name_ar: str
    name_fr: str
    population_2024: int


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """One of the 75 prefectures and provinces; `code` has the form `03.231`."""

    code: str
    kind: str
    """`prefecture` or `province`."""
    name_ar: str
    name_fr: str
    population_2024: int

    @property
    def region_code(self) -> str:
        return self.code[:2]


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One of the 1,503 communes or one of the 41 arrondissements of six cities; `code` as `03.231.01.01`.

    A city that is divided into arrondissements has the shorter form `03.231.01.0`.
    """

    code: str
    kind: str
    """`urban`, `rural` or `arrondissement`."""
    name_ar: str
    name_fr: str
    population_2024: int

    @property
    def province_code(self) -> str:
        return self.code[:6]

    @property
    def city_code(self) -> str | None:
        """The commune of an arrondissement, whose population contains the arrondissement's; else None."""
        return f"{self.code[:10]}0" if self.kind == "arrondissement" else None


@dataclass(frozen=True, slots=True)
class Territory:
    """The whole country, each level ordered by code."""

    regions: tuple[RegionRow, ...]
    provinces: tuple[ProvinceRow, ...]
    communes: tuple[CommuneRow, ...]
    arrondissements: tuple[CommuneRow, ...]
    """Parts of six of the communes, kept apart so that nothing counts them or their people twice."""
