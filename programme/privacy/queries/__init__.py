"""Reads of persons' requests, and of everything that tells of a person."""

from programme.privacy.queries.requests import (
    PAGE,
    accounts_of,
    entries_of,
    erased_ids,
    get_request,
    held,
    is_asked,
    open_due,
    own_persons,
    requests,
    requests_of,
    visible,
)

__all__ = [
    "PAGE",
    "accounts_of",
    "entries_of",
    "erased_ids",
    "get_request",
    "held",
    "is_asked",
    "open_due",
    "own_persons",
    "requests",
    "requests_of",
    "visible",
]
