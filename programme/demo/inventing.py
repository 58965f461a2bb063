"""Invented associations and persons: plausible, in both scripts, the same at every run."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from programme.demo.association_names import EMBLEMS, PURPOSES
from programme.demo.names import FAMILIES, MEN, WOMEN
from regions.associations.models import Coverage, ReceiptKind

SEED = 20230614
CARD = "ZQ"
"""No Moroccan identity card begins with these letters: no number here is anybody's."""


def shared_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """`total` shared in proportion to the weights, whole numbers, the largest remainders rounded up."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    missing = total - sum(shares.values())
    for key in sorted(exact, key=lambda one: (shares[one] - exact[one], one))[:missing]:
        shares[key] += 1
    return shares


class Inventor:
    """Makes the fields of associations and persons, drawing on one seeded source."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a reproducible demonstration, no secret
        self._numbers = count(1)
        self._phones = count(1)
        self._used: dict[str, Counter[str]] = {}

    def phone(self) -> str:
        """A number that is well formed and that nobody would take for a real one (06 00 00 …)."""
        return f"060000{next(self._phones):04d}"

    def association(self, province: str, places: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
        """Fields of an association of a province; `places` are (Arabic, French, commune id)."""
        used = self._used.setdefault(province, Counter())
        least = min(used[one[0]] for one in EMBLEMS)
        emblem = self.random.choice([one for one in EMBLEMS if used[one[0]] == least])
        purpose = self.random.choice([one for one in PURPOSES if not used[emblem[0] + one[0]]])
        used.update([emblem[0], emblem[0] + purpose[0]])
        place = self.random.choice(places)
        named = self.random.random() < 0.7
        name_ar = f"جمعية {emblem[0]} {purpose[0]}" + (f" ب{place[0]}" if named else "")
        name_fr = f"Association {emblem[1]} {purpose[1]}" + (f" – {place[1]}" if named else "")
        founded = dt.date(self.random.randint(1996, 2022), self.random.randint(1, 12), 15)
        number = next(self._numbers)
        return {
            "name_ar": name_ar,
            "name_fr": name_fr if self.random.random() < 0.93 else None,
            "domain": purpose[2],
            "commune_id": place[2],
            "founded_on": founded,
            "receipt_no": f"{number}/{founded.year}",
            "receipt_date": founded + dt.timedelta(days=self.random.randint(15, 90)),
            "receipt_kind": ReceiptKind.FINAL,
            "receipt_authority": "السلطة الإدارية المحلية",
            "coverage": self.random.choice((Coverage.LOCAL, Coverage.LOCAL, Coverage.PROVINCIAL)),
            "president": self.name()[0],
            "phone": self.phone() if self.random.random() < 0.9 else None,
            "email": f"assoc{number}@example.ma" if self.random.random() < 0.6 else None,
        }

    def name(self, sex: str | None = None) -> tuple[str, str]:
        """A first and a family name in both scripts."""
        first = self.random.choice(WOMEN if (sex or self.random.choice("FM")) == "F" else MEN)
        family = self.random.choice(FAMILIES)
        return f"{first[0]} {family[0]}", f"{first[1]} {family[1]}"

    def person(self, *, is_careful: bool = False) -> dict[str, Any]:
        """Fields of a person; `is_careful` leaves nothing out, else some lack what sheets often lack."""
        draw = self.random.random
        sex = "F" if draw() < 0.46 else "M"
        name_ar, name_fr = self.name(sex)
        number = next(self._numbers)
        card = f"{CARD}{number:06d}"
        if not is_careful and draw() < 0.01:
            card = f"{number}"
        return {
            "name_ar": name_ar,
            "name_fr": name_fr if is_careful or draw() < 0.8 else None,
            "national_id": card if is_careful or draw() < 0.88 else None,
            "sex": sex if is_careful or draw() < 0.97 else None,
            "birth_date": self.birth_date() if is_careful or draw() < 0.95 else None,
            "phone": self.phone() if is_careful or draw() < 0.9 else None,
        }

    def birth_date(self) -> dt.date:
        """A birth date of an adult in 2023."""
        return dt.date(
            self.random.randint(1958, 2004), self.random.randint(1, 12), self.random.randint(1, 28)
        )
