"""Papers and bureaus of the trained associations: some lapse soon, one has lapsed, one bureau changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from programme.base.access import Actor
from programme.demo.inventing import Inventor
from programme.demo.papers import paper
from regions.associations.models import Association, BureauRole, DocumentKind
from regions.associations.rules import add_document, change_mandate

LAPSES = (
    dt.date(2026, 6, 30),
    dt.date(2026, 12, 15),
    dt.date(2027, 1, 10),
    dt.date(2027, 9, 30),
)
CHANGED_ON = dt.date(2025, 3, 8)


def fill(actor: Actor, inventor: Inventor, associations: Sequence[Association], folder: Path) -> None:
    """Bureaus for all of them; papers for the first ones; a new president with the minutes for the first."""
    for association in associations:
        for role in (BureauRole.PRESIDENT, BureauRole.SECRETARY, BureauRole.TREASURER):
            name_ar, name_fr = inventor.name()
            change_mandate(
                actor,
                association,
                role=role,
                name_ar=name_ar,
                name_fr=name_fr,
                from_on=dt.date(2022, 1, 16),
            )
    for association, lapses_on in zip(associations, LAPSES, strict=False):
        add_document(
            actor,
            association,
            kind=DocumentKind.BANK,
            data=paper("Attestation bancaire"),
            display_name="attestation-bancaire.pdf",
            folder=folder,
            expires_on=lapses_on,
        )
    _change_president(actor, inventor, associations[0], folder)


def _change_president(actor: Actor, inventor: Inventor, first: Association, folder: Path) -> None:
    minutes = add_document(
        actor,
        first,
        kind=DocumentKind.MINUTES,
        data=paper("Procès-verbal de l'assemblée générale"),
        display_name="pv-assemblee-2025.pdf",
        folder=folder,
    )
    name_ar, name_fr = inventor.name("F")
    change_mandate(
        actor,
        first,
        role=BureauRole.PRESIDENT,
        name_ar=name_ar,
        name_fr=name_fr,
        from_on=CHANGED_ON,
        minutes=minutes,
    )
