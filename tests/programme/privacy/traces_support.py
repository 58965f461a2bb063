"""Every byte of an installation, searched for a person in all the ways a text can be written down."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from programme.base.extensions import db
from programme.base.folding import fold


def spellings(words: Iterable[str]) -> set[bytes]:
    """Each word as bytes: as it is, upper, lower, folded; in UTF-8 and UTF-16, and as JSON escapes."""
    found: set[bytes] = set()
    for word in words:
        for form in {word, word.upper(), word.lower(), word.title(), fold(word), fold(word).replace(" ", "")}:
            if len(form) < 4:
                continue
            found |= {form.encode(), form.encode("utf-16-le"), form.encode("utf-16-be")}
            found.add(form.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00"))
    return found


def _blobs(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        yield str(path.relative_to(folder)), data
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                for name in package.namelist():
                    yield f"{path.name}!{name}", package.read(name)


def in_files(folder: Path, words: Iterable[str]) -> list[str]:
    """Files below `folder`, the database among them, that hold one of the words somewhere in their bytes."""
    wanted = spellings(words)
    return [f"{name}: {one!r}" for name, data in _blobs(folder) for one in wanted if one in data]


def in_tables(words: Iterable[str]) -> list[str]:
    """Columns of the database, whatever their type, whose values as text hold one of the words: as a dump would."""
    wanted = {one.decode() for one in spellings(words) if b"\0" not in one}
    found = []
    db.session.remove()  # on SQLite this reader would wait for it
    with db.engine.connect() as link:
        meta = sa.MetaData()
        meta.reflect(link)
        for table in meta.sorted_tables:
            for row in link.execute(sa.select(*(sa.cast(c, sa.Text) for c in table.columns))):
                for column, value in zip(table.columns, row, strict=True):
                    found += [
                        f"{table.name}.{column.name}: {one}" for one in wanted if value and one in value
                    ]
    return found
