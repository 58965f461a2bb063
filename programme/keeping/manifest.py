"""What a backup says about itself: where it comes from and the hash of everything it holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
NAME = "manifest.json"
TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
FILE = re.compile(r"(?:uploads|heads|boundaries|keys)/[A-Za-z0-9][A-Za-z0-9._-]{0,99}|emblem\.(?:png|jpg)")
"""What else may stand in a backup, by its place below the instance: never a path that leaves it."""
SHA256 = re.compile(r"[0-9a-f]{64}")


class BadArchive(Exception):
    """A file that is no sound backup; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class TableIn:
    """One table: its columns, how many rows and bytes, the SHA-256 of its lines in order."""

    columns: list[str]
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileIn:
    """One file: size in bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """The whole of it. `seal` is a word sealed with the data key in use, by which a restore knows that key."""

    taken_at: str
    engine: str
    revision: str
    seal: str
    journal_sequence: int = 0
    journal_digest: str = ""
    with_keys: bool = False
    tables: dict[str, TableIn] = field(default_factory=dict)
    files: dict[str, FileIn] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def instant(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.taken_at)

    def members(self) -> set[str]:
        """Names of everything that the archive must hold, and nothing else."""
        return {NAME, *(table_member(name) for name in self.tables), *self.files}

    def dumped(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def table_member(name: str) -> str:
    return f"tables/{name}.jsonl"


def read_manifest(data: bytes) -> Manifest:
    """The manifest behind these bytes; BadArchive where they are none that this software wrote."""
    try:
        found = json.loads(data)
        if found["format"] != FORMAT:
            raise BadArchive("Cette sauvegarde est d'un format que cette version du logiciel ne connaît pas.")
        tables = {name: _table(name, one) for name, one in found.pop("tables").items()}
        files = {name: _file(name, one) for name, one in found.pop("files").items()}
        made = Manifest(**found, tables=tables, files=files)
        if made.instant.tzinfo is None or not isinstance(made.revision, str):
            raise ValueError("no instant")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadArchive(
            "Le manifeste de la sauvegarde est illisible : ce fichier n'en est pas une."
        ) from None
    return made


def _table(name: str, told: dict[str, Any]) -> TableIn:
    made = TableIn(**told)
    columns_fit = made.columns and all(TABLE.fullmatch(column) for column in made.columns)
    if not (TABLE.fullmatch(name) and columns_fit and made.rows >= 0 and made.size >= 0):
        raise ValueError(name)
    if not SHA256.fullmatch(made.sha256):
        raise ValueError(name)
    return made


def _file(name: str, told: dict[str, Any]) -> FileIn:
    made = FileIn(**told)
    if not (FILE.fullmatch(name) and made.size >= 0 and SHA256.fullmatch(made.sha256)):
        raise ValueError(name)
    return made
