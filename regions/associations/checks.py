"""The projection of words, for the commands that rebuild it and compare it with the records."""

from __future__ import annotations

from programme.base import projections
from regions.associations.rules import rebuild_words, stale_words

projections.register(
    "mots des associations",
    "La recherche d'associations porte sur leurs fiches telles qu'elles sont.",
    rebuild=rebuild_words,
    stale=stale_words,
)
