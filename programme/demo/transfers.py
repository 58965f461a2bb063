"""Transfers given by the trained associations: 350 reached by 31 July 2025, 359 by 21 January 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cohorts.curriculum.models import Module
from cohorts.transfer import rules
from cohorts.transfer.models import TransferActivity
from programme.base import calendar
from programme.base.access import Actor, Scope
from programme.demo.inventing import Inventor
from programme.demo.training import DROPPED, Trained
from regions.associations.models import Association

FIRST_DAY, LAST_DAY = dt.date(2024, 7, 13), dt.date(2025, 7, 19)
LAST_ONES = (("03.531", 5, dt.date(2025, 10, 25)), ("03.131", 4, dt.date(2026, 1, 10)))
"""Province, associations and day of the nine that were reached after July 2025."""
AT_ONCE = 6
ONE_DAY, FIRST_OF_TWO, SECOND_OF_TWO, TOO_SHORT = 360, 240, 180, 180
UNKNOWN = ("03.531", "Association Tifawine d'Oudka")
"""Known from a transfer sheet only, by its French name."""
IN_TWO_STEPS = ("03.231", "03.061", "03.531")
"""Provinces in which one association gets its hours in two activities."""
OPEN_IN = "03.061"
VENUES = ("دار الشباب", "المركز السوسيو ثقافي", "قاعة الجماعة", "دار المواطن")


@dataclass(slots=True)
class Guests:
    """One association on a sheet, with its persons; `minutes` of the whole sheet where it came for less."""

    association: Association | None
    people: list[dict[str, Any]]
    minutes: int | None = None
    province_id: int | None = None


@dataclass(slots=True)
class Given:
    """An activity as it is planned: where, when, for whom."""

    province: str
    on: dt.date
    guests: list[Guests] = field(default_factory=list)

    @property
    def has_two_days(self) -> bool:
        return self.on.day % 4 == 0


def plan(inventor: Inventor, reached: dict[str, list[Association]]) -> list[Given]:
    """The activities by day; every association of `reached` is on one sheet long enough."""
    rest = {province: list(found) for province, found in reached.items()}
    last = [
        Given(province, on, [_guests(inventor, one) for one in _taken(rest[province], number)])
        for province, number, on in LAST_ONES
    ]
    groups = [
        (province, found[start : start + AT_ONCE])
        for province, found in rest.items()
        for start in range(0, len(found), AT_ONCE)
    ]
    inventor.random.shuffle(groups)
    days = _saturdays()
    made = [
        Given(province, days[index * len(days) // len(groups)], [_guests(inventor, one) for one in group])
        for index, (province, group) in enumerate(groups)
    ]
    _spread(inventor, made)
    first = next(one for one in made if one.province == UNKNOWN[0])
    people = [inventor.person(is_careful=True) for _one in range(3)]
    first.guests.append(Guests(None, people, province_id=reached[UNKNOWN[0]][0].province_id))
    return sorted([*made, *last], key=lambda one: one.on)


def _taken(found: list[Association], number: int) -> list[Association]:
    taken, found[-number:] = found[-number:], []
    return taken


def _guests(inventor: Inventor, association: Association) -> Guests:
    number = 4 if inventor.random.random() < 0.68 else 3
    return Guests(association, [inventor.person() for _one in range(number)])


def _saturdays() -> list[dt.date]:
    weeks = (LAST_DAY - FIRST_DAY).days // 7 + 1
    found = (FIRST_DAY + dt.timedelta(weeks=week) for week in range(weeks))
    return [day for day in found if day.month != 8 and not calendar.warnings_for(day)]


def _spread(inventor: Inventor, made: Sequence[Given]) -> None:
    """Give one association of some provinces its hours in two activities: it counts from the second."""
    for province in IN_TWO_STEPS:
        first, *later = sorted((one for one in made if one.province == province), key=lambda one: one.on)
        second = next(one for one in later if one.on > first.on)
        guests = first.guests[-1]
        guests.people = [inventor.person(is_careful=True) for _one in guests.people]
        guests.minutes = TOO_SHORT
        second.guests.append(Guests(guests.association, guests.people, FIRST_OF_TWO))


def participants(given: Given, inventor: Inventor) -> Iterator[rules.Participant]:
    """The lines of the sheet: who came, for which association, on which day, how long."""
    for guests in given.guests:
        for index, person in enumerate(guests.people):
            left_early = given.has_two_days and index > 1 and inventor.random.random() < 0.12
            days = [(given.on, guests.minutes or ONE_DAY)]
            if given.has_two_days and guests.minutes is None:
                days = [(given.on, FIRST_OF_TWO), (given.on + dt.timedelta(days=1), SECOND_OF_TWO)]
            for on, minutes in days[:1] if left_early else days:
                yield _line(guests, person, on, minutes)


def _line(guests: Guests, person: dict[str, Any], on: dt.date, minutes: int) -> rules.Participant:
    return rules.Participant(
        name=person["name_ar"],
        on_date=on,
        minutes=minutes,
        association=guests.association,
        association_name=UNKNOWN[1] if guests.association is None else None,
        province_id=guests.province_id,
        national_id=person["national_id"],
        sex=person["sex"],
        birth_date=person["birth_date"],
        phone=person["phone"],
    )


@dataclass(slots=True)
class Giving:
    """Enters activities one after the other, each given by a trained association of the province."""

    enterer: Actor
    inventor: Inventor
    trained: Trained
    modules: Sequence[Module]
    hosts: dict[str, list[int]]
    """Numbers of the seats that give transfers, by province code."""
    number: int = 0

    def enter(self, given: Given, actor: Actor | None = None, scope: Scope | None = None) -> TransferActivity:
        """Enter the activity with its sheet, as a draft."""
        hosts = self.hosts[given.province]
        seat = hosts[self.number % len(hosts)]
        if scope is not None:
            seat = 1
        self.number += 1
        host = self.trained.seats[seat - 1].association
        return rules.enter(
            actor or self.enterer,
            host=host,
            code=f"FM1-T{self.number:03d}",
            participants=list(participants(given, self.inventor)),
            scope=scope,
            title_ar="نقل المعارف والكفايات",
            title_fr="Transfert des connaissances et compétences",
            venue=VENUES[self.number % len(VENUES)],
            commune_id=host.commune_id,
            module_id=self.modules[self.number % len(self.modules)].id,
            trainer_id=self.trained.places[seat, self.number % 3].person_id,
            head_count=self.inventor.random.randint(5, 40) if self.number % 7 == 0 else None,
        )


def give_all(giving: Giving, validator: Actor, planned: Sequence[Given]) -> None:
    """Enter, declare and validate the planned activities."""
    for given in planned:
        activity = giving.enter(given)
        rules.submit(giving.enterer, activity)
        rules.validate(validator, activity)


def leave_some_open(
    giving: Giving, validator: Actor, representative: Actor, others: dict[str, list[Association]]
) -> None:
    """Activities that do not count: two declared, one returned, one refused, one in draft."""
    meknes = iter(others[OPEN_IN])

    def next_of(number: int, on: dt.date) -> Given:
        return Given(OPEN_IN, on, [_guests(giving.inventor, one) for one in islice(meknes, number)])

    rules.submit(giving.enterer, giving.enter(next_of(5, dt.date(2026, 1, 17))))
    own = Scope(associations=frozenset({giving.trained.seats[0].association_id}))
    rules.submit(representative, giving.enter(next_of(3, dt.date(2026, 1, 13)), representative, own))
    returned = giving.enter(next_of(3, dt.date(2025, 12, 13)))
    rules.submit(giving.enterer, returned)
    rules.return_(validator, returned, "La feuille ne porte pas les numéros de carte nationale.")
    refused = giving.enter(next_of(2, dt.date(2025, 11, 29)))
    rules.submit(giving.enterer, refused)
    rules.refuse(validator, refused, "لقاء تواصلي وليس تكوينا")
    giving.enter(next_of(2, dt.date(2026, 1, 11)))


def hosts_by_province(trained: Trained, codes: dict[int, str]) -> dict[str, list[int]]:
    """Numbers of the seats whose persons completed, by province code; `codes` by province id."""
    found: dict[str, list[int]] = {}
    for seat in trained.seats:
        if seat.number not in DROPPED:
            province = seat.association.province_id
            assert province is not None
            found.setdefault(codes[province], []).append(seat.number)
    return found
