"""Checks of what was recorded: the journal, stored files, what was sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from programme.base import chain, files, heads
from programme.base.checks import register
from programme.base.database import Base
from programme.base.extensions import db
from programme.base.personal import SealBroken
from programme.base.vault import vault

MOST_TOLD = 20
PIECE = 1024 * 1024


def _instance() -> Path:
    return Path(current_app.config["HOUSE"].instance)


@register("journal", "La chaîne du journal est intègre et s'accorde avec les empreintes relevées.")
def journal() -> list[str]:
    """The chain in itself, and against the heads that were written down."""
    faults = chain.verify(db.session) + heads.contradicted(db.session, heads.recorded(_instance()))
    return [
        f"entrée n° {one.sequence} ({one.kind}) : gardez la base telle quelle, `programme audit verify` dit le reste."
        for one in faults[:MOST_TOLD]
    ]


@register("fichiers", "Chaque fichier déposé est là, tel qu'il était, et aucun n'est de trop.")
def stored() -> list[str]:
    """Missing, altered and stray files of the store; each is read and hashed."""
    folder = current_app.config["HOUSE"].uploads
    chosen = sa.select(files.StoredFile.stored_name, files.StoredFile.sha256).order_by(files.StoredFile.id)
    faults = [
        fault for name, sha256 in db.session.execute(chosen) if (fault := _fault(folder / name, sha256))
    ]
    lost = files.strays(db.session, folder)
    if lost:
        faults.append(
            f"{len(lost)} fichiers sans fiche dans {folder}, le premier {lost[0].name} : le travail de la nuit "
            f"les met de côté dans {folder.parent / files.ASIDE}, s'il s'agit bien de la base de ce dossier."
        )
    return faults[:MOST_TOLD]


def _fault(path: Path, sha256: str) -> str:
    if not path.is_file():
        return f"{path.name} manque : reprenez-le d'une sauvegarde."
    digest = hashlib.sha256()
    with path.open("rb") as data:
        while piece := data.read(PIECE):
            digest.update(piece)
    return (
        "" if digest.hexdigest() == sha256 else f"{path.name} a été modifié : reprenez-le d'une sauvegarde."
    )


@register("clé des données", "La clé des données ouvre ce qui a été chiffré.")
def key() -> list[str]:
    """The first and the last text of each sealed column."""
    faults = []
    for column in _sealed():
        place = f"{column.table.name}.{column.name}"
        if not all(_opens(text) for text in _samples(column)):
            faults.append(f"la clé n'ouvre pas {place} : remettez l'ancien data.key (ou PROGRAMME_DATA_KEY).")
    return faults


def _sealed() -> Iterator[sa.Column[str]]:
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if column.info.get("sealed"))


def _samples(column: sa.Column[str]) -> list[str]:
    first = [one.asc() for one in column.table.primary_key]
    last = [one.desc() for one in column.table.primary_key]
    return [
        text
        for order in (first, last)
        for text in db.session.scalars(sa.select(column).where(column.is_not(None)).order_by(*order).limit(1))
    ]


def _opens(text: str) -> bool:
    try:
        vault().open(text)
    except SealBroken:
        return False
    return True
