"""Checks of the work done beside the requests."""

from __future__ import annotations

from programme.base import jobs
from programme.base.checks import register


@register("travaux", "Les travaux demandés et ceux de chaque nuit sont faits.")
def work() -> list[str]:
    """Jobs that were given up."""
    return [
        f"{count} travaux abandonnés ({name}) : les journaux du serveur disent l'erreur."
        for name, count in sorted(jobs.failures().items())
        if count
    ]
