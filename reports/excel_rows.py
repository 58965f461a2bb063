"""Rows of a sheet written as text: openpyxl builds an element for each cell, which takes most of a large workbook.

What stands in the file is what openpyxl's own writer would have put there (asserted by a test).
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable
from typing import Any

from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Numbers are kept to sixteen digits.
_EXACT = 10**15
_EMPTY = {"s": "inlineStr", "d": "n"}
_letter = functools.cache(get_column_letter)
_instant: Callable[[Any], float] = to_excel
_day = functools.lru_cache(20_000)(_instant)


class Rows:
    """Writes the rows of one sheet; the place of openpyxl's `WorksheetWriter.write_row`."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._styles: dict[int, str] = {}

    def write(self, stream: Any, cells: Iterable[Any], number: int) -> None:
        """One row of pens, each holding its value only until the next is asked for."""
        kept = self._sheet.row_dimensions.get(number, {})
        pieces = [f'<row r="{number}"', *(f' {name}="{value}"' for name, value in dict(kept).items()), ">"]
        for cell in cells:
            pieces.append(f'<c r="{_letter(cell.column)}{number}"{self._style(cell)}')
            pieces.append(_content(cell.data_type, cell._value))
        pieces.append("</row>")
        stream._file("".join(pieces))

    def _style(self, pen: Any) -> str:
        """A pen never changes its style, and finding its number anew is as long as writing the cell."""
        known = self._styles.get(id(pen))
        if known is None:
            known = self._styles[id(pen)] = f' s="{pen.style_id}"' if pen.has_style else ""
        return known


def _content(kind: str, value: Any) -> str:
    """What follows the place and style of a cell, up to its end."""
    if value is None or value == "":
        return f' t="{_EMPTY.get(kind, kind)}" />'
    if kind == "s":
        keep = ' xml:space="preserve"' if value != (bare := value.strip()) and bare else ""
        return f' t="inlineStr"><is><t{keep}>{value.translate(_MARKUP)}</t></is></c>'
    if kind == "d":
        shown = _day(value) if type(value) is dt.date else _instant(value)
        return f' t="n"><v>{safe_string(shown)}</v></c>'
    whole = type(value) is int and -_EXACT < value < _EXACT
    return f' t="{kind}"><v>{value if whole else safe_string(value)}</v></c>'
