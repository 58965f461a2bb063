"""Persons for tests, made through the rules."""

from __future__ import annotations

from itertools import count
from typing import Any

from cohorts.people import rules
from cohorts.people.models import Person
from programme.base.access import Actor

SYSTEM = Actor.system()
_numbers = count(1)
_FIRST = ("أمينة", "يوسف", "فاطمة الزهراء", "محمد", "خديجة", "عبد الرحمان", "سلمى", "إدريس")
_LAST = ("العلوي", "بنجلون", "التازي", "الفاسي", "أيت حدو", "بوعنان", "الزياني")


def person(name_ar: str | None = None, **fields: Any) -> Person:
    """A person of their own: without a name, one that no other has."""
    number = next(_numbers)
    if name_ar is None:
        last = _LAST[number % len(_LAST)]
        name_ar = f"{_FIRST[number % len(_FIRST)]} {last} {number}"
        fields.setdefault("sex", "F" if number % 2 else "M")
        fields.setdefault("national_id", f"ZZ{number:06d}")
    return rules.find_or_make(SYSTEM, name_ar=name_ar, **fields).person
