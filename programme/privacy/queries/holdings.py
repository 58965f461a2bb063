"""Where else in the database a person is told of: every text column there is, so that none can be forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from programme.base.database import Base
from programme.base.extensions import db
from programme.privacy.sieve import sieve
from programme.privacy.traces import Traces

REFERENCE = frozenset(
    {"region", "province", "commune", "programme", "module", "consent_text", "role_requirement"}
)
"""Tables in which nobody is told of: the country's, and the texts that everybody is shown."""
APART = frozenset({"person", "account", "association_word"})
"""Of persons and accounts the own rows are dealt with as a whole, and the others are other people; words follow
their association."""
JOURNAL = "journal_entry"
SEALED = ("_sealed", "sealed", "_hash", "digest", "_digest", "previous", "sha256", "stored_name", "key")
"""Ends of the names of columns that hold nothing readable."""
FOLLOWING = (
    "sort_key",
    "match_key",
    "compare_key",
    "name_key",
    "venue_key",
    "key_ar",
    "key_fr",
    "search_key",
)
"""Folded copies, written anew from the text that they follow."""
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Holding:
    """One text that tells of the person. `key` is the primary key of its row."""

    table: str
    column: str
    key: tuple[Any, ...]
    text: str
    is_name_only: bool = False

    @property
    def token(self) -> str:
        """Names this text and what it said in a form: a text that changed meanwhile has another."""
        told = f"{self.table}\0{self.column}\0{self.key}\0{self.text}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def follows(self) -> bool:
        return self.column in FOLLOWING

    @property
    def is_history(self) -> bool:
        """Kept as it happened: words are taken out of it, and nothing else is put there."""
        return self.table in (JOURNAL, "import_change", "import_batch", "prepared_export")


def texts_of(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table in which people's words can stand."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and not (column.name.endswith(SEALED) and column.name not in FOLLOWING)
    ]


def holdings(traces: Traces, own: Mapping[str, frozenset[int]]) -> list[Holding]:
    """Every text outside the person's own rows (`own`: ids by table) that tells of them, by table."""
    found: list[Holding] = []
    for table in Base.metadata.sorted_tables:
        if table.name not in REFERENCE | APART:
            found += _in_table(table, traces, own.get(table.name, frozenset()))
    return found


def _in_table(table: sa.Table, traces: Traces, own: frozenset[int]) -> Iterator[Holding]:
    texts = texts_of(table)
    keys = list(table.primary_key.columns)
    if table.name == JOURNAL:
        texts = [one for one in texts if one.name in ("before", "after", "reason")]
    if not texts:
        return
    chosen = sa.select(*keys, *texts).where(sa.or_(*(one.is_not(None) for one in texts)))
    rows = db.session.execute(chosen.order_by(*keys).execution_options(yield_per=_AT_ONCE))
    may_tell, width = sieve(traces), len(keys)
    for row in rows:
        if not may_tell("\n".join([text for text in row[width:] if text])):
            continue
        key = tuple(row[:width])
        if len(key) == 1 and key[0] in own:
            continue
        for column, text in zip(texts, row[width:], strict=True):
            if text and traces.are_in(text):
                yield Holding(table.name, column.name, key, text, traces.only_named_in(text))
