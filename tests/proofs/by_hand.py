"""The progress figures counted by hand from a story's rows alone: slow, plain, and no query of the application.

Written from RULES.md (Counting, C4, C5, C7, D4) and docs/decisions/counting.md.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.proofs.stories import ENTERED, SECOND, THIRD, Given, Line, Record, Row, Story, Taught

Key = tuple[Any, ...]
NUMBERS = (
    "associations_target",
    "associations_enrolled",
    "associations_completed",
    "trainees_target",
    "trainees_enrolled",
    "trainees_completed",
    "reach_target",
    "reached",
    "reached_by_cohort",
    "reached_by_transfer",
    "declared_not_validated",
    "sessions_held",
)


def validated_on(one: Taught) -> dt.date | None:
    """The day on which a session that is validated now was validated."""
    return {"validated": SECOND, "later": THIRD, "again": THIRD}.get(one.fate)


def state_on(one: Given, day: dt.date) -> str | None:
    """What an activity was at the end of a day: declared, validated, returned, or not there yet."""
    steps = {THIRD if one.is_late else ENTERED: "declared"}
    decided = {
        "validated": {SECOND: "validated"},
        "later": {THIRD: "validated"},
        "again": {SECOND: "declared", THIRD: "validated"},
        "returned": {THIRD if one.is_late else SECOND: "returned"},
        "reopened": {SECOND: "validated", THIRD: "declared"},
    }
    steps |= decided.get(one.fate, {})
    past = [taken for taken in sorted(steps) if taken <= day]
    return steps[past[-1]] if past else None


def lines_on(one: Given, day: dt.date) -> list[Line]:
    """The sheet as it was at the end of a day: its first line is taken off when it is reopened."""
    return one.lines[1:] if one.fate == "reopened" and day >= THIRD else one.lines


class Count:
    """One story at one moment."""

    def __init__(self, story: Story, as_at: dt.date, known_on: dt.date) -> None:
        self.story, self.as_at, self.known_on = story, as_at, known_on

    def targets(self, region: str) -> Row | None:
        """The targets of a region as they were known."""
        known = [row for recorded, row in self.story.targets.get(region, []) if recorded <= self.known_on]
        return known[-1] if known else None

    def counts(self, one: Taught) -> bool:
        day = validated_on(one)
        return day is not None and day <= self.known_on

    # Cohorts

    def earned(self) -> Iterator[tuple[str, Record, dt.date, int]]:
        """(cohort, record, day, minutes) of every mark that gives hours of the curriculum."""
        for taught in self.story.taught:
            curriculum = self.story.cohorts[taught.cohort][1]
            if not self.counts(taught) or taught.kind not in (None, "session"):
                continue
            for number, record, status in taught.marks:
                day, _half, minutes, module = taught.sittings[number]
                if status in {"present", "late"} and module in curriculum and day <= self.as_at:
                    yield taught.cohort, record, day, minutes

    def completed(self) -> dict[tuple[str, Record], dt.date]:
        """The day on which each enrolment that completed did."""
        days: dict[tuple[str, Record], list[tuple[dt.date, int]]] = defaultdict(list)
        for cohort, record, day, minutes in self.earned():
            days[cohort, record].append((day, minutes))
        found = {}
        for (cohort, record), some in days.items():
            region, curriculum = self.story.cohorts[cohort]
            targets = self.targets(region)
            share = targets["min_attendance"] if targets else 80
            asked = share * sum(self.story.modules[module] for module in curriculum)
            total = 0
            for day, minutes in sorted(some):
                total += minutes
                if 100 * total >= asked:
                    found[cohort, record] = day
                    break
        return found

    def nuclei(self) -> dict[Key, dt.date]:
        """The day on which each association was reached by its own people in a cohort."""
        days: dict[Key, dt.date] = {}
        done = self.completed()
        for one in self.story.enrolled:
            day = done.get((one.cohort, one.record))
            if day is not None:
                days[one.club] = min(day, days.get(one.club, day))
        return days

    # Transfers

    def sheets(self) -> dict[Key, dict[Record, list[tuple[dt.date, int]]]]:
        """Validated time by association and record."""
        found: dict[Key, dict[Record, list[tuple[dt.date, int]]]] = defaultdict(lambda: defaultdict(list))
        for given in self.story.given:
            if state_on(given, self.known_on) == "validated":
                for day, minutes, record, club in lines_on(given, self.known_on):
                    if day <= self.as_at:
                        found[club][record].append((day, minutes))
        return found

    def asked(self, club: Key) -> tuple[int, float]:
        """(persons, minutes) that the region of an association asks of a transfer."""
        targets = self.targets(self.story.clubs[club][0])
        if targets is None:
            return 2, 360
        return targets["transfer_min_persons"], 60 * targets["transfer_min_hours"]

    def transfers(self) -> dict[Key, dt.date]:
        """The day on which each association was reached by transfer."""
        found = {}
        for club, people in self.sheets().items():
            persons, needed = self.asked(club)
            days = []
            for some in people.values():
                total = 0
                for day, minutes in sorted(some):
                    total += minutes
                    if total >= needed:
                        days.append(day)
                        break
            if len(days) >= persons:
                found[club] = sorted(days)[persons - 1]
        return found

    def between(self, club: Key) -> tuple[int, int]:
        """Whether the association could count at least, and at most, over every way to decide who is whom."""
        persons, needed = self.asked(club)
        by_human: dict[int, list[int]] = defaultdict(list)
        least = most = 0
        for record, some in self.sheets().get(club, {}).items():
            human, total = self.story.humans[record], sum(minutes for _day, minutes in some)
            if human.can_be_suspected:
                by_human[human.number].append(total)
            elif total >= needed:
                least, most = least + 1, most + 1
        for totals in by_human.values():
            counts = [sum(sum(block) >= needed for block in blocks) for blocks in partitions(totals)]
            least, most = least + min(counts), most + max(counts)
        return int(least >= persons), int(most >= persons)

    def pending(self, reached: set[Key]) -> set[Key]:
        """On a sheet that waited for its validation, not reached."""
        found = set()
        for given in self.story.given:
            if state_on(given, self.known_on) == "declared":
                lines = lines_on(given, self.known_on)
                found |= {club for day, _m, _r, club in lines if day <= self.as_at}
        return found - reached

    # The report

    def figures(self) -> dict[str, Any]:
        """The report's JSON, its regions by code."""
        n, t = self.nuclei(), self.transfers()
        by_cohort = {club for club in n if club not in t or n[club] <= t[club]}
        reached = set(n) | set(t)
        waiting = self.pending(reached)
        enrolled = [one for one in self.story.enrolled if one.on <= self.as_at and self.known_on >= ENTERED]
        done = set(self.completed())
        regions = {}
        for region in sorted({*self.story.targets, *(self.story.clubs[club][0] for club in reached)}):
            mine = {club for club in self.story.clubs if self.story.clubs[club][0] == region}
            if self.known_on < ENTERED:
                continue
            targets = self.targets(region) or {}
            here = [one for one in enrolled if one.region == region]
            finished = [one for one in here if (one.cohort, one.record) in done]
            low = sum(1 if club in n else self.between(club)[0] for club in mine)
            high = sum(1 if club in n else self.between(club)[1] for club in mine)
            minutes = sum(
                one for cohort, _r, _d, one in self.earned() if self.story.cohorts[cohort][0] == region
            )
            sexes = {one.record: one.sex for one in here}
            provinces: dict[str | None, int] = defaultdict(int)
            for club in reached & mine:
                provinces[self.story.clubs[club][1]] += 1
            regions[region] = {
                "associations_target": targets.get("associations_target", 0),
                "associations_enrolled": len({one.club for one in here}),
                "associations_completed": len({one.club for one in finished}),
                "trainees_target": targets.get("trainees_target", 0),
                "trainees_enrolled": len({one.record for one in here}),
                "trainees_completed": len({one.record for one in finished}),
                "reach_target": targets.get("reach_target", 0),
                "reached": len(reached & mine),
                "reached_by_cohort": len(by_cohort & mine),
                "reached_by_transfer": len((reached - by_cohort) & mine),
                "declared_not_validated": len(waiting & mine),
                "range": [low, high],
                "sessions_held": sum(self.is_held(one, region) for one in self.story.taught),
                "minutes": minutes,
                "provinces": dict(provinces),
                "trainees_by_sex": {
                    "F": sum(sex == "F" for sex in sexes.values()),
                    "M": sum(sex == "M" for sex in sexes.values()),
                    "unknown": sum(sex is None for sex in sexes.values()),
                },
            }
        return regions

    def together(self) -> dict[str, int]:
        """What the country counts once although two regions count it: who is enrolled in both."""
        is_known = self.known_on >= ENTERED
        enrolled = [one for one in self.story.enrolled if one.on <= self.as_at and is_known]
        done = set(self.completed())
        finished = [one for one in enrolled if (one.cohort, one.record) in done]
        return {
            "associations_enrolled": len({one.club for one in enrolled}),
            "associations_completed": len({one.club for one in finished}),
            "trainees_enrolled": len({one.record for one in enrolled}),
            "trainees_completed": len({one.record for one in finished}),
        }

    def is_held(self, taught: Taught, region: str) -> bool:
        """A validated training session of a cohort of the region, of which a half-day was given."""
        return (
            self.counts(taught)
            and taught.kind in (None, "session")
            and self.story.cohorts[taught.cohort][0] == region
            and any(day <= self.as_at for day, *_ in taught.sittings)
        )


def partitions(some: list[int]) -> Iterator[list[list[int]]]:
    """Every way of putting things into groups."""
    if not some:
        yield []
        return
    first, *rest = some
    for blocks in partitions(rest):
        yield [[first], *blocks]
        for number, block in enumerate(blocks):
            yield [*blocks[:number], [first, *block], *blocks[number + 1 :]]
