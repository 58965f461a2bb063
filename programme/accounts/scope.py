"""From an account and its delegations to the actor and scope of a request."""

from __future__ import annotations

from collections import defaultdict

from partnerships.agreements import queries as agreements
from programme.base.access import Actor, Role, Scope
from programme.base.accounts import Account, Serves

WHOLE_COUNTRY = frozenset({Role.MINISTRY_OFFICER, Role.AUDITOR})


def actor_of(account: Account) -> Actor:
    """The actor that `account` is; an inactive one may nothing."""
    actor = Actor.of(account.id, account.name, account.role)
    return actor if account.is_active else Actor(account.id, account.name, account.role, frozenset())


def scope_of(account: Account) -> Scope:
    """What `account` meets: its role decides how its delegations are read (MISSION.md, who uses it)."""
    if account.role in WHOLE_COUNTRY:
        return Scope.country()
    served: dict[Serves, set[int]] = defaultdict(set)
    for delegation in account.delegations:
        served[delegation.kind].add(delegation.target_id)
    regions = frozenset(served[Serves.REGION])
    if account.role is Role.REGIONAL_OFFICER:
        return Scope(regions=regions)
    if account.role in {Role.REGIONAL_PARTNER, Role.IMPLEMENTER}:
        return _party_scope(regions, served)
    return Scope(
        associations=frozenset(served[Serves.ASSOCIATION]),
        trainers=frozenset(served[Serves.TRAINER]),
        persons=frozenset(served[Serves.PERSON]),
    )


def _party_scope(regions: frozenset[int], served: dict[Serves, set[int]]) -> Scope:
    """Partners and implementers see the agreements of their organisations, and the registry of those regions.

    An implementer's files are those its agreements carry; a partner reads totals only, and no file.
    """
    organisations = frozenset(served[Serves.ORGANISATION])
    covered = agreements.covered_by(organisations, frozenset(served[Serves.AGREEMENT]))
    return Scope(
        territory=regions | frozenset(r for _reference, r in covered if r is not None),
        agreements=frozenset(reference for reference, _region in covered),
        organisations=organisations,
        placed=frozenset((reference, region) for reference, region in covered if region is not None),
    )
