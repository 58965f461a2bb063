"""The figure of commitments kept."""

from __future__ import annotations

from partnerships.agreements.models import CommitmentState
from partnerships.commitments import queries
from partnerships.commitments.standing import standings
from programme.base import clock
from programme.base.access import Scope
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Measure, Moment, register


def kept(scope: Scope, moment: Moment) -> list[int]:
    """Ids of the commitments that stand as kept at the moment."""
    found = queries.commitments(scope, recorded_by=clock.end_of_day(moment.known_on))
    standing = standings(found, moment)
    return [one.id for one in found if standing[one.id].state is CommitmentState.KEPT]


register(
    Measure(
        "commitments_kept",
        _l("Engagements tenus"),
        _l("engagements"),
        _l(
            "Engagements dont l'indicateur atteint la quantité promise, ou dont la preuve est archivée, "
            "dans les conventions en vigueur ou qui l'ont été."
        ),
        ids=kept,
    )
)
