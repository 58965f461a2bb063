"""The progress of each region against its targets: the figures that every page, file and command shows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from cohorts.enrolment.queries import same_persons
from cohorts.reached import queries as reached
from cohorts.sessions.queries import hours
from programme.base.access import Scope
from programme.base.language import Bilingual
from programme.base.measures import Moment
from programme.base.remembering import counted, remembered, together
from regions.geography.models import Province
from regions.programmes.models import ProgrammeState, TargetVersion
from regions.programmes.queries import targets_by_region
from reports import queries


@dataclass(frozen=True, slots=True)
class ProvinceProgress:
    """Reached and enrolled associations with their seat in one province; None is « non précisé » (C7)."""

    province_id: int | None
    code: str | None
    name: Bilingual | None
    reached: int
    enrolled: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of RULES, Counting: target, enrolled, completed, reached and pending are kept apart.

    `reached_min` and `reached_max` are the range while records that may be one person are unresolved.
    """

    associations_target: int = 0
    associations_enrolled: int = 0
    associations_completed: int = 0
    trainees_target: int = 0
    trainees_enrolled: int = 0
    trainees_completed: int = 0
    reach_target: int = 0
    reached: int = 0
    reached_by_cohort: int = 0
    reached_by_transfer: int = 0
    declared_not_validated: int = 0
    reached_min: int = 0
    reached_max: int = 0
    sessions_held: int = 0
    minutes_attended: int = 0
    trainees_by_sex: dict[str, int] = field(default_factory=lambda: {"F": 0, "M": 0, "unknown": 0})


@dataclass(frozen=True, slots=True)
class Behind:
    """The ids behind the figures that can overlap between regions: one person or association in two cohorts."""

    seated: frozenset[int] = frozenset()
    people: Mapping[int, str] = field(default_factory=dict)
    """Sex by person id."""
    completed_associations: frozenset[int] = frozenset()
    completed_people: frozenset[int] = frozenset()


NAMELESS = Bilingual(None, None)
ELSEWHERE = Bilingual("خارج الجهة", "Hors de la région")
"""Enrolled in a cohort of the region with a seat in another one."""


@dataclass(frozen=True, slots=True)
class RegionProgress(Totals):
    """One region's figures at a moment."""

    region_id: int = 0
    code: str = ""
    name: Bilingual = NAMELESS
    by_province: tuple[ProvinceProgress, ...] = ()
    has_programme: bool = False
    state: ProgrammeState | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    ids: Behind = field(default_factory=Behind)

    @property
    def is_active(self) -> bool:
        """Whether it has a programme or anything counted."""
        return self.has_programme or bool(self.reached or self.ids.people)


NUMBERS = tuple(name for name in Totals.__dataclass_fields__ if name != "trainees_by_sex")


def total(rows: Sequence[RegionProgress]) -> Totals:
    """The figures of several regions together: their sum less what is counted in two of them (RULES, Counting).

    A reached association has its seat in one region only; a person or an association may be enrolled in two.
    """
    sums = {name: sum(getattr(row, name) for row in rows) for name in NUMBERS}
    people = {person: sex for row in rows for person, sex in row.ids.people.items()}
    sums["trainees_enrolled"] = len(people)
    sums["associations_enrolled"] = len({one for row in rows for one in row.ids.seated})
    sums["trainees_completed"] = len({one for row in rows for one in row.ids.completed_people})
    sums["associations_completed"] = len({one for row in rows for one in row.ids.completed_associations})
    by_sex = Counter(people.values())
    return Totals(**sums, trainees_by_sex={sex: by_sex[sex] for sex in ("F", "M", "unknown")})


class _Gathered:
    """Everything of one moment, read in a fixed number of statements and split by region."""

    def __init__(self, scope: Scope, moment: Moment) -> None:
        self.people: dict[int, dict[int, str]] = defaultdict(dict)
        self.seated: dict[int, dict[int, int | None]] = defaultdict(dict)
        for region, association, province, person, sex in queries.enrolled(scope, moment):
            self.people[region][person] = sex or "unknown"
            self.seated[region][association] = province
        census = reached.census(scope, moment)
        self.evidence: dict[int, list[reached.Evidence]] = defaultdict(list)
        for proof in census.evidence:
            self.evidence[proof.region_id].append(proof)
        self.completed: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
        same = same_persons(moment)
        for done in census.completions:
            associations, persons = self.completed[done.cohort_region_id]
            associations.add(done.association_id)
            persons.add(same.root(done.person_id))
        self.pending = Counter(place.region_id for place in census.pending.values())
        self.ranges = census.ranges
        self.held = hours.sessions_held_by_region(scope, moment)
        self.minutes = hours.minutes_by_region(scope, moment)


def progress(scope: Scope, moment: Moment, region_code: str | None = None) -> Sequence[RegionProgress]:
    """Figures of every region in scope that has a programme or anything counted, by code."""
    key = ("progress", scope, moment, region_code)
    seen = None if scope.regions is None else scope.regions | scope.territory
    return remembered(key, lambda: _progress(scope, moment, region_code), seen)


def totals(scope: Scope, moment: Moment, region_code: str | None = None) -> Totals:
    """`total` of what `progress` answers to the same question."""
    rows = progress(scope, moment, region_code)
    regions = [row.region_id for row in rows]
    return together(("totals", moment), regions, lambda: total(rows))


def _progress(scope: Scope, moment: Moment, region_code: str | None) -> list[RegionProgress]:
    """Each region is counted apart, so that a fact in one leaves what is known of the others."""
    wanted = [ident for ident, region in queries.regions(scope).items() if region_code in (None, region.code)]
    if not wanted:
        return []
    found = counted(("progress", moment), wanted, lambda missing: _of_regions(missing, moment))
    return [row for row in (found[one] for one in wanted) if row.is_active or region_code is not None]


def _of_regions(wanted: list[int], moment: Moment) -> dict[int, RegionProgress]:
    scope = Scope(regions=frozenset(wanted))
    gathered, regions = _Gathered(scope, moment), queries.regions(scope)
    programmes = queries.regions_with_programme(scope, moment)
    targets = targets_by_region(scope, moment.as_at, moment.known_on)
    provinces = _by_region(queries.provinces(wanted))
    made = {}
    for ident, region in regions.items():
        running = programmes.get(ident)
        made[ident] = RegionProgress(
            region_id=ident,
            code=region.code,
            name=region.name,
            by_province=_provinces(gathered, ident, provinces.get(ident, [])),
            has_programme=running is not None,
            state=running.state if running else None,
            starts_on=running.starts_on if running else None,
            ends_on=running.ends_on if running else None,
            ids=_behind(gathered, ident),
            **_figures(gathered, ident, targets.get(ident)),
        )
    return made


def _by_region(provinces: dict[int, Province]) -> dict[int, list[Province]]:
    found: dict[int, list[Province]] = defaultdict(list)
    for province in provinces.values():
        found[province.region_id].append(province)
    return found


def _figures(gathered: _Gathered, region: int, targets: TargetVersion | None) -> dict[str, Any]:
    proofs = gathered.evidence.get(region, [])
    by_kind = Counter(proof.kind for proof in proofs)
    associations, persons = gathered.completed.get(region, (set(), set()))
    by_sex = Counter(gathered.people.get(region, {}).values())
    low, high = gathered.ranges.get(region, (len(proofs), len(proofs)))
    return {
        "associations_target": targets.associations_target if targets else 0,
        "trainees_target": targets.trainees_target if targets else 0,
        "reach_target": targets.reach_target if targets else 0,
        "associations_enrolled": len(gathered.seated.get(region, {})),
        "associations_completed": len(associations),
        "trainees_enrolled": len(gathered.people.get(region, {})),
        "trainees_completed": len(persons),
        "reached": len(proofs),
        "reached_by_cohort": by_kind["N"],
        "reached_by_transfer": by_kind["T"],
        "declared_not_validated": gathered.pending[region],
        "reached_min": low,
        "reached_max": high,
        "sessions_held": gathered.held.get(region, 0),
        "minutes_attended": gathered.minutes.get(region, 0),
        "trainees_by_sex": {sex: by_sex[sex] for sex in ("F", "M", "unknown")},
    }


def _behind(gathered: _Gathered, region: int) -> Behind:
    associations, persons = gathered.completed.get(region, (set(), set()))
    return Behind(
        frozenset(gathered.seated.get(region, {})),
        gathered.people.get(region, {}),
        frozenset(associations),
        frozenset(persons),
    )


def _provinces(
    gathered: _Gathered, region: int, provinces: Iterable[Province]
) -> tuple[ProvinceProgress, ...]:
    counted = Counter(proof.province_id for proof in gathered.evidence.get(region, []))
    seated = Counter(gathered.seated.get(region, {}).values())
    rows = [
        ProvinceProgress(found.id, found.code, found.name, counted[found.id], seated[found.id])
        for found in provinces
    ]
    if counted[None] or seated[None]:
        rows.append(ProvinceProgress(None, None, None, counted[None], seated[None]))
    elsewhere = sum(seated.values()) - sum(row.enrolled for row in rows)
    if elsewhere:
        rows.append(ProvinceProgress(None, None, ELSEWHERE, 0, elsewhere))
    return tuple(rows)


def reached_curve(scope: Scope, region_id: int, moment: Moment) -> Sequence[tuple[dt.date, int]]:
    """Reached associations of a region, cumulated by the day on which each first counted."""
    return remembered(("curve", scope, region_id, moment), lambda: _reached_curve(scope, region_id, moment))


def _reached_curve(scope: Scope, region_id: int, moment: Moment) -> list[tuple[dt.date, int]]:
    days = Counter(proof.on_date for proof in reached.evidence(scope, moment, region_id))
    ordered = sorted(days)
    return list(zip(ordered, accumulate(days[day] for day in ordered), strict=True))
