"""The count of one moment: who completed, who is reached and why, who is only declared (RULES, Counting)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cohorts.enrolment.queries import pairs_in, same_persons
from cohorts.people.models import PairState
from cohorts.reached.counting import (
    Doubts,
    Event,
    Hours,
    Kind,
    Thresholds,
    attribute,
    day_reached,
    first_of_each,
    grouped,
    transfer_event,
)
from cohorts.reached.queries import facts, transfers
from programme.base.access import Scope
from programme.base.measures import Moment
from programme.base.remembering import counted, together
from regions.geography.queries import region_ids


@dataclass(frozen=True, slots=True)
class Completion:
    """An enrolment that completed. `region_id` is the association's, `cohort_region_id` the cohort's."""

    enrolment_id: int
    person_id: int
    association_id: int
    cohort_id: int
    region_id: int | None
    cohort_region_id: int
    completed_on: dt.date


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reached association: the event by which it counts, and the other one where there is one."""

    association_id: int
    region_id: int
    province_id: int | None
    first: Event
    also: Event | None = None

    @property
    def kind(self) -> Kind:
        return self.first.kind

    @property
    def on_date(self) -> dt.date:
        return self.first.on_date

    @property
    def via(self) -> tuple[int, ...]:
        """Cohort ids for N, activity ids for T."""
        return self.first.via

    @property
    def host_ids(self) -> tuple[int, ...]:
        return self.first.host_ids


def completions(scope: Scope, moment: Moment, region_id: int | None = None) -> list[Completion]:
    """Enrolments completed by the moment, in cohorts of the regions in scope, by enrolment id (RULES C4).

    A scope that holds agreements and no region reads the cohorts that these carry.
    """
    if facts.regions_of(scope, region_id) == [] and region_id is None and scope.agreements:
        carried = facts.carried(scope.agreements)
        return [one for one in completions(Scope.country(), moment) if one.cohort_id in carried]
    return census(scope, moment, region_id).completions


def _completions(
    regions: facts.Regions, moment: Moment, into: dict[int, int], places: dict[int, facts.Place]
) -> list[Completion]:
    """Of associations or of cohorts of these regions; associations canonical, their region None elsewhere."""
    needed = facts.needed_by_cohort(moment)
    if not needed or (regions is not None and not regions):
        return []
    times = facts.sittings(moment)
    enrolments = facts.attended(regions, moment, min(one.minutes for one in needed.values()))
    dates: dict[int, dt.date] = {}
    days: dict[tuple[int, tuple[int, ...]], dt.date | None] = {}
    for one in enrolments:
        # Most of a cohort attends the same sittings: each set of them is added up once.
        same = (one.cohort_id, tuple(one.sitting_ids))
        if same not in days:
            own = [times[sitting] for sitting in one.sitting_ids if sitting in times]
            asked = needed.get(one.cohort_id)
            days[same] = _completed_on(own, one.cohort_id, asked.minutes if asked else 0)
        if (day := days[same]) is not None:
            dates[one.enrolment_id] = day
    kept = first_of_each(dates, facts.chains()) if dates else {}
    made = []
    for one in enrolments:
        if one.enrolment_id in kept:
            association_id = into.get(one.association_id, one.association_id)
            place = places.get(association_id)
            made.append(
                Completion(
                    one.enrolment_id,
                    one.person_id,
                    association_id,
                    one.cohort_id,
                    place.region_id if place else None,
                    needed[one.cohort_id].region_id,
                    kept[one.enrolment_id],
                )
            )
    return sorted(made, key=lambda completion: completion.enrolment_id)


def _completed_on(own: Iterable[facts.Sheet], cohort_id: int, needed: int) -> dt.date | None:
    if needed <= 0:
        return None
    return day_reached(((one.on_date, one.minutes) for one in own if one.cohort_id == cohort_id), needed)


def _nucleus(found: Iterable[Completion]) -> dict[int, Event]:
    """N by association: its first completion, and everyone's who completed on that day."""
    first: dict[int, list[Completion]] = {}
    for one in sorted(found, key=lambda completion: completion.completed_on):
        known = first.setdefault(one.association_id, [])
        if not known or known[0].completed_on == one.completed_on:
            known.append(one)
    return {
        association_id: Event(
            "N",
            some[0].completed_on,
            tuple(sorted({one.cohort_id for one in some})),
            (),
            tuple(sorted({one.person_id for one in some})),
        )
        for association_id, some in first.items()
    }


@dataclass(frozen=True, slots=True)
class Census:
    """Everything counted at one moment in these regions."""

    completions: list[Completion]
    evidence: list[Evidence]
    pending: dict[int, facts.Place]
    """Declared and not validated, not reached: seat by association id."""
    ranges: dict[int, tuple[int, int]]
    """Fewest and most reached by region, over every way of deciding the open pairs; one of each region with any."""

    def range_of(self, region_id: int | None = None) -> tuple[int, int]:
        """The range of one region, or of all together."""
        some = [pair for region, pair in self.ranges.items() if region_id in (None, region)]
        return sum(pair[0] for pair in some), sum(pair[1] for pair in some)

    def reached(self, region_id: int | None = None, kind: Kind | None = None) -> list[Evidence]:
        """Evidence of one region or of all, of one kind or of both."""
        return [
            one
            for one in self.evidence
            if (region_id is None or one.region_id == region_id) and (kind is None or one.kind == kind)
        ]


def census(scope: Scope, moment: Moment, region_id: int | None = None) -> Census:
    """Count once what several figures need: a fixed number of statements, whatever the size.

    Regions are counted apart and remembered until a fact changes in them: nobody may change the answer.
    """
    asked = facts.regions_of(scope, region_id)
    regions = list(region_ids()) if asked is None else sorted(set(asked))
    if not regions:
        return Census([], [], {}, {})
    found = counted(("census", moment), regions, lambda missing: _by_region(missing, moment, asked))
    if len(regions) == 1:
        return found[regions[0]]
    return together(("census", moment), regions, lambda: _together([found[one] for one in regions]))


def _together(some: list[Census]) -> Census:
    """What several regions have together: an association has its seat, a cohort its place, in one of them."""
    return Census(
        sorted((one for each in some for one in each.completions), key=lambda one: one.enrolment_id),
        sorted(
            (one for each in some for one in each.evidence), key=lambda one: (one.on_date, one.association_id)
        ),
        {ident: place for each in some for ident, place in sorted(each.pending.items())},
        {region: pair for each in some for region, pair in each.ranges.items()},
    )


def _by_region(regions: list[int], moment: Moment, asked: facts.Regions) -> dict[int, Census]:
    """Each region's census, all of them read together; the whole country without naming its regions."""
    whole = _count(None if asked is None and len(regions) == len(region_ids()) else regions, moment)
    made = {region: Census([], [], {}, {}) for region in regions}
    for done in whole.completions:
        if done.cohort_region_id in made:
            made[done.cohort_region_id].completions.append(done)
    for proof in whole.evidence:
        made[proof.region_id].evidence.append(proof)
    for ident, place in whole.pending.items():
        made[place.region_id].pending[ident] = place
    for region, pair in whole.ranges.items():
        made[region].ranges[region] = pair
    return made


def _count(regions: facts.Regions, moment: Moment) -> Census:
    into, places = facts.merged(), facts.places(regions)
    found = _completions(regions, moment, into, places)
    nuclei = _nucleus(one for one in found if one.region_id is not None)
    asked = facts.transfer_thresholds(moment)
    same = same_persons(moment)
    doubts = Doubts(same, pairs_in(PairState.OPEN, moment))
    sheets = grouped(
        (into.get(association_id, association_id), hours)
        for association_id, hours in transfers.validated(regions, moment)
    )
    evidence: list[Evidence] = []
    ranges: dict[int, tuple[int, int]] = {}
    for association_id in sorted(nuclei.keys() | (sheets.keys() & places.keys())):
        place = places[association_id]
        rule = asked.get(place.region_id, Thresholds())
        mine = sheets.get(association_id, [])
        counted_as = attribute(nuclei.get(association_id), transfer_event(mine, rule, same))
        if counted_as is not None:
            evidence.append(Evidence(association_id, place.region_id, place.province_id, *counted_as))
        low, high = (1, 1) if association_id in nuclei else _between(doubts, mine, rule)
        known = ranges.get(place.region_id, (0, 0))
        ranges[place.region_id] = (known[0] + low, known[1] + high)
    reached = {one.association_id for one in evidence}
    waiting = {into.get(one, one) for one in transfers.declared(regions, moment)} - reached
    pending = {one: places[one] for one in sorted(waiting) if one in places}
    evidence.sort(key=lambda one: (one.on_date, one.association_id))
    return Census(found, evidence, pending, ranges)


def _between(doubts: Doubts, sheets: list[Hours], rule: Thresholds) -> tuple[int, int]:
    minutes: dict[int, int] = {}
    for hours in sheets:
        person = doubts.same.root(hours.person_id)
        minutes[person] = minutes.get(person, 0) + hours.minutes
    low, high = doubts.persons_between(minutes, rule.min_minutes)
    return int(low >= rule.min_persons), int(high >= rule.min_persons)


def evidence(scope: Scope, moment: Moment, region_id: int | None = None) -> list[Evidence]:
    """One entry for each reached association with its seat in scope, by the day since when it counts."""
    return census(scope, moment, region_id).evidence


def pending(scope: Scope, moment: Moment, region_id: int | None = None) -> list[int]:
    """Ids of associations that are declared, not validated and not reached."""
    return sorted(census(scope, moment, region_id).pending)


def reached_range(scope: Scope, moment: Moment, region_id: int | None = None) -> tuple[int, int]:
    """The fewest and the most reached associations while pairs of persons are undecided."""
    return census(scope, moment, region_id).range_of()
