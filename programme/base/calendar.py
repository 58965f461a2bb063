"""Days on which a sitting is better not held: public holidays, Ramadan, Friday noon (RULES C3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from programme.base.language import lazy_gettext as _l

FRIDAY = 4
# Religious dates up to here were announced; later ones are computed and may move by a day.
_LAST_ANNOUNCED = 2025


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday on a fixed day; `since` is the first year in which it was one."""

    month: int
    day: int
    label: str
    since: int = 0


_FIXED = (
    Holiday(1, 1, _l("Nouvel an")),
    Holiday(1, 11, _l("Manifeste de l'indépendance")),
    Holiday(1, 14, _l("Nouvel an amazigh"), since=2024),
    Holiday(5, 1, _l("Fête du travail")),
    Holiday(7, 30, _l("Fête du trône")),
    Holiday(8, 14, _l("Allégeance Oued Ed-Dahab")),
    Holiday(8, 20, _l("Révolution du Roi et du peuple")),
    Holiday(8, 21, _l("Fête de la jeunesse")),
    Holiday(10, 31, _l("Fête de l'unité"), since=2026),
    Holiday(11, 6, _l("Marche verte")),
    Holiday(11, 18, _l("Fête de l'indépendance")),
)

# Religious days follow the sighting of the moon and are announced the evening before. Until 2025 these are
# the announced Moroccan days; from 2026 they follow the age of the moon at sunset and are a day uncertain.
# Each line: month and day of the first day in each year, 2023 to 2030.
_YEARS = range(2023, 2031)
_MOVABLE: tuple[tuple[str, int, str], ...] = (
    (_l("Aïd al-Fitr"), 2, "04-22 04-10 03-31 03-20 03-10 02-27 02-15 02-04"),
    (_l("Aïd al-Adha"), 2, "06-29 06-17 06-07 05-27 05-17 05-05 04-24 04-13"),
    (_l("Nouvel an de l'hégire"), 1, "07-20 07-08 06-27 06-17 06-06 05-26 05-15 05-04"),
    (_l("Aïd al-Mawlid"), 2, "09-28 09-16 09-05 08-25 08-15 08-04 07-24 07-13"),
)
# First day of Ramadan; it lasts until the eve of Aïd al-Fitr. 2030 has a second one.
_RAMADAN_STARTS = "03-23 03-12 03-02 02-19 02-08 01-28 01-16 01-06"
_RAMADAN_AGAIN = (dt.date(2030, 12, 26), dt.date(2031, 1, 23))


def _dates(table: str) -> list[dt.date]:
    return [dt.date.fromisoformat(f"{year}-{day}") for year, day in zip(_YEARS, table.split(), strict=True)]


def _movable_days() -> dict[dt.date, str]:
    return {
        first + dt.timedelta(days=i): label
        for label, length, table in _MOVABLE
        for first in _dates(table)
        for i in range(length)
    }


_MOVABLE_DAYS = _movable_days()
RAMADANS: tuple[tuple[dt.date, dt.date], ...] = (
    *(
        (first, feast - dt.timedelta(days=1))
        for first, feast in zip(_dates(_RAMADAN_STARTS), _dates(_MOVABLE[0][2]), strict=True)
    ),
    _RAMADAN_AGAIN,
)


def holiday(day: dt.date) -> str | None:
    """The public holiday of a day in the reader's language, or None; religious ones from 2023 to 2030."""
    for fixed in _FIXED:
        if (fixed.month, fixed.day) == (day.month, day.day) and day.year >= fixed.since:
            return fixed.label
    return _MOVABLE_DAYS.get(day)


def is_ramadan(day: dt.date) -> bool:
    """Whether a day is in Ramadan, 2023 to 2030; a day uncertain at both ends from 2026."""
    return any(first <= day <= last for first, last in RAMADANS)


def warnings_for(day: dt.date, half_day: str | None = None) -> list[str]:
    """What to tell someone who plans a sitting that day; nothing here refuses it (RULES C3).

    `half_day` is `am`, `pm` or None for the whole day. The texts are lazy: shown in the reader's language.
    """
    found: list[str] = []
    label = holiday(day)
    if label is not None and day in _MOVABLE_DAYS and day.year > _LAST_ANNOUNCED:
        found.append(_l("Jour férié : %(name)s (date à un jour près, selon l'observation).", name=label))
    elif label is not None:
        found.append(_l("Jour férié : %(name)s.", name=label))
    if is_ramadan(day):
        found.append(_l("Pendant le ramadan : prévoir des horaires adaptés."))
    if day.weekday() == FRIDAY:
        found.append(_friday(half_day))
    return found


def _friday(half_day: str | None) -> str:
    if half_day == "am":
        return _l("Vendredi matin : finir avant la prière de midi.")
    if half_day == "pm":
        return _l("Vendredi après-midi : commencer après la prière de midi.")
    return _l("Vendredi : laisser libre le temps de la prière de midi.")
