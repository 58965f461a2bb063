"""The records that a page of evidence names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from cohorts.enrolment.models import Cohort
from cohorts.enrolment.queries.records import visible as cohort_visible
from cohorts.reached.counting import Event
from cohorts.reached.queries.census import Evidence
from cohorts.reached.queries.lineage import activities_seen, by_id
from cohorts.transfer.models import TransferActivity
from programme.base.access import Scope
from programme.base.extensions import db
from regions.associations.models import Association
from regions.geography.models import Province, Region
from regions.geography.queries import provinces, regions


@dataclass(frozen=True, slots=True)
class Names:
    """Records by id."""

    associations: dict[int, Association]
    cohorts: dict[int, Cohort]
    activities: dict[int, TransferActivity]
    provinces: dict[int, Province]
    regions: dict[int, Region]
    cohorts_seen: frozenset[int] = frozenset()
    """Cohorts whose page opens in this scope; of the others the name stands without a link."""

    def cohorts_of(self, event: Event) -> list[Cohort]:
        """The cohorts through which N came about."""
        return [self.cohorts[one] for one in event.via] if event.kind == "N" else []

    def hosts_of(self, event: Event) -> list[Association]:
        """The associations that gave the activities of T."""
        return [self.associations[one] for one in event.host_ids]

    def activities_of(self, event: Event) -> list[TransferActivity]:
        """The activities of T whose sheets are in the scope."""
        seen = self.activities
        return [seen[one] for one in event.via if one in seen] if event.kind == "T" else []


def names(scope: Scope, shown: Collection[Evidence]) -> Names:
    """What the rows of one page name; seven statements."""
    events = [event for one in shown for event in (one.first, one.also) if event is not None]
    nuclei = [event for event in events if event.kind == "N"]
    transfers = [event for event in events if event.kind == "T"]
    ids = {one.association_id for one in shown} | {host for event in events for host in event.host_ids}
    cohort_ids = sorted({one for event in nuclei for one in event.via})
    open_cohorts = sa.select(Cohort.id).where(Cohort.id.in_(cohort_ids), cohort_visible(scope))
    return Names(
        by_id(Association, ids),
        by_id(Cohort, cohort_ids),
        by_id(TransferActivity, activities_seen(scope, (one for event in transfers for one in event.via))),
        {one.id: one for one in provinces(scope)},
        {one.id: one for one in regions(scope)},
        frozenset(db.session.scalars(open_cohorts)),
    )
