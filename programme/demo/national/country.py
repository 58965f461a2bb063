"""The registry of the whole country: invented associations shared among provinces by population."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from programme.base import clock
from programme.base.access import Actor
from programme.base.folding import match_key
from programme.demo.association_names import EMBLEMS, PURPOSES
from programme.demo.inventing import shared_out
from programme.demo.names import FAMILIES, MEN, WOMEN
from programme.demo.national.bulk import Bulk
from programme.demo.national.chain import Chain
from programme.demo.queries import places_in, province_names, provinces_in, region_ids
from regions.associations.fields import PERSONAL, sort_key_of
from regions.associations.models import (
    Association,
    AssociationKind,
    AssociationSuspicion,
    AssociationWord,
    Coverage,
    ReceiptKind,
    SuspicionState,
)
from regions.associations.rules import compared
from regions.associations.words import words_of

OPENED = dt.datetime(2023, 7, 3, 9, 30, tzinfo=clock.RABAT).astimezone(dt.UTC)
AUTHORITY = "السلطة الإدارية المحلية"
REGISTERED = "association:record:register"
_WAYS = len(EMBLEMS) * len(PURPOSES)
_COLUMNS = tuple(column.key for column in Association.__table__.columns)
_NOT_TYPED = frozenset({"recorded_at", "version"})

Pair = tuple[str, str]
Purpose = tuple[str, str, str]
Commune = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Province:
    """A province, how many associations it has, and its communes: (Arabic, French, id)."""

    code: str
    id: int
    number: int
    names: tuple[str, str]
    communes: tuple[Commune, ...]


@dataclass(slots=True)
class Region:
    """A region and the ids of its associations, as they are made."""

    code: str
    id: int
    provinces: list[Province]
    associations: list[int] = field(default_factory=list)


def regions(total: int, least: int = 0) -> list[Region]:
    """The 12 regions, `total` associations shared among their provinces; none has fewer than `least`.

    What a small region lacks, the largest one gives.
    """
    ids = region_ids()
    people = {code: provinces_in(code) for code in sorted(ids)}
    shares = shared_out(total, {code: sum(p for _i, p in found.values()) for code, found in people.items()})
    largest = max(shares, key=lambda code: shares[code])
    for code, share in shares.items():
        if share < least:
            shares[code], shares[largest] = least, shares[largest] - (least - share)
    made = []
    for code, found in people.items():
        numbers = shared_out(shares[code], {one: inhabitants for one, (_id, inhabitants) in found.items()})
        places, names = places_in(code), province_names()
        provinces = [
            Province(one, found[one][0], number, names[one], tuple(places[one]))
            for one, number in numbers.items()
            if number
        ]
        made.append(Region(code, ids[code], provinces))
    return made


@dataclass(slots=True)
class Registrar:
    """Writes associations with the words by which they are found, and their entries."""

    bulk: Bulk
    chain: Chain
    actor: Actor
    random: Random
    people: Iterator[tuple[str, str, str]]
    number: int = 0

    def register(self, region: Region) -> None:
        """All associations of a region."""
        for province in region.provinces:
            for index in range(province.number):
                region.associations.append(self._write(region, province, index))

    def _write(self, region: Region, province: Province, index: int) -> int:
        self.number += 1
        emblem, purpose, commune, again = _words(province, index)
        fields = self._fields(emblem, purpose, commune, again)
        places = {"region_id": region.id, "province_id": province.id, "commune_id": commune[2]}
        made = Association(**fields, **places)
        made.id = self.bulk.next_id(Association)
        made.sort_key, made.match_key = sort_key_of(made.name_ar), match_key(made.name_ar)[:300]
        made.compare_key = compared(made.name_ar)
        self.bulk.add(Association, {name: getattr(made, name) for name in _COLUMNS})
        for word in sorted(words_of(made, (*province.names, *commune[:2]))):
            self.bulk.add(AssociationWord, {"association_id": made.id, "word": word})
        shown = {
            name: value for name, value in fields.items() if value is not None and name not in _NOT_TYPED
        }
        codes = {"region_id": region.code, "province_id": province.code}
        hidden = tuple(PERSONAL & shown.keys())
        self.chain.note(
            self.actor, REGISTERED, ("association", made.id), after={**shown, **codes}, hidden=hidden
        )
        return made.id

    def _fields(self, emblem: Pair, purpose: Purpose, commune: Commune, again: int) -> dict[str, Any]:
        draw = self.random.random
        suffix = f" {again}" if again else ""
        founded = dt.date(self.random.randint(1996, 2022), self.random.randint(1, 12), 15)
        name_fr = f"Association {emblem[1]} {purpose[1]} – {commune[1]}{suffix}"
        return {
            "kind": AssociationKind.ASSOCIATION,
            "name_ar": f"جمعية {emblem[0]} {purpose[0]} ب{commune[0]}{suffix}",
            "name_fr": name_fr if draw() < 0.8 else None,
            "receipt_no": f"{self.number}/{founded.year}",
            "receipt_date": founded + dt.timedelta(days=self.random.randint(15, 90)),
            "receipt_authority": AUTHORITY,
            "receipt_kind": ReceiptKind.PROVISIONAL if draw() < 0.02 else ReceiptKind.FINAL,
            "founded_on": founded,
            "domain": purpose[2],
            "coverage": self.random.choice((Coverage.LOCAL, Coverage.LOCAL, Coverage.PROVINCIAL)),
            "president": next(self.people)[0],
            "phone": f"+21260{self.number:07d}" if draw() < 0.9 else None,
            "email": f"assoc{self.number}@example.ma" if draw() < 0.5 else None,
            "recorded_at": OPENED,
            "version": 1,
        }

    def suspect(self, region: Region, number: int) -> None:
        """Some pairs that somebody has still to look at."""
        for _one in range(number):
            first, second = sorted(self.random.sample(region.associations, 2))
            row = {"first_id": first, "second_id": second, "score": 88, "state": SuspicionState.OPEN}
            self.bulk.add(AssociationSuspicion, {"id": self.bulk.next_id(AssociationSuspicion), **row})


def _words(province: Province, index: int) -> tuple[Pair, Purpose, Commune, int]:
    """Emblem, purpose, commune and a running number: no two of a province have the same four."""
    way, turn = index % _WAYS, index // _WAYS
    emblem, purpose = EMBLEMS[way % len(EMBLEMS)], PURPOSES[way // len(EMBLEMS)]
    communes = province.communes
    commune = communes[(turn + way * 7) % len(communes)]
    again = turn // len(communes)
    return emblem, purpose, commune, again + 1 if again else 0


def people(random: Random) -> Iterator[tuple[str, str, str]]:
    """(Arabic name, French name, sex) of invented persons, without end."""
    while True:
        sex = "F" if random.random() < 0.46 else "M"
        first, family = random.choice(WOMEN if sex == "F" else MEN), random.choice(FAMILIES)
        yield f"{first[0]} {family[0]}", f"{first[1]} {family[1]}", sex
