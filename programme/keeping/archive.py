"""The file of a backup: a ZIP that any tool opens, whose last 64 characters are the SHA-256 of all before them.

They are the end of the ZIP's own comment. One flipped byte anywhere is found before anything is believed;
then every member is read against the manifest, with bounds, because a file may also have been made to harm.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from programme.keeping.manifest import (
    NAME,
    BadArchive,
    FileIn,
    Manifest,
    TableIn,
    read_manifest,
    table_member,
)
from programme.keeping.rows import Row, row_of

TOLD = b"programme backup, sha256 of all before: "
DIGITS = 64
PIECE = 1024 * 1024
MOST_MANIFEST = 256 * 1024 * 1024
MOST_LINE = 32 * 1024 * 1024
MOST_TIMES = 400
"""How many times larger than in the archive a member may come out; tables of ours reach about 40."""
SMALL = 1024 * 1024
"""Members below this may swell as they like."""


class Writer:
    """Writes a new archive; `close` puts the manifest and the hash at its end and waits for the disk."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def table(self, name: str, columns: tuple[str, ...], pieces: Iterable[list[str]]) -> TableIn:
        """Add a table from its lines."""
        digest, rows, size = hashlib.sha256(), 0, 0
        with self._zip.open(self._entry(table_member(name)), "w", force_zip64=True) as out:
            for lines in pieces:
                data = "".join(f"{line}\n" for line in lines).encode()
                digest.update(data)
                out.write(data)
                rows, size = rows + len(lines), size + len(data)
        return TableIn(list(columns), rows, size, digest.hexdigest())

    def file(self, name: str, source: Path) -> FileIn:
        """Add a file as it is. Raises OSError."""
        digest, size = hashlib.sha256(), 0
        with (
            source.open("rb") as data,
            self._zip.open(self._entry(name, False), "w", force_zip64=True) as out,
        ):
            while piece := data.read(PIECE):
                digest.update(piece)
                out.write(piece)
                size += len(piece)
        return FileIn(size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        self._zip.writestr(self._entry(NAME), manifest.dumped())
        self._zip.comment = TOLD + b"0" * DIGITS
        self._zip.close()
        digest = _digest_but_the_end(self._file)
        self._file.seek(-DIGITS, os.SEEK_END)
        self._file.write(digest)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def drop(self) -> None:
        """Close what was not finished."""
        self._zip.fp = None  # else closing writes a directory to a disk that may be full
        self._file.close()

    def _entry(self, name: str, is_text: bool = True) -> zipfile.ZipInfo:
        made = zipfile.ZipInfo(name)
        made.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
        made.external_attr = (stat.S_IFREG | 0o600) << 16
        return made


class Reader:
    """An archive that was opened by `opened`: its manifest can be believed, its members are sound."""

    def __init__(self, source: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = source, manifest

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table, in order."""
        width = len(self.manifest.tables[name].columns)
        for line in self._lines(table_member(name), self.manifest.tables[name].size):
            row = row_of(line)
            if len(row) != width:
                raise ValueError(name)
            yield row

    def copy(self, name: str, target: Path) -> None:
        """Write a file of the archive to a path that must not be there, and wait for the disk."""
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as out:
            for piece in self._pieces(name, self.manifest.files[name].size):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())

    def examine(self) -> None:
        """Read everything against the manifest."""
        for name, table in self.manifest.tables.items():
            digest, rows = hashlib.sha256(), 0
            for line in self._lines(table_member(name), table.size):
                digest.update(line)
                rows += 1
                if len(row_of(line)) != len(table.columns):
                    raise BadArchive(f"Une ligne de la table {name} n'a pas le bon nombre de colonnes.")
            if (rows, digest.hexdigest()) != (table.rows, table.sha256):
                raise BadArchive(f"La table {name} de la sauvegarde n'est pas celle que dit son manifeste.")
        for name, file in self.manifest.files.items():
            digest = hashlib.sha256()
            for piece in self._pieces(name, file.size):
                digest.update(piece)
            if digest.hexdigest() != file.sha256:
                raise BadArchive(f"Le fichier {name} de la sauvegarde n'est pas celui que dit son manifeste.")

    def _pieces(self, name: str, size: int) -> Iterator[bytes]:
        left = size
        with self._zip.open(name) as data:
            while piece := data.read(PIECE):
                left -= len(piece)
                if left < 0:
                    break
                yield piece
        if left:
            raise BadArchive(f"{name} n'a pas la taille que dit le manifeste.")

    def _lines(self, name: str, size: int) -> Iterator[bytes]:
        left = size
        with self._zip.open(name) as data, io.BufferedReader(data, PIECE) as lines:  # type: ignore[type-var]
            while line := lines.readline(MOST_LINE):
                left -= len(line)
                if left < 0 or not line.endswith(b"\n"):
                    break
                yield line
        if left:
            raise BadArchive(f"{name} n'a pas la taille que dit le manifeste.")


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """An archive checked from end to end before it is given. Raises BadArchive, OSError where it cannot be read."""
    with path.open("rb") as file, ExitStack() as stack:
        _believe(file)
        try:
            source = stack.enter_context(zipfile.ZipFile(file))
            reader = Reader(source, _manifest(source))
            reader.examine()
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            EOFError,
            ValueError,
            KeyError,
        ) as failure:
            raise BadArchive(f"La sauvegarde est illisible ({type(failure).__name__}).") from None
        yield reader


def _believe(file: IO[bytes]) -> None:
    """Compare the hash at the end with everything before it."""
    size = file.seek(0, os.SEEK_END)
    if size < len(TOLD) + DIGITS:
        raise BadArchive("Ce fichier n'est pas une sauvegarde : il est trop court.")
    file.seek(-DIGITS - len(TOLD), os.SEEK_END)
    end = file.read()
    if not end.startswith(TOLD):
        raise BadArchive("Ce fichier n'est pas une sauvegarde, ou sa fin manque.")
    if end[-DIGITS:] != _digest_but_the_end(file):
        raise BadArchive(
            "La sauvegarde est abîmée : son empreinte n'est plus la sienne. Prenez-en une autre."
        )


def _digest_but_the_end(file: IO[bytes]) -> bytes:
    left, digest = file.seek(0, os.SEEK_END) - DIGITS, hashlib.sha256()
    file.seek(0)
    while left > 0:
        piece = file.read(min(PIECE, left))
        if not piece:
            break
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest().encode()


def _manifest(source: zipfile.ZipFile) -> Manifest:
    """The manifest, once what stands in the archive's directory is what it says and nothing to fear."""
    entries = source.infolist()
    for entry in entries:
        is_plain = stat.S_IFMT(entry.external_attr >> 16) in {0, stat.S_IFREG} and not entry.is_dir()
        is_known = (
            entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} and not entry.flag_bits & 1
        )
        if not (is_plain and is_known):
            raise BadArchive("La sauvegarde contient autre chose que de simples fichiers.")
        if entry.file_size > SMALL and entry.file_size > MOST_TIMES * max(entry.compress_size, 1):
            raise BadArchive("La sauvegarde contient un fichier démesurément comprimé.")
    names = [entry.filename for entry in entries]
    if NAME not in names or source.getinfo(NAME).file_size > MOST_MANIFEST:
        raise BadArchive("Ce fichier n'est pas une sauvegarde : il n'a pas de manifeste.")
    manifest = read_manifest(source.read(NAME))
    if len(set(names)) != len(names) or set(names) != manifest.members():
        raise BadArchive("Le contenu de la sauvegarde n'est pas celui que dit son manifeste.")
    return manifest
