"""Checks of the database itself: its schema, its pages, the references between its rows."""

from __future__ import annotations

import warnings
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from programme.base import clock
from programme.base.checks import register
from programme.base.database import Base
from programme.base.extensions import db
from programme.keeping.restore import is_unfinished
from programme.keeping.rows import revision_of

MOST_TOLD = 20
CLOCKS_APART_SECONDS = 120


@register("restauration", "Aucune restauration n'est restée inachevée.")
def restoration() -> list[str]:
    """A restore that was cut short."""
    if not is_unfinished(current_app.config["HOUSE"].instance):
        return []
    return ["une restauration a été interrompue : relancez `programme restore` avec la même sauvegarde."]


@register("schéma", "Le schéma de la base est celui de cette version du logiciel.")
def schema() -> list[str]:
    """The revision, then what somebody changed by hand."""
    config = current_app.extensions["migrate"].migrate.get_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with db.engine.connect() as link:
        found = revision_of(link)
        if found != newest:
            return [
                f"la base est au schéma {found}, cette version attend {newest} : lancez `programme init`."
            ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot compare is none of the operator's business
            context = MigrationContext.configure(link, opts={"compare_type": False})
            unlike = compare_metadata(context, Base.metadata)
    return [
        f"{_told(one)} ne correspond pas au schéma {newest} : défaites ce qui a été changé à la main."
        for one in unlike[:MOST_TOLD]
    ]


def _told(difference: Any) -> str:
    """What differs, by its kind and name."""
    if isinstance(difference, list):
        difference = difference[0]
    kind, *what = difference
    names = [getattr(one, "name", one) for one in what if isinstance(getattr(one, "name", one), str)]
    return f"{kind} {'.'.join(names)}"


@register("intégrité", "Les pages et les index de la base sont intègres.")
def integrity() -> list[str]:
    """What the engine itself says of its pages and indexes."""
    with db.engine.connect() as link:
        if link.dialect.name == "sqlite":
            said = [str(row[0]) for row in link.exec_driver_sql(f"PRAGMA integrity_check({MOST_TOLD})")]
            return [] if said == ["ok"] else [f"{one} : restaurez une sauvegarde." for one in said]
        broken = link.exec_driver_sql(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"
        )
        return [f"l'index {row[0]} n'est pas valide : REINDEX INDEX {row[0]}." for row in broken]


@register("références", "Chaque ligne renvoie à des lignes qui existent.")
def references() -> list[str]:
    """Every foreign key, asked anew: constraints can have been switched off on either engine."""
    with db.engine.connect() as link:
        if link.dialect.name == "sqlite":
            found = link.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST_TOLD)
            return [_lost(f"{row[0]} (ligne {row[1]})", row[2]) for row in found]
        faults = [
            _lost(f"{child} ({count} lignes)", parent)
            for child, parent, chosen in map(_dangling, _keys())
            if (count := link.scalar(chosen))
        ]
        loose = link.exec_driver_sql(
            "SELECT conname FROM pg_constraint WHERE NOT convalidated "
            "AND connamespace = current_schema()::regnamespace ORDER BY 1"
        )
        return faults + [
            f"la contrainte {row[0]} n'a jamais été vérifiée : VALIDATE CONSTRAINT." for row in loose
        ]


def _lost(child: str, parent: str) -> str:
    return f"{child} renvoie à {parent} qui n'existe pas : restaurez une sauvegarde ou faites corriger."


def _keys() -> list[sa.ForeignKeyConstraint]:
    return [key for table in Base.metadata.sorted_tables for key in table.foreign_key_constraints]


def _dangling(key: sa.ForeignKeyConstraint) -> tuple[str, str, sa.Select[int]]:
    """Child table, parent table, and how many rows of the child refer to nothing."""
    child, parent = key.table, key.referred_table.alias("parent")
    same = [one.parent == parent.c[one.column.name] for one in key.elements]
    there = sa.exists().where(*same).correlate(child)
    filled = [one.parent.is_not(None) for one in key.elements]
    chosen = sa.select(sa.func.count()).select_from(child).where(*filled, ~there)
    return str(child.name), str(key.referred_table.name), chosen


@register("horloge", "L'horloge de la machine et celle de la base concordent.")
def clocks() -> list[str]:
    """The clock of the database server, and the last entry of the journal, which nothing can postdate."""
    faults = []
    with db.engine.connect() as link:
        if link.dialect.name == "postgresql":
            theirs = link.execute(sa.select(sa.func.now())).scalar_one()
            apart = abs((theirs - clock.now()).total_seconds())
            if apart > CLOCKS_APART_SECONDS:
                faults.append(
                    f"{apart:.0f} secondes séparent cette machine du serveur de la base : réglez NTP."
                )
        entry = Base.metadata.tables["journal_entry"]
        last = link.scalar(sa.select(entry.c.at).order_by(entry.c.sequence.desc()).limit(1))
    if last is not None and (last - clock.now()).total_seconds() > CLOCKS_APART_SECONDS:
        faults.append(
            f"la dernière entrée du journal est datée du {last:%Y-%m-%d %H:%M} UTC, à venir : réglez NTP."
        )
    return faults
