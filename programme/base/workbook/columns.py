"""What a column of a workbook is: its key, labels, kind of value and help (WORKBOOKS.md, Columns)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from programme.base.folding import fold
from programme.base.language import Bilingual


def comparable(text: str) -> str:
    """The letters and digits of a header or choice: case, accents, spaces and signs do not count."""
    return fold(text).replace(" ", "")


class ColumnKind(StrEnum):
    """What a cell becomes. Blank cells become None in every kind.

    TEXT, NAME: str, cleaned, digits kept as typed. CODE, PHONE, EMAIL: str with Western digits.
    NATIONAL_ID: str as `clean_national_id` gives it.
    INTEGER, PERCENT: int. HOURS: int **minutes** (2,5 → 150). MONEY: int **centimes**. DATE: date.
    YES_NO: bool. CHOICE: the key of the choice. LIST: tuple of str, from codes joined by `;`.
    A national id, phone or e-mail that looks wrong is kept: flagging it is the rule's business (RULES A5).
    """

    TEXT = "text"
    NAME = "name"
    CODE = "code"
    INTEGER = "integer"
    PERCENT = "percent"
    HOURS = "hours"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    EMAIL = "email"
    PHONE = "phone"
    NATIONAL_ID = "national_id"
    LIST = "list"


LENGTHS = {
    ColumnKind.TEXT: 2000,
    ColumnKind.NAME: 300,
    ColumnKind.CODE: 60,
    ColumnKind.EMAIL: 254,
    ColumnKind.PHONE: 60,
    ColumnKind.NATIONAL_ID: 40,
    ColumnKind.LIST: 2000,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a CHOICE column; `also` holds other words people write for it."""

    key: str
    label_fr: str
    label_ar: str
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (self.key, self.label_fr, self.label_ar, *self.also)

    def __str__(self) -> str:
        return str(Bilingual(self.label_ar, self.label_fr))


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column. Labels and help are plain text in both languages, because files mix them.

    `one_of` names a group of columns of which a row needs at least one. `maximum` is the number of signs of
    a text; by default the one of its kind. `example` is what the template shows, as it would be typed: take
    values that no real row can hold, because a row equal to the example is passed over.
    """

    key: str
    label_fr: str
    label_ar: str
    kind: ColumnKind | str = ColumnKind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    help_fr: str = ""
    help_ar: str = ""
    example: str = ""
    one_of: str = ""
    maximum: int | None = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ColumnKind(self.kind))
        object.__setattr__(self, "choices", tuple(self.choices))
        if (self.kind == ColumnKind.CHOICE) != bool(self.choices):
            raise ValueError(f"column {self.key}: choices belong to the kind choice, and only to it")

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return str(Bilingual(self.label_ar, self.label_fr))

    @property
    def help(self) -> str:
        """The help in the reader's language."""
        return str(Bilingual(self.help_ar, self.help_fr))

    @property
    def title(self) -> str:
        """Both labels, as the template's header shows them."""
        return f"{self.label_ar} / {self.label_fr}"

    @property
    def words(self) -> tuple[str, ...]:
        """Every header by which the column is recognised."""
        return (self.key, self.label_fr, self.label_ar, self.title, *self.also)

    @property
    def length(self) -> int:
        """The most signs that a text may have."""
        return self.maximum or LENGTHS.get(ColumnKind(self.kind), 2000)


def words_of(columns: Iterable[ImportColumn]) -> dict[str, ImportColumn]:
    """Columns by comparable header. Raises ValueError where two columns could not be told apart."""
    known: dict[str, ImportColumn] = {}
    for column in columns:
        for word in column.words:
            folded = comparable(word)
            if known.setdefault(folded, column) is not column:
                raise ValueError(f"columns {known[folded].key} and {column.key} share the header {word!r}")
    return known
