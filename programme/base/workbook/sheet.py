"""Safe reading of .xlsx and .csv into a plain table, in the order that hostile files taught (STACK)."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.workbook.issues import NotAWorkbook
from programme.base.workbook.package import broken, check_package

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

CHILD = str(Path(__file__).with_name("child.py"))
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MEBIBYTE = 1024 * 1024


class Formula(str):
    """The text of a formula of which the file keeps no result: a programme wrote it, and Excel never opened it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file: sizes in bytes, times in seconds (of processor in the child, of clock outside)."""

    size: int = 10 * MEBIBYTE
    rows: int = 50_000
    columns: int = 100
    memory: int = 512 * MEBIBYTE
    seconds: int = 8
    patience: float = 10
    output: int = 32 * MEBIBYTE

    def for_child(self) -> str:
        return json.dumps(
            {name: getattr(self, name) for name in ("rows", "columns", "memory", "seconds", "output")}
        )


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Line:
    """One row that holds something, with the number that Excel shows for it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What one sheet holds. `header` is its first filled row, `rows` the filled rows after it."""

    sheet: str
    header: Line
    rows: tuple[Line, ...]
    merged: tuple[str, ...] = ()
    """Ranges of several rows that are one cell, as `A3:B6`: only the first of their rows holds the value."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.header, *self.rows)


def read_table(source: bytes | Path | str, filename: str = "", limits: Limits = DEFAULT_LIMITS) -> Table:
    """The first visible sheet that holds something, or the CSV's rows.

    Raises `NotAWorkbook`, which names the file, for everything that is too large, damaged, hostile, empty or
    no workbook. A path that cannot be read raises it too.
    """
    name = filename or ("" if isinstance(source, bytes) else str(source))
    try:
        return _read(source if isinstance(source, bytes) else _bytes(Path(source), limits), name, limits)
    except NotAWorkbook as refusal:
        raise refusal.of(Path(name).name) from refusal


def _read(data: bytes, name: str, limits: Limits) -> Table:
    if not data:
        raise NotAWorkbook(_("Ce fichier est vide."))
    if len(data) > limits.size:
        raise NotAWorkbook(_too_large(limits))
    if data.startswith(OLE):
        raise NotAWorkbook(
            _("Classeur d'un ancien format (.xls) ou protégé : enregistrez-le en .xlsx sans mot de passe.")
        )
    if data.startswith(ZIP):
        check_package(data)
        return _table(*_from_child(data, limits))
    if Path(name).suffix.lower() not in ("", ".csv", ".txt"):
        raise NotAWorkbook(broken())
    _sheet, lines, _merged = _from_child(data, limits, "csv")
    return _table(Path(name).stem[:80] or "CSV", lines)


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(limits.size + 1)
    except OSError as cause:
        raise NotAWorkbook(_("Ce fichier ne peut pas être lu : %(name)s.", name=path.name)) from cause


def _too_large(limits: Limits) -> str:
    return _("Ce fichier dépasse %(size)s Mo.", size=limits.size // MEBIBYTE)


def _table(sheet: str, lines: list[Line], merged: tuple[str, ...] = ()) -> Table:
    if not lines:
        raise NotAWorkbook(_("Ce fichier ne contient aucune ligne."))
    return Table(sheet, lines[0], tuple(lines[1:]), merged)


def call_child(mode: str, payload: bytes, limits: Limits) -> bytes:
    """What the confined process answers; empty where it was killed or took too long."""
    command = [sys.executable, "-I", "-W", "ignore", CHILD, mode, limits.for_child()]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, fixed arguments
            command,
            input=payload,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.patience,
            env={"OPENPYXL_LXML": "False"},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def _from_child(data: bytes, limits: Limits, mode: str = "read") -> tuple[str, list[Line], tuple[str, ...]]:
    answer = [json.loads(text) for text in call_child(mode, data, limits).splitlines()]
    last: Any = answer[-1] if answer else {"error": "heavy"}
    if isinstance(last, dict) and "error" in last:
        raise NotAWorkbook(_refusal(last["error"], limits))
    if len(answer) < 2:
        return "", [], ()
    lines = [Line(number, tuple(_cell(value) for value in cells)) for number, cells in answer[1:-1]]
    return str(answer[0]["sheet"]), lines, tuple(answer[0]["merged"])


def _refusal(code: str, limits: Limits) -> str:
    if code == "rows":
        return _too_many_rows(limits)
    if code == "columns":
        return _too_many_columns(limits)
    if code == "encoding":
        return _("Ce fichier n'est ni un .xlsx ni un CSV en UTF-8 : dans Excel, choisissez « CSV UTF-8 ».")
    if code == "heavy":
        return _("Ce classeur est trop lourd ou trop complexe pour être lu.")
    return broken()


def _too_many_rows(limits: Limits) -> str:
    return ngettext(
        "Ce fichier a plus de %(num)s ligne : partagez-le en plusieurs fichiers.",
        "Ce fichier a plus de %(num)s lignes : partagez-le en plusieurs fichiers.",
        limits.rows,
    )


def _too_many_columns(limits: Limits) -> str:
    return ngettext(
        "Ce fichier a plus de %(num)s colonne.", "Ce fichier a plus de %(num)s colonnes.", limits.columns
    )


def _cell(value: Any) -> Cell:
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]
    mark, content = value
    if mark == "f":
        return Formula(content)
    if mark == "d":
        return dt.date.fromisoformat(content)
    if mark == "t":
        return dt.datetime.fromisoformat(content)
    if mark == "h":
        return dt.time.fromisoformat(content)
    return dt.timedelta(minutes=content)
