"""Rows drawn from the database at its own speed, before anything slower begins with them.

A transaction that reads keeps others from writing on SQLite, for as long as a renderer or a reader's line takes.
Spooled rows stand in a file that has no name: the transaction is over and memory holds only a handful of them.
"""

from __future__ import annotations

import dataclasses
import itertools
import pickle
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from reports.definition import Document, Row, Section

HANDFUL = 500
Told = Callable[[int], None]
"""Hears how many rows were dealt with so far."""


def spooled(document: Document, told: Told) -> Document:
    """The same document with its rows outside the database; `told` hears how many rows, as they come."""
    count = itertools.count(1)
    return dataclasses.replace(
        document, sections=tuple(_spooled(section, count, told) for section in document.sections)
    )


def _spooled(section: Section, count: Iterator[int], told: Told) -> Section:
    file = tempfile.TemporaryFile(prefix="rows-")  # noqa: SIM115 - closed by `_read` when all is read
    rows = iter(section.rows)
    seen = 0
    while some := list(itertools.islice(rows, HANDFUL)):
        # str-like lazy texts and composites are plain objects of ours: read again by this process alone
        pickle.dump(some, file, pickle.HIGHEST_PROTOCOL)
        for _row in some:
            seen = next(count)
        told(seen)
    file.seek(0)
    return dataclasses.replace(section, rows=_read(file))


def _read(file: BinaryIO) -> Iterator[Row]:
    with file:
        while True:
            try:
                some = pickle.load(file)  # noqa: S301 - written by this process into a file without a name
            except EOFError:
                return
            yield from some


def followed(document: Document, told: Told) -> Document:
    """The same document, `told` hearing how many of its rows were taken."""
    count = itertools.count(1)

    def taken(rows: Iterator[Row]) -> Iterator[Row]:
        number = 0
        for row in rows:
            number = next(count)
            if number % HANDFUL == 0:
                told(number)
            yield row
        if number:
            told(number)

    sections = (dataclasses.replace(one, rows=taken(iter(one.rows))) for one in document.sections)
    return dataclasses.replace(document, sections=tuple(sections))
