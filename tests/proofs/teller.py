"""Makes up histories: random, but such that every row would be accepted."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from tests.proofs.stories import (
    ENTERED,
    FIRST_DAY,
    THIRD,
    Club,
    Enrolled,
    Given,
    Human,
    Record,
    Row,
    Story,
    Taught,
)

PROVINCES = {
    "03": ["03.061", "03.131", "03.231"],
    "01": ["01.051", "01.151"],
    "05": ["05.081", "05.091"],
}
FIRST = ("أمينة", "يوسف", "خديجة", "محمد", "سلمى", "إدريس", "نجاة", "عمر", "هند", "طارق")
LAST = ("العلوي", "بنجلون", "التازي", "الفاسي", "بوعنان", "الزياني", "أيت حدو", "المرابط", "الإدريسي")
WORDS = ("الأمل", "المستقبل", "الوفاء", "النور", "التضامن", "الواحة", "الكرامة", "الأفق", "البركة", "السلام")
ENDS = ("للتنمية", "للثقافة", "للبيئة", "للمرأة", "للشباب", "للتعاون", "للطفولة", "للصحة")

FATES = ("validated", "validated", "validated", "later", "returned", "again", "left")
FATES_OF_GAPS = ("left", "validated", "later", "returned")
TRANSFER_FATES = ("validated", "validated", "validated", "later", "left", "returned", "again", "reopened")
LATE_FATES = ("left", "later", "returned")
MOST_RECORDS = 4
"""Records of one human: more undecided pairs than twelve that hang together are bounded, not counted."""


def hours(minutes: int, rng: Random) -> Any:
    """A length as people write it: 2.5, "2h30", a plain number."""
    if minutes % 15 == 0 and rng.random() < 0.7:
        return minutes / 60 if minutes % 60 else minutes // 60
    return f"{minutes // 60}h{minutes % 60:02}"


class Teller:
    """Makes up one story from a source of chance; `size` 1 is small."""

    def __init__(self, rng: Random, size: int = 1) -> None:
        self.rng, self.size, self.story = rng, size, Story()
        self.people: list[Human] = []
        self.numbers = iter(range(1, 100_000))
        self.records_of: dict[int, set[Record]] = {}
        self.decided: dict[tuple[int, str, str], Record] = {}
        self.members: dict[int, list[Human]] = {}
        self.used = 0
        self.seated: dict[str, list[Club]] = {}
        self.known: dict[str, list[Club]] = {}
        self.invented: list[Club] = []

    def tell(self) -> Story:
        """The whole story."""
        self.regions = ["03", *(["01"] if self.rng.random() < 0.6 else [])]
        self._programmes()
        self._modules()
        for region in self.regions:
            self._associations(region)
            for _ in range(self.rng.randint(1, 1 + self.size)):
                self._cohort(region)
        for taught in self.story.taught:
            taught.fate = self._fate(taught.is_whole) if taught.marks else "left"
        for region in self.regions:
            for _ in range(self.rng.randint(2, 4 + 2 * self.size)):
                self._activity(region)
        return self.story

    def _fate(self, is_whole: bool) -> str:
        return self.rng.choice(FATES if is_whole else FATES_OF_GAPS)

    def _add(self, kind: str, row: Row, *, is_late: bool = False) -> None:
        sheets = self.story.late_sheets if is_late else self.story.sheets
        sheets.setdefault(kind, []).append(row)

    def _programmes(self) -> None:
        for region in self.regions:
            row = {
                "region": region,
                "starts_on": dt.date(2024, 6, 1),
                "ends_on": dt.date(2026, 12, 31),
                "associations_target": self.rng.randint(1, 40),
                "trainees_target": self.rng.randint(1, 200),
                "reach_target": self.rng.randint(1, 700),
                "min_attendance": self.rng.choice((80, 80, 75, 67, 50, 100)),
                "transfer_min_persons": self.rng.choice((2, 2, 1, 3)),
                "transfer_min_hours": self.rng.choice((6, 6, 2.5, 4)),
                "set_by": f"A-{region}",
            }
            self._add("regional-programmes", row)
            self.story.targets[region] = [(ENTERED, row)]
            if self.rng.random() < 0.35:
                changed = {**row, "min_attendance": self.rng.choice((40, 60, 90)), "reach_target": 800}
                changed["transfer_min_persons"] = self.rng.choice((1, 2, 3))
                self._add("regional-programmes", changed, is_late=True)
                self.story.targets[region].append((THIRD, changed))
            for party, role in ((f"ولاية {region}", "lead"), (f"جمعية منفذة {region}", "implementer")):
                self._add("agreements", self._agreement(region, party, role))

    def _agreement(self, region: str, party: str, role: str) -> Row:
        return {
            "agreement": f"A-{region}",
            "kind": "tripartite",
            "title_ar": f"اتفاقية {region}",
            "region": region,
            "starts_on": dt.date(2024, 6, 1),
            "ends_on": dt.date(2026, 12, 31),
            "party": party,
            "party_role": role,
            "signatory": "موقع",
            "capacity": "والي",
            "signed_on": dt.date(2024, 6, 1),
        }

    def _modules(self) -> None:
        for number in range(1, self.rng.randint(3, 5)):
            minutes = self.rng.choice((60, 120, 150, 180, 300))
            self.story.modules[f"M{number}"] = minutes
            row = {"module": f"M{number}", "title_ar": f"وحدة {number}", "hours": hours(minutes, self.rng)}
            self._add("modules", row)

    def _club_name(self) -> str:
        number = next(self.numbers)
        return f"جمعية {self.rng.choice(WORDS)} {self.rng.choice(ENDS)} {number}"

    def _associations(self, region: str) -> None:
        self.known[region] = []
        for _ in range(self.rng.randint(2, 2 + 3 * self.size)):
            province = self.rng.choice(PROVINCES[region])
            number = next(self.numbers)
            club = Club(number, self._club_name(), f"{number}/2019", province, region)
            self.known[region].append(club)
            self._add(
                "associations",
                {"name_ar": club.name, "receipt_no": club.receipt, "province_code": province},
            )

    def _key(self, club: Club, region: str) -> tuple[Any, ...]:
        """What stands for the association; one of no known place is another one in each host's region."""
        key = (club.number,) if club.region else (club.number, region)
        self.story.clubs[key] = (club.region or region, club.province)
        return key

    def _human(self) -> Human:
        number = next(self.numbers)
        has_birth, has_phone = self.rng.random() < 0.7, self.rng.random() < 0.7
        made = Human(
            number,
            f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)} {'ابن' if number % 2 else 'بنت'} {_spelled(number)}",
            f"{self.rng.choice('ABZ')}{self.rng.choice('BCD')}{number:06}"
            if self.rng.random() < 0.6
            else None,
            self.rng.choice(("F", "M", None)),
            dt.date(1980, 1, 1) + dt.timedelta(days=number * 37 % 9000) if has_birth else None,
            f"06{number:08}" if has_phone else None,
        )
        self.people.append(made)
        return made

    def _record(self, human: Human, sheet: str, club: tuple[Any, ...]) -> Record | None:
        """The record that a row makes or finds; None where one more would pass what is counted exactly.

        On one sheet for one association a human is named in one way, with the national id or without.
        """
        place = (human.number, sheet, str(club))
        if place not in self.decided:
            with_card = human.card is not None and self.rng.random() < 0.8
            made: Record = ("card", str(human.card)) if with_card else ("sheet", sheet, str(club), human.name)
            mine = self.records_of.setdefault(human.number, set())
            if made not in mine and len(mine) >= MOST_RECORDS:
                return None
            mine.add(made)
            self.decided[place] = made
        self.story.humans[self.decided[place]] = human
        return self.decided[place]

    def _cohort(self, region: str) -> None:
        code = f"C{next(self.numbers)}"
        names = sorted(self.story.modules)
        chosen = sorted(self.rng.sample(names, self.rng.randint(1, len(names) - 1)))
        places = self.rng.randint(2, 3 + self.size)
        self.story.cohorts[code] = (region, frozenset(chosen))
        row = {
            "cohort": code,
            "region": region,
            "name_ar": f"فوج {code}",
            "agreement": f"A-{region}",
            "starts_on": FIRST_DAY,
            "seats": self.rng.choice((1, 2, 30)),
            "places": places,
            "modules": ";".join(chosen),
        }
        self._add("cohorts", row)
        clubs = self.rng.sample(
            self.known[region], self.rng.randint(1, min(2 + self.size, len(self.known[region])))
        )
        mine: list[tuple[Enrolled, Human, Club, bool]] = []
        for club in clubs:
            self.seated.setdefault(region, []).append(club)
            for _ in range(self.rng.randint(1, places)):
                if (one := self._trainee(code, region, club)) is not None:
                    mine.append(one)
        if mine:
            for _ in range(self.rng.randint(2, 4 + 2 * self.size)):
                self._session(code, mine, chosen)

    def _trainee(self, code: str, region: str, club: Club) -> tuple[Enrolled, Human, Club, bool] | None:
        key = self._key(club, region)
        reused = self.rng.choice(self.people) if self.people and self.rng.random() < 0.25 else None
        human = reused or self._human()
        where = [e for e in self.story.enrolled if self.story.humans[e.record] == human]
        if any(e.cohort == code and e.club == key for e in where):
            return None
        record = self._record(human, f"cohort {code}", key)
        if record is None or any(e.region == region and e.record == record for e in where):
            return None  # one active enrolment in a regional programme (C2): that row would be refused
        with_card = record[0] == "card"
        on = FIRST_DAY + dt.timedelta(days=self.rng.choice((0, 0, 0, -5)))
        given_on = None if on == FIRST_DAY and self.rng.random() < 0.5 else on
        self._add(
            "trainees",
            {
                "cohort": code,
                **self._names(club),
                "name_ar": human.name,
                "national_id": human.card if with_card else None,
                "sex": human.sex,
                "birth_date": human.birth,
                "phone": human.phone,
                "enrolled_on": given_on,
            },
        )
        enrolled = Enrolled(code, region, record, key, on, human.sex)
        self.story.enrolled.append(enrolled)
        return enrolled, human, club, with_card

    def _names(self, club: Club) -> Row:
        if club.receipt and self.rng.random() < 0.6:
            return {"association_receipt_no": club.receipt, "association": None}
        return {"association_receipt_no": None, "association": club.name}

    def _slots(self, number: int) -> list[tuple[dt.date, str]]:
        """Half-days that no other session takes."""
        first, self.used = self.used, self.used + number
        return [
            (FIRST_DAY + dt.timedelta(days=one // 2), ("am", "pm")[one % 2])
            for one in range(first, self.used)
        ]

    def _session(
        self, cohort: str, mine: list[tuple[Enrolled, Human, Club, bool]], curriculum: list[str]
    ) -> None:
        rng, code = self.rng, f"S{next(self.numbers)}"
        kind = rng.choice((None, None, "session", "session", "session", "session", "panel", "accompaniment"))
        outside = sorted(set(self.story.modules) - set(curriculum))
        sittings = []
        for day, half in self._slots(rng.randint(1, 4)):
            module = rng.choice((*curriculum * 3, *outside, None))
            minutes = rng.choice((60, 120, 150, 180, 239, 240, 300))
            sittings.append((day, half, minutes, module))
            row = {"cohort": cohort, "session": code, "kind": kind, "module": module, "date": day}
            self._add(
                "sessions",
                {**row, "half_day": half, "hours": hours(minutes, rng), "title_ar": f"دورة {code}"},
            )
        made = Taught(code, cohort, kind, sittings)
        skipped = rng.random() < 0.25
        for number, (day, half, _minutes, _module) in enumerate(sittings):
            for enrolled, human, club, with_card in mine:
                if skipped and rng.random() < 0.3:
                    made.is_whole = False
                    continue
                status = rng.choice(("present", "present", "present", "present", "late", "absent", "excused"))
                made.marks.append((number, enrolled.record, status))
                named = (
                    {"national_id": human.card}
                    if with_card
                    else {"name": human.name, "association": club.name}
                )
                row = {"session": code, "date": day, "half_day": half, "status": status, **named}
                self._add("attendance", row)
        self.story.taught.append(made)

    def _guest(self, region: str) -> Club:
        rng = self.rng
        if rng.random() < 0.35:
            mine = rng.choice(self.regions)
            return rng.choice(self.seated.get(mine) or self.known[mine])
        if self.invented and rng.random() < 0.6:
            return rng.choice(self.invented)
        number = next(self.numbers)
        place = rng.choice(("own", "none", "other"))
        where = {"own": region, "other": rng.choice(sorted(PROVINCES)), "none": None}[place]
        province = rng.choice(PROVINCES[where]) if where else None
        receipt = f"{number}/2022" if province and rng.random() < 0.5 else None
        made = Club(number, self._club_name(), receipt, province, where)
        self.invented.append(made)
        return made

    def _activity(self, region: str) -> None:
        rng = self.rng
        if not self.seated.get(region):
            return
        host = rng.choice(self.seated[region])
        made = Given(f"T{next(self.numbers)}", region, rng.random() < 0.25)
        taught = [sitting[0] for one in self.story.taught for sitting in one.sittings] or [FIRST_DAY]
        free = [FIRST_DAY + dt.timedelta(days=rng.randint(0, 60)) for _ in range(3)]
        days = [rng.choice((*free, rng.choice(taught), rng.choice(taught))) for _ in range(rng.randint(1, 2))]
        taken: dict[tuple[Record, tuple[Any, ...], dt.date], int] = {}
        for club in {c.number: c for c in (self._guest(region) for _ in range(rng.randint(1, 3)))}.values():
            key = self._key(club, region)
            for _ in range(rng.randint(1, 4)):
                human = self._participant(club)
                record = self._record(human, made.code, key)
                if record is None:
                    continue
                self.members.setdefault(club.number, []).append(human)
                for day in sorted({rng.choice(days) for _ in range(rng.randint(1, 2))}):
                    minutes = rng.choice((60, 120, 150, 240, 359, 360, 361, 180))
                    if (record, key, day) in taken:
                        continue
                    taken[record, key, day] = minutes
                    made.lines.append((day, minutes, record, key))
                    row = self._line(made, host, club, human, record, day, minutes)
                    for _ in range(2 if rng.random() < 0.05 else 1):
                        self._add("transfers", row, is_late=made.is_late)
        if made.lines:
            made.fate = rng.choice(LATE_FATES if made.is_late else TRANSFER_FATES)
            self.story.given.append(made)

    def _participant(self, club: Club) -> Human:
        """Often one who came for this association before, sometimes one who came for another."""
        mine = self.members.get(club.number, [])
        if mine and self.rng.random() < 0.6:
            return self.rng.choice(mine)
        return self.rng.choice(self.people) if self.people and self.rng.random() < 0.25 else self._human()

    def _line(
        self, made: Given, host: Club, club: Club, human: Human, record: Record, day: dt.date, minutes: int
    ) -> Row:
        return {
            "activity": made.code,
            "date": day,
            "hours": hours(minutes, self.rng),
            "host_association_receipt_no": host.receipt,
            "participant": human.name,
            "participant_national_id": human.card if record[0] == "card" else None,
            "sex": human.sex,
            "birth_date": human.birth,
            "phone": human.phone,
            "association_receipt_no": club.receipt,
            "association": club.name,
            "province_code": club.province,
        }


def _spelled(number: int) -> str:
    """A number in letters, so that no two names are alike."""
    letters = "ابتثجحخدذر"
    return "".join(letters[int(digit)] for digit in f"{number:04}")
