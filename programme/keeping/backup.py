"""A backup: database and files of one moment in one archive, read back before it has its name."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from programme.base import clock
from programme.base.personal import KEY_FILE, KEY_VARIABLE
from programme.base.vault import vault
from programme.keeping.archive import Writer, opened
from programme.keeping.manifest import FILE, BadArchive, Manifest
from programme.keeping.rows import lines_of, revision_of, tables_of
from programme.keeping.snapshot import snapshot

SEALED = "programme"
"""The word that the manifest carries sealed."""
FOLDERS = ("heads", "boundaries")
EMBLEMS = ("emblem.png", "emblem.jpg")
KEYS = (KEY_FILE, "secret_key")
ENDING = ".zip"
ROOM = ".programme-backup-"
NOT_KEPT_HOURS = 24
NAMED = "SELECT stored_name, sha256 FROM stored_file ORDER BY stored_name"


@dataclass(slots=True)
class Taken:
    """A backup that was written, and what was wrong with the files when it was: one sentence each."""

    path: Path
    manifest: Manifest
    faults: list[str] = field(default_factory=list)


def name_of_now() -> str:
    """The name of a backup taken at this instant, in UTC; sorts by time."""
    return f"programme-{clock.now():%Y%m%dT%H%M%SZ}{ENDING}"


def take(engine: Engine, instance: Path, target: Path, *, with_keys: bool = False) -> Taken:
    """Write a backup to `target`, which must not be there. Raises BadArchive and OSError; leaves no half one.

    Without `with_keys` neither the data key nor the secret is in it: kept together they would open each other.
    With it, a key that does not stand in `instance` is refused: the backup would promise what it does not hold.
    """
    if target.exists():
        raise BadArchive(f"{target} existe déjà : une sauvegarde n'en remplace jamais une autre.")
    with _room(target.parent) as room:
        draft = room / "draft"
        writer = Writer(draft)
        try:
            with snapshot(engine, room) as connection:
                manifest = _rows(connection, writer)
                named = connection.execute(sa.text(NAMED)).fetchall()
            faults = _uploads(named, instance / "uploads", writer, manifest)
            _others(instance, writer, manifest)
            if with_keys:
                _keys(instance, writer, manifest)
            writer.close(manifest)
        except BaseException:
            writer.drop()
            raise
        with opened(draft):
            pass  # read back from the disk, from end to end
        os.link(draft, target)  # fails where the name was taken meanwhile, unlike a rename
        _settle(target.parent)
    return Taken(target, manifest, faults)


def old_ones(folder: Path, keep: int) -> list[Path]:
    """Backups of this software in `folder` beyond the `keep` newest ones."""
    return sorted(folder.glob(f"programme-*Z{ENDING}"), reverse=True)[keep:]


@contextmanager
def _room(parent: Path) -> Iterator[Path]:
    """A folder beside the target that nobody else reads, gone at the end; what a killed backup left goes too."""
    oldest = clock.now().timestamp() - NOT_KEPT_HOURS * 3600
    for left in parent.glob(f"{ROOM}*"):
        if left.stat().st_mtime < oldest:
            shutil.rmtree(left, ignore_errors=True)
    room = Path(tempfile.mkdtemp(prefix=ROOM, dir=parent))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _rows(connection: sa.Connection, writer: Writer) -> Manifest:
    revision = revision_of(connection)
    if revision is None:
        raise BadArchive("Cette base est vide : il n'y a rien à sauvegarder.")
    head = connection.execute(sa.text("SELECT sequence, digest FROM journal_head")).first()
    manifest = Manifest(
        taken_at=clock.now().isoformat(timespec="seconds"),
        engine=connection.dialect.name,
        revision=revision,
        seal=vault().seal(SEALED),
        journal_sequence=head[0] if head else 0,
        journal_digest=head[1] if head else "",
    )
    for table in tables_of(connection):
        manifest.tables[table.name] = writer.table(table.name, table.columns, lines_of(connection, table))
    return manifest


def _uploads(named: Sequence[Any], folder: Path, writer: Writer, manifest: Manifest) -> list[str]:
    """Add the files that the records of this moment name, and say which are not what they were.

    Files never change and have names of their own, so they need not be of the moment: the transaction that
    read the rows is over, however long this takes.
    """
    faults = []
    for name, sha256 in named:
        place = f"uploads/{name}"
        if not FILE.fullmatch(place) or not (folder / name).is_file():
            faults.append(f"Le fichier {name} manque dans {folder}.")
            continue
        manifest.files[place] = writer.file(place, folder / name)
        if manifest.files[place].sha256 != sha256:
            faults.append(f"Le fichier {name} n'est plus celui qui avait été déposé.")
    return faults


def _others(instance: Path, writer: Writer, manifest: Manifest) -> None:
    """The heads of the journal, own boundaries and the emblem."""
    found = [path for name in EMBLEMS if (path := instance / name).is_file()]
    for folder in FOLDERS:
        found += sorted(path for path in (instance / folder).glob("*") if path.is_file())
    for path in found:
        place = path.relative_to(instance).as_posix()
        if FILE.fullmatch(place):
            manifest.files[place] = writer.file(place, path)


def _keys(instance: Path, writer: Writer, manifest: Manifest) -> None:
    if os.environ.get(KEY_VARIABLE, "").strip():
        raise BadArchive(
            f"La clé des données est dans {KEY_VARIABLE}, pas dans {instance} : gardez-la à part, et "
            "sauvegardez sans --with-keys."
        )
    if not (instance / KEY_FILE).is_file():
        raise BadArchive(f"{instance / KEY_FILE} manque : il n'y a pas de clé à mettre dans la sauvegarde.")
    manifest.with_keys = True
    for name in KEYS:
        if (instance / name).is_file():
            manifest.files[f"keys/{name}"] = writer.file(f"keys/{name}", instance / name)


def _settle(folder: Path) -> None:
    """Wait until the disk knows the new name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
