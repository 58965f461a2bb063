"""What `programme doctor` looks at: the list of erasures, and heads of the journal that were kept."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from programme.base import checks, heads
from programme.base.extensions import db
from programme.privacy.queries import erased_ids
from programme.privacy.rules import again, listed


def _instance() -> Path:
    return Path(current_app.config["HOUSE"].instance)


@checks.register("erasures", "Chaque personne effacée est sur la liste des effacements, et le reste.")
def erasures() -> list[str]:
    """Erased persons who are not listed, and listed ones who came back."""
    lines = listed.read(_instance() / listed.FILE)
    missing = erased_ids() - {one.person_id for one in lines}
    back = again.brought_back(lines)
    found = []
    if missing or back:
        found.append(
            f"{len(missing)} à ajouter à la liste, {len(back)} revenues : lancez « programme privacy replay »."
        )
    return found


@checks.register("heads", "Le journal concorde avec les empreintes relevées.")
def kept_heads() -> list[str]:
    """Heads that the chain no longer has."""
    faults = heads.contradicted(db.session, heads.recorded(_instance()))
    return [f"n° {one.sequence} : lancez « programme audit verify »." for one in faults]
