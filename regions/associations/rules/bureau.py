"""Mandates of the bureau and the files of the dossier (RULES A3)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from programme.base import cleaning, clock, files, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.holding import hold
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from regions.associations.models import (
    Association,
    AssociationDocument,
    BureauRole,
    DocumentKind,
    Mandate,
)

ONE_HOLDER = frozenset({BureauRole.PRESIDENT, BureauRole.SECRETARY, BureauRole.TREASURER})
"""Offices that one person holds at a time; the others have as many holders as the statutes say."""

journal.declare(
    {
        "association:mandate:change": _l("Mandat du bureau enregistré"),
        "association:mandate:end": _l("Mandat du bureau terminé"),
        "association:document:add": _l("Document ajouté"),
    }
)


@acting(Permission.ASSOCIATION_WRITE)
def change_mandate(
    actor: Actor,
    association: Association,
    *,
    role: BureauRole,
    name_ar: str,
    from_on: dt.date,
    name_fr: str | None = None,
    phone: str | None = None,
    replaces: Mandate | None = None,
    minutes: AssociationDocument | None = None,
) -> Mandate:
    """Enter who holds an office from a day on; the mandate it replaces ends the day before (RULES A3).

    President, secretary and treasurer replace whoever holds the office; for the others name `replaces`.
    Refused: a change without its minutes, minutes of another dossier, a start not after the old one's.
    """
    hold(association)
    old = replaces or (_holder(association, role) if role in ONE_HOLDER else None)
    _check_minutes(association, minutes, is_needed=old is not None)
    if old is not None:
        _end(old, from_on - dt.timedelta(days=1), "from_on")
    made = Mandate(
        association=association,
        role=role,
        name_ar=cleaning.clean_text(name_ar, 200),
        name_fr=cleaning.clean_text(name_fr, 200) or None,
        phone=(cleaning.clean_phone(phone).value or "")[:40] or None,
        from_on=from_on,
        minutes_id=minutes.id if minutes else None,
    )
    if not made.name_ar:
        raise Refused(_("Indiquez le nom en arabe."), "name_ar", code="A3")
    db.session.add(made)
    shown = {"role": role, "name": made.name_ar, "from_on": from_on}
    journal.record(
        db.session, actor, "association:mandate:change", association, after=shown, hidden=("name",)
    )
    if role is BureauRole.PRESIDENT and from_on <= clock.today():
        association.president = made.name_ar
    db.session.flush()
    return made


@acting(Permission.ASSOCIATION_WRITE)
def end_mandate(
    actor: Actor, mandate: Mandate, *, until_on: dt.date, minutes: AssociationDocument | None
) -> Mandate:
    """End a mandate that nobody takes over; needs its minutes (RULES A3)."""
    if mandate.until_on is not None:
        raise Refused(_("Ce mandat est déjà terminé."), "until_on", code="A3")
    _check_minutes(mandate.association, minutes, is_needed=True)
    _end(mandate, until_on, "until_on")
    journal.record(
        db.session,
        actor,
        "association:mandate:end",
        mandate.association,
        after={
            "role": mandate.role,
            "until_on": until_on,
            "minutes_file": minutes.file.display_name if minutes else None,
        },
    )
    db.session.flush()
    return mandate


def _holder(association: Association, role: BureauRole) -> Mandate | None:
    return db.session.scalar(
        sa.select(Mandate)
        .where(Mandate.association_id == association.id, Mandate.role == role, Mandate.until_on.is_(None))
        .order_by(Mandate.from_on.desc(), Mandate.id.desc())
        .limit(1)
    )


def _check_minutes(association: Association, minutes: AssociationDocument | None, *, is_needed: bool) -> None:
    if minutes is None:
        if is_needed:
            raise Refused(_("Un changement du bureau a besoin de son procès-verbal."), "minutes", code="A3")
        return
    if minutes.association_id != association.id or minutes.kind is not DocumentKind.MINUTES:
        raise Refused(_("Ce document n'est pas un procès-verbal de cette association."), "minutes", code="A3")


def _end(mandate: Mandate, on: dt.date, field: str) -> None:
    if mandate.until_on is not None and mandate.until_on <= on:
        return
    if on < mandate.from_on:
        raise Refused(_("Cette date précède le début du mandat en cours."), field, code="A3")
    mandate.until_on = on


@acting(Permission.ASSOCIATION_WRITE)
def add_document(
    actor: Actor,
    association: Association,
    *,
    kind: DocumentKind,
    data: bytes,
    display_name: str,
    folder: Path,
    title: str | None = None,
    expires_on: dt.date | None = None,
) -> AssociationDocument:
    """Keep a file of the dossier, with the day on which it lapses. Refused: what `files.keep` refuses."""
    stored = files.keep(db.session, folder, data, display_name, actor.account_id)
    made = AssociationDocument(
        association=association,
        kind=kind,
        title=cleaning.clean_text(title, 200) or None,
        file=stored,
        expires_on=expires_on,
    )
    db.session.add(made)
    db.session.flush()
    noted = {"kind": kind, "file": stored.display_name, "sha256": stored.sha256, "expires_on": expires_on}
    journal.record(db.session, actor, "association:document:add", association, after=noted)
    return made
