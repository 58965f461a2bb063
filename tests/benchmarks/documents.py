"""The two large documents of the country, each beside the bare cost of as much in the same run.

A workbook of 28,800 rows of 15 columns beside openpyxl write-only with plain values; an Arabic PDF of 7,200 rows of
8 columns beside reportlab tables of plain strings. Seconds are of the processor, so that a loaded machine does not
count. `python -m tests.benchmarks.documents` prints them.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import psutil
from openpyxl.workbook import Workbook
from reportlab.lib.pagesizes import A4, landscape
from reportlab.platypus import Flowable, SimpleDocTemplate, Table

from programme.base.language import Bilingual, speaking
from reports.definition import Column, Document, Kind, Section
from reports.excel import render_xlsx
from reports.pdf import render_pdf
from reports.plain import plain
from tests.reports.samples import State, application, document

BOOK, PAPER, RUNS = 28_800, 7_200, 3
MEGABYTE = 1024 * 1024
WORDS = [
    *("الأمل", "التنمية", "المرأة", "الشباب", "القروية", "البيئة"),
    *("الثقافة", "الرياضة", "التضامن", "المستقبل", "النهضة", "الوفاء"),
]
PLACES = ["فاس", "مكناس", "الحاجب", "إفران", "مولاي", "يعقوب", "صفرو", "بولمان", "تاونات", "تازة"]

COLUMNS = (
    Column("code", "الرمز", Kind.CODE),
    Column("name", "الاسم", Kind.NAME),
    Column("association", "الجمعية", Kind.NAME),
    Column("province", "الإقليم", Kind.NAME),
    Column("phone", "الهاتف", Kind.PHONE),
    Column("born", "تاريخ الازدياد", Kind.DATE),
    Column("state", "الحالة", Kind.STATE),
    Column("hours", "الساعات", Kind.HOURS, total=True),
    Column("rate", "المواظبة", Kind.PERCENT),
    Column("sessions", "الدورات", Kind.INTEGER, total=True),
    Column("grant", "الدعم", Kind.MONEY, total=True),
    Column("cohort", "الفوج", Kind.CODE),
    Column("from", "من", Kind.DATE),
    Column("until", "إلى", Kind.DATE),
    Column("remark", "ملاحظة", Kind.TEXT),
)
ON_PAPER = ("code", "name", "association", "province", "phone", "born", "hours", "state")


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows as a register gives them: names that differ, places that repeat."""
    for n in range(count):
        first, second, third = WORDS[n % 12], WORDS[n // 12 % 12], WORDS[n // 144 % 12]
        yield (
            f"03.231.{n:05d}",
            f"{first} {second} {n // 1728}",
            Bilingual(f"جمعية {third} و{first} {second}", f"Association {n}"),
            PLACES[n % 9],
            f"+2126{n:08d}",
            dt.date(1980, 1, 1) + dt.timedelta(days=n % 9000),
            State.KEPT if n % 3 else State.LATE,
            60 * (n % 50) + 30 * (n % 2),
            (n % 100) / 100,
            n % 12,
            100 * n,
            f"FM-{n % 240:03d}",
            dt.date(2025, 1, 1) + dt.timedelta(days=n % 300),
            dt.date(2025, 3, 1) + dt.timedelta(days=n % 300),
            None if n % 4 else "ملاحظة قصيرة",
        )


def large(count: int, keys: tuple[str, ...] | None = None) -> Document:
    """One section of `count` rows; of the columns called `keys` where they are given."""
    kept = [at for at, one in enumerate(COLUMNS) if keys is None or one.key in keys]
    columns = tuple(COLUMNS[at] for at in kept)
    stream = (tuple(row[at] for at in kept) for row in rows(count))
    section = Section("لائحة المستفيدين", columns, stream)
    return document(sections=(section,), figures=(), charts=(), landscape=True)


KINDS = [column.kind for column in COLUMNS]


def bare_book(values: list[list[Any]]) -> None:
    """openpyxl write-only of values that are ready, no style."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in values:
        sheet.append(row)
    with tempfile.TemporaryFile() as out:
        book.save(out)


def bare_paper(values: list[list[Any]]) -> None:
    """reportlab tables of 100 rows, plain strings that are ready, fixed widths."""
    tables: list[Flowable] = [
        Table(values[at : at + 100], colWidths=[90] * len(values[0])) for at in range(0, len(values), 100)
    ]
    with tempfile.TemporaryFile() as out:
        SimpleDocTemplate(out, pagesize=landscape(A4)).build(tables)


def book(count: int) -> None:
    """Our workbook."""
    render_xlsx(large(count))


def paper(count: int) -> None:
    """Our PDF."""
    render_pdf(large(count, ON_PAPER))


def seconds(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of both, the median of `RUNS` taken in turn: whatever else runs slows both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for work, times in zip((ours, bare), taken, strict=True):
            begun = time.process_time()
            work()
            times.append(time.process_time() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    return float(psutil.Process().memory_info().rss) / MEGABYTE


@dataclass(frozen=True, slots=True)
class Large:
    """A large document: seconds of the processor, ours and bare, and the megabytes this process held after it."""

    name: str
    ours: float
    bare: float
    memory: float
    aim: float
    """How often the bare cost it may take."""


def figures(scale: float = 1.0) -> Iterator[Large]:
    """Both documents, with so large a part of their rows."""
    book_rows, paper_rows = max(1, int(BOOK * scale)), max(1, int(PAPER * scale))
    kept = [at for at, one in enumerate(COLUMNS) if one.key in ON_PAPER]
    cells = [[plain(kind, cell) for kind, cell in zip(KINDS, row, strict=True)] for row in rows(book_rows)]
    words = [[str(row[at]) for at in kept] for row in rows(paper_rows)]
    for name, ours, bare, aim in (
        ("workbook 28,800 × 15", partial(book, book_rows), partial(bare_book, cells), 1.5),
        ("PDF 7,200 × 8, Arabic", partial(paper, paper_rows), partial(bare_paper, words), 3.0),
    ):
        mine, floor = seconds(ours, bare)
        yield Large(name, mine, floor, resident(), aim)


def main(asked: list[str]) -> None:
    """Print what each costs, and the ratio; `--json SCALE` prints it for a machine."""
    with application().app_context(), speaking("ar"):
        if asked:
            print(json.dumps([asdict(one) for one in figures(float(asked[-1]))]))
            return
        print(f"memory before {resident():.0f} MB")
        for one in figures():
            said = f"{one.ours:.2f} s, bare {one.bare:.2f} s, × {one.ours / one.bare:.2f}"
            print(f"{one.name}: {said}; memory {one.memory:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
