"""From a cell to a value: one reader for each kind of column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from programme.base.cleaning import Unclean, clean_national_id, clean_text, fold_digits
from programme.base.language import gettext as _
from programme.base.workbook.columns import ColumnKind, ImportColumn, comparable
from programme.base.workbook.sheet import Cell, Formula

LARGEST = 2**31 - 1
BEYOND = 10**15
"""Excel keeps no more than fifteen digits of a number."""
YEARS = range(1900, 2101)
_YES = frozenset(map(comparable, ("oui", "نعم", "yes", "1", "true", "vrai", "صحيح")))
_NO = frozenset(map(comparable, ("non", "لا", "no", "0", "false", "faux", "خطأ")))
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_FRENCH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,4})\s*(?:h|:)\s*([0-5][0-9])?(?::00)?", re.IGNORECASE)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What SQLite takes and PostgreSQL or XML refuses: NUL, control signs, halves of surrogate pairs."""
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# 1.234.567,50 or 1,234,567.50: groups of three after one sign, then decimals after the other.
_GROUPED = re.compile(r"(-?[1-9][0-9]{0,2}(?:([.,])[0-9]{3}(?:\2[0-9]{3})*))(?:((?!\2)[.,])([0-9]+))?")
_UNITS = re.compile(r"(?:mad|dhs?|درهم|heures?|hrs?|h|ساعة|ساعات|س)\.?$", re.IGNORECASE)
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#VALEUR!", "#NOM?"})


class Unfit(ValueError):
    """The cell does not hold what its column asks for; the argument is the sentence."""


def shown(cell: Cell) -> str:
    """The cell as a person reads it in Excel: 12345.0 is 12345, dates are YYYY-MM-DD."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, dt.timedelta):
        minutes = int(cell.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether nothing readable stands in the cell."""
    return cell is None or (isinstance(cell, str) and not _INVISIBLE.sub("", cell).strip())


def value_of(cell: Cell, column: ImportColumn) -> Any:
    """The value of a cell (see `ColumnKind` for its type), None where nothing is left. Raises `Unfit`."""
    if isinstance(cell, Formula):
        raise Unfit(
            _("formule sans résultat : ouvrez le classeur dans Excel, enregistrez-le, ou tapez la valeur")
        )
    if isinstance(cell, str):
        if FORBIDDEN.search(cell):
            raise Unfit(_("caractère interdit ; effacez la cellule et retapez la valeur"))
        if cell.strip().upper() in _ERRORS:
            raise Unfit(_("erreur de formule d'Excel"))
    try:
        return _READERS[ColumnKind(column.kind)](cell, column)
    except Unclean as reason:
        raise Unfit(reason.message) from reason


def _text(cell: Cell, column: ImportColumn) -> str | None:
    return clean_text(_as_text(cell), column.length) or None


def _token(cell: Cell, column: ImportColumn) -> str | None:
    return fold_digits(clean_text(_as_text(cell), column.length)) or None


def _national_id(cell: Cell, column: ImportColumn) -> str | None:
    return clean_national_id(_token(cell, column)).value


def _mail(cell: Cell, column: ImportColumn) -> str | None:
    address = _token(cell, column)
    return address.removeprefix("mailto:") if address else None


def _as_text(cell: Cell) -> str:
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        # Excel turns the number 12/2020 into a day; what was typed is lost, only its author can tell.
        raise Unfit(_("changé en date par Excel ; mettez la cellule au format Texte et retapez la valeur"))
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise Unfit(_("arrondi par Excel ; mettez la cellule au format Texte et retapez la valeur"))
    return shown(cell)


def _typed(cell: Cell) -> str:
    return fold_digits(clean_text(shown(cell), 1000))


def _number(cell: Cell, expected: str) -> Decimal:
    """A number typed the French, English or Arabic way. One separator before three digits is refused."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise Unfit(expected)
    if isinstance(cell, int | float):
        if not abs(cell) < BEYOND:  # nor infinite, nor no number at all
            raise Unfit(expected)
        return Decimal(str(cell))
    text = _typed(cell).replace(" ", "").replace("\u066b", ",").replace("\u066c", "")
    text = _UNITS.sub("", text)
    if re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", text):
        raise Unfit(_("nombre ambigu : écrivez 1234 ou 1234,50, sans séparateur de milliers"))
    if grouped := _GROUPED.fullmatch(text):
        text = re.sub("[.,]", "", grouped[1]) + (f".{grouped[4]}" if grouped[4] else "")
    text = text.replace(",", ".")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", text):
        raise Unfit(expected)
    return Decimal(text)


def _within(value: Decimal, step: str, factor: int, expected: str) -> int:
    """`value` times `factor` as an integer; refused below zero, beyond 32 bits or finer than `step`."""
    scaled = value * factor
    whole = scaled.to_integral_value(ROUND_HALF_UP)
    if value < 0 or whole > LARGEST or abs(scaled - whole) > Decimal(step):
        raise Unfit(expected)
    return int(whole)


def _integer(cell: Cell, _column: ImportColumn) -> int:
    expected = _("nombre entier attendu, comme 30")
    return _within(_number(cell, expected), "0", 1, expected)


def _percent(cell: Cell, _column: ImportColumn) -> int:
    expected = _("pourcentage entier attendu, de 0 à 100")
    if isinstance(cell, str):
        cell = cell.replace("%", "").replace("\u066a", "")
    number = _number(cell, expected)
    if isinstance(cell, float | int) and 0 < number <= 1:
        number *= 100  # a cell in Excel's percent format holds 0.8 for 80 %
    if number > 100:
        raise Unfit(expected)
    return _within(number, "0.000001", 1, expected)


def _hours(cell: Cell, _column: ImportColumn) -> int:
    expected = _("nombre d'heures attendu, comme 3 ou 2,5")
    if isinstance(cell, dt.time):
        return cell.hour * 60 + cell.minute
    if isinstance(cell, dt.timedelta):
        return _within(Decimal(round(cell.total_seconds() / 60)), "0", 1, expected)
    clock = _CLOCK.fullmatch(_typed(cell)) if isinstance(cell, str) else None
    if clock:
        return int(clock[1]) * 60 + int(clock[2] or 0)
    number = _number(cell, expected)
    if number > 10_000:
        raise Unfit(expected)
    return _within(number, "0.5", 60, expected)


def _money(cell: Cell, _column: ImportColumn) -> int:
    expected = _("montant en dirhams attendu, comme 150000 ou 150000,50")
    # Sums computed by Excel carry binary dust (0.1 + 0.2), which is not a third decimal.
    number = round(_number(cell, expected), 6)
    if number * 100 > LARGEST * 100:
        raise Unfit(expected)
    cents = (number * 100).to_integral_value(ROUND_HALF_UP)
    if number < 0 or abs(number * 100 - cents) > Decimal("0.001"):
        raise Unfit(expected)
    return int(cents)


def _date(cell: Cell, _column: ImportColumn) -> dt.date:
    expected = _("date attendue : une date d'Excel, AAAA-MM-JJ ou JJ/MM/AAAA")
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if not isinstance(cell, dt.date):
        cell = _typed_date(_typed(cell), expected) if isinstance(cell, str) else None
    if cell is None or cell.year not in YEARS:
        raise Unfit(expected)
    return cell


def _typed_date(text: str, expected: str) -> dt.date:
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    parts = iso.groups() if iso else tuple(reversed(french.groups())) if french else None
    if parts is None:
        raise Unfit(expected)
    try:
        return dt.date(*(int(part) for part in parts))
    except ValueError as cause:
        raise Unfit(_("cette date n'existe pas")) from cause


def _yes_no(cell: Cell, _column: ImportColumn) -> bool:
    word = comparable(shown(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unfit(_("« oui » ou « non » attendu"))


@lru_cache(maxsize=200)
def _choices(column: ImportColumn) -> dict[str, str]:
    return {comparable(word): choice.key for choice in column.choices for word in choice.words}


def _choice(cell: Cell, column: ImportColumn) -> str:
    key = _choices(column).get(comparable(shown(cell)))
    if key is None:
        expected = " · ".join(f"{choice} ({choice.key})" for choice in column.choices)
        raise Unfit(_("valeur inconnue ; valeurs possibles : %(choices)s", choices=expected))
    return key


def _list(cell: Cell, column: ImportColumn) -> tuple[str, ...] | None:
    text = fold_digits(clean_text(_as_text(cell), column.length, lines=True))
    parts = (part.strip() for part in re.split("[;؛\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part)) or None


_READERS: dict[ColumnKind, Callable[[Cell, ImportColumn], Any]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.NAME: _text,
    ColumnKind.CODE: _token,
    ColumnKind.PHONE: _token,
    ColumnKind.NATIONAL_ID: _national_id,
    ColumnKind.EMAIL: _mail,
    ColumnKind.INTEGER: _integer,
    ColumnKind.PERCENT: _percent,
    ColumnKind.HOURS: _hours,
    ColumnKind.MONEY: _money,
    ColumnKind.DATE: _date,
    ColumnKind.YES_NO: _yes_no,
    ColumnKind.CHOICE: _choice,
    ColumnKind.LIST: _list,
}
