"""Run as a program of its own, under limits of memory and time: what alone opens strangers' workbooks.

`child.py read LIMITS` and `child.py csv LIMITS` take the file on stdin and answer one JSON line a row; `child.py
colour LIMITS` takes a length, the marks in JSON and the workbook, and answers the marked workbook. Imports nothing
of the programme, so that it starts fast and holds no secret.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

LAST_ROW = 1_048_576
LOOK_AHEAD = 20
LOOK_THROUGH = 100_000


FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']"
)
MOST_MERGED = 200
# As `programme.base.formulas`, which exports follow: a test carries each of its signs there and back.
ESCAPED = re.compile(
    r"'(?:[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
)


class Formula(str):
    """The text of a formula without a result."""

    __slots__ = ()


class TooMuch(Exception):
    """More rows, columns or text than the limits allow; the argument is the code that the caller words."""


def confine(limits: dict[str, int]) -> None:
    """Set the limits of this process; they cannot be raised again."""
    memory, seconds = limits["memory"], limits["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # openpyxl saves through temporary files, so writing cannot be forbidden, only bounded.
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output"], limits["output"]))


def load(data: bytes, **options: Any) -> Any:
    """Import openpyxl without what it would only load for pictures and arrays, and open the workbook."""
    sys.modules["numpy"] = sys.modules["PIL"] = None  # type: ignore[assignment]
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(data), keep_links=False, **options)


def wire(value: Any) -> Any:
    """A cell as JSON: text and numbers as they are, dates, times and bare formulas as a pair of mark and text."""
    if isinstance(value, Formula):
        return ["f", value[:200]]
    if isinstance(value, dt.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return ["d", value.date().isoformat()] if midnight else ["t", value.isoformat()]
    if isinstance(value, dt.date | dt.time):
        return ["d" if isinstance(value, dt.date) else "h", value.isoformat()]
    if isinstance(value, dt.timedelta):
        return ["m", round(value.total_seconds() / 60)]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | bool | int | float | None) else str(value)


def filled(row: tuple[Any, ...]) -> int:
    """The number of the last cell that holds something."""
    for position in range(len(row), 0, -1):
        if row[position - 1] not in (None, ""):
            return position
    return 0


def grid(sheet: Any, columns: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows that hold something, with their number. Missing rows come as one shared tuple, passed fast."""
    blank: tuple[Any, ...] | None = None
    rows = sheet.iter_rows(min_row=1, max_row=LAST_ROW, min_col=1, max_col=columns, values_only=True)
    for number, row in enumerate(rows, 1):
        if row is blank:
            continue
        if filled(row):
            yield number, row
        else:
            blank = row


def computed(
    rows: Iterator[tuple[int, tuple[Any, ...]]], written: Any, columns: int
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of results, with the text of each formula that has none: `written` is the sheet read for formulas."""
    results = dict(rows)
    for number, row in grid(written, columns):
        found = results.get(number, (None,) * columns)
        yield (
            number,
            tuple(
                Formula(one if isinstance(one, str) else "=")
                if result is None and one is not None
                else result
                for one, result in zip(row, found, strict=True)
            ),
        )


def merged(source: bytes) -> list[str]:
    """Ranges of more than one row that the sheet shows as one cell."""
    found: list[str] = []
    for match in MERGED.finditer(source):
        first, top, last, end = (part.decode() for part in match.groups())
        if top != end and len(found) < MOST_MERGED:
            found.append(f"{first}{top}:{last}{end}")
    return found


def width(sheet: Any, columns: int) -> int:
    """How many columns the first rows use: what stands further right belongs to no header."""
    widest = 0
    for count, (_number, row) in enumerate(grid(sheet, columns + 1)):
        widest = max(widest, filled(row))
        if count >= LOOK_AHEAD:
            break
    if widest > columns:
        raise TooMuch("columns")
    return widest


def read(data: bytes, limits: dict[str, int], out: BinaryIO) -> None:
    """The first visible sheet that holds something, one line a row that is not blank."""
    book = load(data, read_only=True, data_only=True)
    sent = 0
    for place, sheet in enumerate(book.worksheets):
        columns = width(sheet, limits["columns"]) if sheet.sheet_state == "visible" else 0
        if not columns:
            continue
        source = book._archive.read(sheet._worksheet_path)
        out.write(json.dumps({"sheet": sheet.title, "merged": merged(source)}).encode() + b"\n")
        rows = grid(sheet, columns)
        if FORMULA.search(source):
            rows = computed(rows, load(data, read_only=True).worksheets[place], columns)
        for count, (number, row) in enumerate(rows):
            if count > limits["rows"]:
                raise TooMuch("rows")
            line = json.dumps([number, [wire(value) for value in row]]).encode() + b"\n"
            sent += len(line)
            if sent > limits["output"]:
                raise TooMuch("heavy")
            out.write(line)
        break
    out.write(b'{"end": true}\n')


def read_csv(data: bytes, limits: dict[str, int], out: BinaryIO) -> None:
    """The records of a CSV that hold something, one line each."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TooMuch("encoding") from None
    if "\0" in text:
        raise ValueError
    out.write(b'{"sheet": "", "merged": []}\n')
    kept = 0
    for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)), 1):
        if number == 1 and len(record) <= 2 and text[:4].lower() == "sep=":
            continue
        cells = [unescaped(value) or None for value in record]
        used = filled(tuple(cells))
        if used > limits["columns"]:
            raise TooMuch("columns")
        if used:
            kept += 1
            out.write(json.dumps([number, cells[:used]]).encode() + b"\n")
        if kept > limits["rows"] + 1:
            raise TooMuch("rows")
    out.write(b'{"end": true}\n')


def delimiter(text: str) -> str:
    """The sign between the values of the first record that has any: a comma, or the semicolon of Excel in French."""
    if text[:4].lower() == "sep=" and len(text) > 4:
        return text[4] if text[4] in ",;" else ","
    quoted, counts = False, {",": 0, ";": 0}
    for sign in text[:LOOK_THROUGH]:
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in counts:
            counts[sign] += 1
        elif not quoted and sign in "\r\n" and any(counts.values()):
            break
    return ";" if counts[";"] > counts[","] else ","


def unescaped(value: str) -> str:
    """Take off the apostrophe that exports put before a cell which Excel would compute."""
    return value[1:] if ESCAPED.match(value) else value


def colour(payload: bytes, out: BinaryIO) -> None:
    """The workbook as it came, each mark `[row, column, text]` coloured and commented on its sheet."""
    size = int.from_bytes(payload[:8], "big")
    order = json.loads(payload[8 : 8 + size])
    book = load(payload[8 + size :])
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", start_color=order["colour"], end_color=order["colour"])
    sheet = book[order["sheet"]]
    for row, column, text in order["marks"]:
        cell = sheet.cell(row, column)
        if type(cell).__name__ == "MergedCell":
            continue
        cell.fill = fill
        cell.comment = Comment(text, order["author"], height=90, width=320)
    made = io.BytesIO()
    book.save(made)
    out.write(b"OK" + made.getvalue())


def main() -> int:
    mode, limits, out = sys.argv[1], json.loads(sys.argv[2]), sys.stdout.buffer
    confine(limits)
    try:
        data = sys.stdin.buffer.read()
        if mode == "read":
            read(data, limits, out)
        elif mode == "csv":
            read_csv(data, limits, out)
        else:
            colour(data, out)
    except TooMuch as reason:
        out.write(json.dumps({"error": str(reason)}).encode() + b"\n")
    except MemoryError:
        out.write(b'{"error": "heavy"}\n')
    except Exception:
        # Mutated files raise a dozen kinds of exception in the reader: this is the one place for them.
        out.write(b'{"error": "unreadable"}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
