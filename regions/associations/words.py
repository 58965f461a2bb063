"""The words by which an association is found: names, number, places, and facets for the filters."""

from __future__ import annotations

from collections.abc import Iterable

from programme.base import folding
from regions.associations.fields import TO_CHECK, is_incomplete
from regions.associations.models import Association, ReceiptKind

LONGEST = 80
# A folded word never holds "=", so that no typed word can meet a facet.
DOMAIN, COVERAGE, RECEIPT = "d=", "c=", "k="
INCOMPLETE, CHECK = "i=", "v="
PROVISIONAL = "p="
"""Followed by region and date of a provisional receipt: the old ones of a region stand together."""


def words_of(association: Association, places: Iterable[str | None]) -> set[str]:
    """Every word of the projection for one record; `places` are the names of its commune and province."""
    texts = (association.name_ar, association.name_fr, association.receipt_no, *places)
    found = {word for text in texts if text for word in folding.words(text)}
    found |= {DOMAIN + word for word in folding.words(association.domain or "")}
    if association.coverage:
        found.add(COVERAGE + association.coverage)
    if association.receipt_kind:
        found.add(RECEIPT + association.receipt_kind)
    if association.receipt_kind is ReceiptKind.PROVISIONAL and association.receipt_date:
        found.add(f"{PROVISIONAL}{association.region_id}:{association.receipt_date}")
    if is_incomplete(association):
        found.add(INCOMPLETE)
    if TO_CHECK in (association.odd or "").split(","):
        found.add(CHECK)
    return {word[:LONGEST] for word in found}
