"""The register of what can be imported. Rooms add theirs at start; commands and pages read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from programme.base.access import Permission
from programme.base.language import Bilingual
from programme.base.workbook.columns import ImportColumn, words_of
from programme.base.workbook.parsing import ParsedRow

if TYPE_CHECKING:
    from programme.base.workbook.context import ImportContext

Apply = Callable[["ImportContext", Sequence[ParsedRow]], None]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of workbook: its columns and the function that applies its rows.

    `apply(context, rows)` calls the room's rules row by row inside `with context.row(row):`. Rules must
    check before they change: a refused row is noted and the next one follows, and everything is rolled back
    at the end. Write through the session's records (`session.add`), not through bulk statements: only those
    can be taken back exactly. A blank cell is None and never empties a field.
    `permission` is what the actor must hold; `options` names those of `region` and `cohort` that apply.
    `order` sorts the list of kinds (a file of a later kind may name records of an earlier one).
    """

    name: str
    title_fr: str
    title_ar: str
    columns: tuple[ImportColumn, ...]
    apply: Apply
    permission: Permission
    explanation_fr: str = ""
    explanation_ar: str = ""
    options: tuple[str, ...] = ()
    order: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        words_of(self.columns)
        if unknown := set(self.options) - {"region", "cohort"}:
            raise ValueError(f"import kind {self.name}: unknown options {unknown}")

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return str(Bilingual(self.title_ar, self.title_fr))

    @property
    def explanation(self) -> str:
        """What the workbook is for, in the reader's language."""
        return str(Bilingual(self.explanation_ar, self.explanation_fr))

    def column(self, key: str) -> ImportColumn | None:
        """The column with this key."""
        return next((column for column in self.columns if column.key == key), None)


_register: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Add a room's kind; registering the same name again replaces it (an application made twice)."""
    _register[kind.name] = kind
    return kind


def kind(name: str) -> ImportKind:
    """The kind called `name`; KeyError when no room registered it."""
    return _register[name]


def kinds() -> list[ImportKind]:
    """All kinds, in the order in which an empty database wants them."""
    return sorted(_register.values(), key=lambda one: (one.order, one.name))
