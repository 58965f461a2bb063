"""The projections of words, for the commands that rebuild them and compare them with the records."""

from __future__ import annotations

from programme.base import projections
from regions.associations.rules import rebuild_keys, rebuild_words, stale_keys, stale_words

projections.register(
    "mots des associations",
    "La recherche d'associations porte sur leurs fiches telles qu'elles sont.",
    rebuild=rebuild_words,
    stale=stale_words,
)
projections.register(
    "mots comparés des associations",
    "Les doublons d'associations se cherchent par leurs noms tels qu'ils sont.",
    rebuild=rebuild_keys,
    stale=stale_keys,
)
