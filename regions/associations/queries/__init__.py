"""Reads of the registry; `scope` first, except where a rule asks whether a record exists at all."""

from regions.associations.queries.identity import canonical, find_association, find_receipt, neighbours
from regions.associations.queries.listing import Filters, Listing, associations, by_id, ids_among, some
from regions.associations.queries.records import (
    documents_of,
    expiring_documents,
    get_association,
    get_document,
    get_mandate,
    get_suspicion,
    history_of,
    mandates_of,
    provisional_receipts,
    suspects_of,
    suspicions,
    visible,
)

__all__ = [
    "Filters",
    "Listing",
    "associations",
    "by_id",
    "canonical",
    "documents_of",
    "expiring_documents",
    "find_association",
    "find_receipt",
    "get_association",
    "get_document",
    "get_mandate",
    "get_suspicion",
    "history_of",
    "ids_among",
    "mandates_of",
    "neighbours",
    "provisional_receipts",
    "some",
    "suspects_of",
    "suspicions",
    "visible",
]
