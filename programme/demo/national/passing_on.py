"""Transfers at scale: trained associations pass on, until those whose persons dropped out are reached as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from cohorts.curriculum.models import Module
from cohorts.people.models import PairState, PersonPair
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState, TransferStep
from programme.base.access import Actor
from programme.demo.national.bulk import Bulk
from programme.demo.national.chain import Chain
from programme.demo.national.country import Region
from programme.demo.national.scale import DAY, Scale
from programme.demo.national.training import People, Trained, instant

FIRST_DAY = dt.date(2024, 7, 6)
"""A Saturday."""
GUESTS, PERSONS, MINUTES = 6, 3, 360
OPEN_FROM = dt.timedelta(days=20)
"""Sheets of the last days are declared and not validated."""
STEPS = ((TransferState.SUBMITTED, "submit", 3), (TransferState.VALIDATED, "validate", 9))
VENUE = "دار الشباب"


@dataclass(slots=True)
class PassingOn:
    """Writes the activities of one region after the other."""

    bulk: Bulk
    chain: Chain
    scale: Scale
    random: Random
    people: People
    modules: Sequence[Module]
    enterer: Actor
    validator: Actor

    def give(self, region: Region, trained: Sequence[Trained]) -> None:
        """So many activities; those who dropped out come first, the others have been trained already."""
        hosts = [one for cohort in trained for one in cohort.completed]
        guests = [one for cohort in trained for one in cohort.dropped]
        others = [association for association, _persons in hosts]
        self.random.shuffle(others)
        guests = (guests + others)[: self.scale.transfers * GUESTS]
        weeks = (DAY - FIRST_DAY).days // 7
        for number in range(self.scale.transfers):
            day = FIRST_DAY + dt.timedelta(weeks=weeks * number // self.scale.transfers)
            host, persons = hosts[number * 7 % len(hosts)]
            some = guests[number * GUESTS : (number + 1) * GUESTS]
            self._activity(region, number, day, host, persons[number % len(persons)], some)

    def _activity(
        self, region: Region, number: int, day: dt.date, host: int, trainer: int, guests: Sequence[int]
    ) -> None:
        ident = self.bulk.next_id(TransferActivity)
        is_valid = day <= DAY - OPEN_FROM
        code = f"N{region.code}-T{number + 1:04d}"
        row = {
            "id": ident,
            "code": code,
            "host_id": host,
            "region_id": region.id,
            "title_ar": "نقل المعارف والكفايات",
            "title_fr": "Transfert des connaissances et compétences",
            "venue": VENUE,
            "module_id": self.modules[number % len(self.modules)].id,
            "trainer_id": trainer,
            "state": TransferState.VALIDATED if is_valid else TransferState.SUBMITTED,
            "declared_by_id": self.enterer.account_id,
            "submitted_by_id": self.enterer.account_id,
            "submitted_at": instant(day, 3),
            "validated_by_id": self.validator.account_id if is_valid else None,
            "validated_at": instant(day, 9) if is_valid else None,
            "recorded_at": instant(day, 2),
            "version": 2,
        }
        self.bulk.add(TransferActivity, row)
        subject = ("transfer_activity", ident)
        self.chain.note(self.enterer, "transfer:activity:declare", subject, after={"code": code})
        for association in guests:
            self._guests(ident, day, association)
        before = TransferState.DRAFT
        for state, verb, after in STEPS[: 2 if is_valid else 1]:
            by = self.validator if state is TransferState.VALIDATED else self.enterer
            step = {"activity_id": ident, "state": state, "at": instant(day, after), "by_id": by.account_id}
            self.bulk.add(TransferStep, {"id": self.bulk.next_id(TransferStep), **step})
            self.chain.note(
                by, f"transfer:activity:{verb}", subject, before={"state": before}, after={"state": state}
            )
            before = state

    def _guests(self, activity: int, day: dt.date, association: int) -> None:
        for _one in range(PERSONS):
            person = self.people.add(day, card=self.random.random() < 0.85)
            line = {"person_id": person, "association_id": association, "on_date": day, "minutes": MINUTES}
            ident = self.bulk.next_id(TransferParticipation)
            row = {"id": ident, "activity_id": activity, **line, "recorded_at": instant(day, 2)}
            self.bulk.add(TransferParticipation, row)
            self.chain.note(
                self.enterer,
                "transfer:participant:add",
                ("transfer_activity", activity),
                after={**line, "person": person, "association": association},
            )

    def doubt(self, number: int) -> None:
        """Some records without a card that may be one person: somebody has still to decide."""
        for _one in range(number):
            name_ar, name_fr, sex = next(self.people.names)
            given = {"name_ar": name_ar, "name_fr": name_fr, "sex": sex, "birth_date": dt.date(1981, 3, 9)}
            given["phone"] = f"+21262{self.people.number:07d}"
            self.people.number += 1
            first, second = (self.people.write(dict(given), FIRST_DAY, None) for _two in range(2))
            row = {"first_id": first, "second_id": second, "state": PairState.OPEN}
            self.bulk.add(PersonPair, {"id": self.bulk.next_id(PersonPair), **row})
