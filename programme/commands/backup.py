"""`programme backup` and `programme restore`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from programme.base.database import survey
from programme.base.extensions import db
from programme.base.restored import restored
from programme.commands.context import in_house
from programme.commands.doctor import look
from programme.keeping import backup as keeping
from programme.keeping.archive import opened
from programme.keeping.manifest import BadArchive, Manifest
from programme.keeping.one_restore import only_one
from programme.keeping.restore import finish
from programme.keeping.restore import restore as put_back

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=FILE, metavar="FILE|FOLDER")
@click.option("--with-keys", is_flag=True, help="Put the data key and the secret in it too.")
@click.option("--verify", is_flag=True, help="Write nothing: check the backup FILE from end to end.")
@click.option("--keep", type=click.IntRange(min=1), help="In FOLDER, keep so many backups, the newest.")
def backup(target: Path, with_keys: bool, verify: bool, keep: int | None) -> None:
    """Write database and files of one moment to FILE, or to a new file in FOLDER, and read it back.

    The application may go on working. Exit status 1 also where a stored file was missing or altered: the
    backup is then written and sound, but does not hold what the records promise. Sealed national ids need
    the data key to be read again; it is left out, to be kept elsewhere, unless --with-keys.
    """
    if verify:
        with _sentences(), opened(target) as reader:
            click.echo(_told(target, reader.manifest))
        return
    _take(target, with_keys, keep)


@in_house
def _take(target: Path, with_keys: bool, keep: int | None) -> None:
    house = current_app.config["HOUSE"]
    folder = target if target.is_dir() else None
    if keep and folder is None:
        raise click.UsageError("--keep demande un dossier.")
    with _sentences():
        taken = keeping.take(
            db.engine,
            house.instance,
            folder / keeping.name_of_now() if folder else target,
            with_keys=with_keys,
        )
    click.echo(_told(taken.path, taken.manifest))
    if not with_keys:
        click.echo(
            "La clé des données n'y est pas : gardez data.key à part, sans elle les CIN sont illisibles."
        )
    for fault in taken.faults:
        click.echo(fault, err=True)
    if taken.faults:
        sys.exit(1)  # before any is deleted: an older one may be the last that holds what is missing now
    for old in keeping.old_ones(folder, keep) if folder and keep else ():
        old.unlink()
        click.echo(f"{old} supprimée.")


@click.command()
@click.argument("source", type=FILE, metavar="FILE")
@click.option("--without-key", is_flag=True, help="Restore although national ids will stay unreadable.")
@in_house
def restore(source: Path, without_key: bool) -> None:
    """Put the backup FILE into an empty database and an empty instance, migrate it, and examine the result."""
    config = current_app.extensions["migrate"].migrate.get_config()
    instance = current_app.config["HOUSE"].instance
    with _sentences(), opened(source) as reader, only_one(instance):
        put_back(reader, db.engine, instance, config, without_key=without_key)
        click.echo(_told(source, reader.manifest))
        for said in restored(reader.manifest.instant):
            click.echo(said)
        survey(db.session.connection())
        db.session.commit()
        finish(instance)
    look()


@contextmanager
def _sentences() -> Iterator[None]:
    """What can go wrong with files and archives, as one sentence and exit status 1."""
    try:
        yield
    except BadArchive as bad:
        raise click.ClickException(str(bad)) from None
    except OSError as failure:
        raise click.ClickException(f"{failure.filename or 'Fichier'} : {failure.strerror}") from None


def _told(path: Path, manifest: Manifest) -> str:
    rows = sum(table.rows for table in manifest.tables.values())
    return (
        f"{path} : {len(manifest.tables)} tables, {rows} lignes, {len(manifest.files)} fichiers, "
        f"journal {manifest.journal_sequence}:{manifest.journal_digest[:16]}, schéma {manifest.revision}, "
        f"prise le {manifest.taken_at}. Relue et intègre."
    )


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(backup)
    group.add_command(restore)
