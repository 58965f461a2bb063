"""The records that a page of evidence names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cohorts.enrolment.models import Cohort
from cohorts.reached.counting import Event
from cohorts.reached.queries.census import Evidence
from cohorts.reached.queries.lineage import by_id
from cohorts.transfer.models import TransferActivity
from programme.base.access import Scope
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

    def cohorts_of(self, event: Event) -> list[Cohort]:
        """The cohorts through which N came about."""
        return [self.cohorts[one] for one in event.via] if event.kind == "N" else []

    def hosts_of(self, event: Event) -> list[Association]:
        """The associations that gave the activities of T."""
        return [self.associations[one] for one in event.host_ids]

    def activities_of(self, event: Event) -> list[TransferActivity]:
        """The activities of T."""
        return [self.activities[one] for one in event.via] if event.kind == "T" else []


def names(scope: Scope, shown: Collection[Evidence]) -> Names:
    """What the rows of one page name; five statements."""
    events = [event for one in shown for event in (one.first, one.also) if event is not None]
    nuclei = [event for event in events if event.kind == "N"]
    transfers = [event for event in events if event.kind == "T"]
    ids = {one.association_id for one in shown} | {host for event in events for host in event.host_ids}
    return Names(
        by_id(Association, ids),
        by_id(Cohort, (one for event in nuclei for one in event.via)),
        by_id(TransferActivity, (one for event in transfers for one in event.via)),
        {one.id: one for one in provinces(scope)},
        {one.id: one for one in regions(scope)},
    )
