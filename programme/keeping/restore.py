"""Putting a backup into an empty place: all of it or nothing, however it is interrupted.

The archive was checked before. Files are written aside and the rows loaded in one transaction, in which the
schema of the backup is made, filled, compared hash by hash and brought to today's. Just before it commits the
files get their places; a marker tells a later attempt that what stands there is an unfinished restore's.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from programme.base import remembering
from programme.base.database import alone, intact, unguarded, writing
from programme.base.extensions import db
from programme.base.personal import KEY_FILE, BadKey, SealBroken, Vault, load_keys
from programme.base.vault import provide, vault
from programme.keeping.archive import Reader
from programme.keeping.backup import FOLDERS, KEYS, SEALED
from programme.keeping.manifest import BadArchive, Manifest
from programme.keeping.rows import Table, measured, tables_of, write

ASIDE = ".restoring"
MARKER = ".restore-unfinished"
PLACES = ("uploads", *FOLDERS, "emblem.png", "emblem.jpg")


def restore(
    reader: Reader, engine: Engine, instance: Path, config: Any, *, without_key: bool = False
) -> None:
    """Fill the empty database of `engine` and the empty `instance` from a checked archive.

    `config` is Alembic's. `finish` is to be called once the hooks of `after_restore` have run. Raises
    BadArchive, in one sentence, where the place is not empty, the revision is unknown or the data key of this
    place is another one (unless `without_key`).
    """
    _known(reader.manifest, ScriptDirectory.from_config(config))
    if _is_loaded(engine, instance, reader.manifest):
        return  # the last attempt was cut short after its commit: only what follows is left to do
    _empty(engine, instance)
    _keys(reader, instance, without_key=without_key)
    db.session.remove()
    _mark(instance, reader.manifest)
    aside = instance / ASIDE
    try:
        _set_aside(reader, aside)
        with _prepared(engine) as connection:
            if tables_of(connection):
                raise BadArchive("Une autre commande vient de remplir cette base.")
            _load(reader, connection, config)
            _put(aside, instance)
    except BaseException:
        _clear(instance)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    remembering.forget()


def finish(instance: Path) -> None:
    """Say that the restore is over, erasures made anew included: the place is an installation like another."""
    (instance / MARKER).unlink()


def is_unfinished(instance: Path) -> bool:
    """Whether a restore into this place was cut short."""
    return (instance / MARKER).exists()


def _is_loaded(engine: Engine, instance: Path, manifest: Manifest) -> bool:
    """Whether this very backup was loaded here, committed, and not yet `finish`ed."""
    marker = instance / MARKER
    if not marker.exists() or marker.read_text() != _print_of(manifest):
        return False
    with engine.connect() as connection:
        return bool(tables_of(connection))


@contextmanager
def _prepared(engine: Engine) -> Iterator[sa.Connection]:
    token = writing.set(True)
    try:
        with engine.connect() as connection, unguarded(connection), connection.begin():
            alone(connection)
            yield connection
    finally:
        writing.reset(token)


def _known(manifest: Manifest, scripts: ScriptDirectory) -> None:
    if manifest.revision not in {step.revision for step in scripts.walk_revisions()}:
        raise BadArchive(
            f"Cette sauvegarde vient d'une version plus récente du logiciel (schéma {manifest.revision}) : "
            "installez cette version, puis recommencez."
        )


def _empty(engine: Engine, instance: Path) -> None:
    """Refuse a place where something stands, but for what an unfinished restore left in it."""
    with engine.connect() as connection:
        is_filled = bool(sa.inspect(connection).get_table_names())
    if is_filled:
        raise BadArchive(
            "Cette base n'est pas vide : une sauvegarde ne se restaure que dans une base vide. "
            "Donnez une autre base (DATABASE_URL) ou un autre dossier (PROGRAMME_INSTANCE)."
        )
    if (instance / MARKER).exists():
        _clear(instance)
    for name in PLACES:
        path = instance / name
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise BadArchive(
                f"{path} n'est pas vide : une sauvegarde ne se restaure que dans un dossier vide."
            )


def _keys(reader: Reader, instance: Path, *, without_key: bool) -> None:
    """See that the data key of this place opens what the backup sealed, taking the backup's own where it has it."""
    if without_key or _opens(reader.manifest):
        return
    if not reader.manifest.with_keys or os.environ.get("PROGRAMME_DATA_KEY"):
        raise BadArchive(
            "La clé des données de cette installation n'est pas celle de la sauvegarde : posez l'ancien "
            f"data.key dans {instance} (ou PROGRAMME_DATA_KEY), ou donnez --without-key et renoncez aux CIN."
        )
    with tempfile.TemporaryDirectory(prefix=".keys-", dir=instance) as aside:
        fresh = [Path(aside) / name for name in KEYS if f"keys/{name}" in reader.manifest.files]
        for path in fresh:
            reader.copy(f"keys/{path.name}", path)
            path.chmod(0o600)
        kept = _kept(Path(aside))
        if kept is None or not _opens(reader.manifest, kept):
            raise BadArchive("La clé contenue dans la sauvegarde n'ouvre pas ses propres données.")
        for path in fresh:
            path.replace(instance / path.name)  # the key there has sealed nothing: the database is empty
    provide(kept)


def _kept(folder: Path) -> Vault | None:
    """What the data key in `folder` opens and seals; None where none stands there, or it is none."""
    if not (folder / KEY_FILE).is_file():
        return None
    try:
        return Vault(*load_keys(folder, environ={}))
    except BadKey:
        return None


def _opens(manifest: Manifest, by: Vault | None = None) -> bool:
    try:
        return (by or vault()).open(manifest.seal) == SEALED
    except SealBroken:
        return False


def _set_aside(reader: Reader, aside: Path) -> None:
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    for name in reader.manifest.files:
        if not name.startswith("keys/"):
            (aside / name).parent.mkdir(exist_ok=True)
            reader.copy(name, aside / name)


def _put(aside: Path, instance: Path) -> None:
    """Give the files their places; each is a rename, on one disk."""
    for found in sorted(aside.iterdir()):
        place = instance / found.name
        if place.is_dir():
            place.rmdir()  # empty, or `_empty` would have refused
        found.rename(place)


def _clear(instance: Path) -> None:
    """Take away what an unfinished restore put: the place had been empty before its marker was written."""
    shutil.rmtree(instance / ASIDE, ignore_errors=True)
    for name in PLACES:
        path = instance / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    (instance / MARKER).unlink(missing_ok=True)


def _mark(instance: Path, manifest: Manifest) -> None:
    with (instance / MARKER).open("w") as out:
        out.write(_print_of(manifest))
        out.flush()
        os.fsync(out.fileno())


def _print_of(manifest: Manifest) -> str:
    return hashlib.sha256(manifest.dumped()).hexdigest()


def _load(reader: Reader, connection: sa.Connection, config: Any) -> None:
    """Schema of the backup, its rows, then today's schema; nothing is committed here."""
    config.attributes["connection"] = connection
    command.upgrade(config, reader.manifest.revision)
    tables = tables_of(connection)
    told = {name: table.columns for name, table in reader.manifest.tables.items()}
    if {table.name: list(table.columns) for table in tables} != told:
        raise BadArchive("Les tables de la sauvegarde ne sont pas celles de son schéma.")
    with _without_references(connection):
        for table in tables:
            connection.execute(sa.table(table.name).delete())  # what a migration itself had written
        for table in tables:
            write(connection, table, reader.rows(table.name))
    _count_on(connection, tables)
    for table in tables:
        kept = reader.manifest.tables[table.name]
        found = measured(connection, table)
        if (found.rows, found.sha256) != (kept.rows, kept.sha256):
            raise BadArchive(f"La table {table.name} n'est pas revenue telle qu'elle avait été sauvegardée.")
    command.upgrade(config, "head")
    intact(connection)


@contextmanager
def _without_references(connection: sa.Connection) -> Iterator[None]:
    """Foreign keys away while rows arrive in any order; putting them back checks every row on PostgreSQL."""
    if connection.dialect.name != "postgresql":
        yield  # `unguarded` and `intact` do the same on SQLite
        return
    asked = sa.text(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )
    references = connection.execute(asked).fetchall()
    for table, name, _definition in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _count_on(connection: sa.Connection, tables: list[Table]) -> None:
    """On PostgreSQL the next number of each table follows its largest; SQLite looks by itself."""
    if connection.dialect.name != "postgresql":
        return
    asked = sa.text("SELECT pg_get_serial_sequence(:name, :column)")
    for table in tables:
        for column in table.columns:
            sequence = connection.scalar(asked, {"name": table.name, "column": column})
            if sequence is not None:
                most = connection.scalar(
                    sa.select(sa.func.max(sa.column(column))).select_from(sa.table(table.name))
                )
                if most is not None:
                    connection.execute(sa.select(sa.func.setval(sequence, most)))
