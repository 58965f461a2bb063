"""Reads of the start pages; `scope` first."""

from programme.home.queries.activities import Activity, Occasion, latest_validated, occasions
from programme.home.queries.own import (
    OwnMark,
    OwnSitting,
    own_associations,
    own_attendance,
    own_enrolments,
    own_seats,
    own_sittings,
    own_transfers,
)
from programme.home.queries.system import AccountsState, accounts_state, schema_revision

__all__ = [
    "AccountsState",
    "Activity",
    "Occasion",
    "OwnMark",
    "OwnSitting",
    "accounts_state",
    "latest_validated",
    "occasions",
    "own_associations",
    "own_attendance",
    "own_enrolments",
    "own_seats",
    "own_sittings",
    "own_transfers",
    "schema_revision",
]
