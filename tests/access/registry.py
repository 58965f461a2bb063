"""What stands for each URL argument: a record of region A, one of region B, or a value that no region owns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from programme.base.access import Access, Permission, access_of
from tests.access.world import Side, World

RECORDS: dict[str, str] = {
    "activity_id": "submitted_activity_id",
    "participation_id": "submitted_participation_id",
} | {
    name: name
    for name in (
        "association_id",
        "document_id",
        "mandate_id",
        "suspicion_id",
        "organisation_id",
        "agreement_id",
        "party_id",
        "commitment_id",
        "regional_programme_id",
        "cohort_id",
        "seat_id",
        "enrolment_id",
        "person_id",
        "pair_id",
        "consent_id",
        "request_id",
        "session_id",
        "sitting_id",
    )
}
"""Argument → key in `Side.ids`, the same for every endpoint."""

RECORDS_OF: dict[tuple[str, str], str] = {
    ("partnerships.agreements.download", "file_id"): "agreement_file_id",
    ("programme.home.region", "code"): "region_code",
    ("programme.imports.take_back", "code"): "batch",
    ("cohorts.enrolment.confirm", "enrolment_id"): "nominated_id",
    ("cohorts.sessions.download", "file_id"): "session_file_id",
}
"""(endpoint, argument) → key, where the endpoint asks for a particular record."""

FREE: dict[str, str | int] = {
    "kind_name": "associations",
    "which": "fr",
    "token": "none",
    "verb": "distinct",
    "kind": "json",
    "export_id": 1,
}
"""Arguments that name no record of a region, with a value that exists."""

FREE_OF: dict[tuple[str, str], str | int] = {
    ("reports.show", "name"): "progress",
    ("reports.download", "name"): "progress",
    ("partnerships.agreements.step", "name"): "negotiate",
    ("cohorts.enrolment.move", "name"): "close",
    ("regions.programmes.move", "name"): "postpone",
    ("cohorts.transfer.step", "name"): "validate",
    ("cohorts.people.decide", "state"): "distinct",
    ("programme.privacy.decide", "name"): "refuse",
}

NOBODYS = 2**31 - 1
NATIONAL = {
    "module_id": "the curriculum is the country's, no region owns a module",
    "account_id": "accounts are the administrator's, whatever they serve",
    "browser_id": "a browser session is its account's own: another's is not found (tests of accounts)",
}
"""Arguments of records that belong to no region, and why."""


@dataclass(frozen=True, slots=True)
class Door:
    """One endpoint with one of its methods."""

    rule: Rule
    endpoint: str
    method: str
    access: Access

    @property
    def permission(self) -> Permission:
        assert self.access.permission is not None
        return self.access.permission

    @property
    def records(self) -> list[str]:
        """Arguments that name a record of a region."""
        return [
            name
            for name in sorted(self.rule.arguments)
            if name in RECORDS or (self.endpoint, name) in RECORDS_OF
        ]

    def key(self, argument: str) -> str:
        return RECORDS_OF.get((self.endpoint, argument)) or RECORDS[argument]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


def doors(app: Flask) -> list[Door]:
    """Every endpoint that is not public, with each real method, by name; those with unknown arguments left out."""
    return [door for door in all_doors(app) if not missing_of(door)]


def all_doors(app: Flask) -> list[Door]:
    """The same with those whose arguments nobody registered, which `test_declared` refuses."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.endpoint == "static" or access is None or access.is_public:
            continue
        found += [
            Door(rule, rule.endpoint, method, access)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return sorted(found, key=str)


def missing_of(door: Door) -> list[str]:
    """Arguments of a door for which nobody said what stands for them."""
    known = {*RECORDS, *FREE, *NATIONAL}
    given = {name for endpoint, name in (*RECORDS_OF, *FREE_OF) if endpoint == door.endpoint}
    return [f"{door.endpoint}: {name}" for name in sorted(door.rule.arguments) if name not in known | given]


def unregistered(app: Flask) -> list[str]:
    """Arguments that the walk cannot fill."""
    return sorted({one for door in all_doors(app) for one in missing_of(door)})


def _value(door: Door, name: str, side: Side, world: World) -> str | int:
    if (door.endpoint, name) in FREE_OF:
        return FREE_OF[door.endpoint, name]
    if name in door.records:
        key = door.key(name)
        return side.ids[key] if key in side.ids else side.codes[key]
    if name == "module_id":
        return int(world.mine.ids["module_id"])
    if name == "account_id":
        return int(world.other.ids["officer_id"])
    if name == "browser_id":
        return NOBODYS
    return FREE[name]


def address(app: Flask, door: Door, world: World, others: frozenset[str] = frozenset()) -> str:
    """The path with records of region A, but of region B for the arguments in `others`."""
    values = {
        name: _value(door, name, world.other if name in others else world.mine, world)
        for name in door.rule.arguments
    }
    built = app.url_map.bind("localhost").build(door.endpoint, values, method=door.method)
    return str(built)


def foreign(door: Door) -> Iterator[frozenset[str]]:
    """Every way of putting records of region B in the address: all, and each mixture with those of A."""
    names = door.records
    for size in range(len(names), 0, -1):
        yield from map(frozenset, itertools.combinations(names, size))
