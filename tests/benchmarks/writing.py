"""Results kept beside the data, and the tables of docs/benchmarks.md made of them.

The document is prose written by hand around what stands between the markers; `--write` replaces that.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from programme.config import ROOT
from tests.benchmarks.files import WorkRow
from tests.benchmarks.measuring import PageRow
from tests.benchmarks.places import Place, machine, version

DOCUMENT = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: {name} -->", "<!-- /measured: {name} -->"
RESULTS = "results"
PAGE_HEAD = (
    "page",
    "median ms",
    "p95",
    "first",
    "statements",
    "SQL alone",
    "×",
    "bare Flask",
    "×",
    "aim",
    "missed",
)
WORK_HEAD = ("work", "seconds", "bare", "×", "memory MB", "aim", "missed", "remark")


def keep(folder: Path, place: Place, pages: Sequence[PageRow], works: Sequence[WorkRow]) -> Path:
    """Write the results of one place below `folder`."""
    told = {
        "engine": place.engine,
        "times": place.times,
        "version": version(place),
        "pages": [asdict(one) for one in pages],
        "works": [asdict(one) for one in works],
    }
    return kept(folder, place.name, told)


def kept(folder: Path, name: str, told: dict[str, Any]) -> Path:
    """Write results with their day and machine."""
    path = folder / RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"day": today(), "machine": machine(), **told}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    return path


def results(folder: Path, *, crowds: bool = False) -> list[dict[str, Any]]:
    """What was kept, SQLite first, small before large; `crowds`: the load tests instead."""
    found = [json.loads(path.read_text()) for path in (folder / RESULTS).glob("*.json")]
    chosen = [one for one in found if ("crowd" in one) == crowds]
    return sorted(chosen, key=lambda one: (one["engine"] != "sqlite", one["times"]))


def today() -> str:
    """The day of a measurement."""
    return dt.date.today().isoformat()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, its first column aligned at the start and the others at the end."""
    ruler = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(row)} |" for row in (head, ruler, *rows)]


def page_cells(row: PageRow) -> tuple[str, ...]:
    """One line of the first table."""
    aims = [f"{row.aim:g} ms"]
    if row.most_statements is not None:
        aims.append(f"{row.most_statements} statements")
    if row.most_times_bare is not None:
        aims.append(f"{row.most_times_bare:g} × bare")
    return (
        row.name,
        f"{row.median:.1f}",
        f"{row.late:.1f}",
        f"{row.first:.0f}",
        str(row.statements),
        f"{row.sql:.1f}",
        ratio(row.median, row.sql),
        f"{row.bare:.1f}",
        ratio(row.median, row.bare),
        ", ".join(aims),
        missed(row.missed),
    )


def work_cells(row: WorkRow) -> tuple[str, ...]:
    """One line of the second table."""
    aims = [f"{row.most_seconds:g} s"] if row.most_seconds is not None else []
    if row.most_times_bare is not None:
        aims.append(f"{row.most_times_bare:g} × bare")
    if row.most_memory is not None:
        aims.append(f"{row.most_memory:g} MB")
    memory = "" if row.after is None else f"{row.after:.0f}"
    if row.before is not None:
        memory = f"{row.before:.0f} → {memory}"
    return (
        row.name,
        f"{row.seconds:.2f}",
        "–" if row.bare is None else f"{row.bare:.2f}",
        "–" if row.bare is None else ratio(row.seconds, row.bare),
        memory or "–",
        ", ".join(aims) or "–",
        missed(row.missed),
        row.note or "–",
    )


def ratio(ours: float, bare: float) -> str:
    return f"{ours / bare:.1f}" if bare else "–"


def missed(aims: Sequence[str]) -> str:
    """The mark of a missed aim, and which."""
    return f"**{', '.join(aims)}**" if aims else "–"


def said(told: dict[str, Any]) -> Iterator[str]:
    """The tables of one place."""
    size = f"{told['times']} × national data" if told["times"] else "small data"
    yield f"### {told['version']}, {size}"
    yield ""
    yield on(told)
    yield ""
    yield from table(PAGE_HEAD, (page_cells(PageRow(**one)) for one in told["pages"]))
    yield ""
    yield from table(WORK_HEAD, (work_cells(WorkRow(**one)) for one in told["works"]))
    yield ""


def on(told: dict[str, Any]) -> str:
    """The day and the machine."""
    box = told["machine"]
    cores = f"{box['cores']} cores of {box['processor']}"
    return f"Measured on {told['day']}, {cores}, {box['memory']}, Python {box['python']}."


def put(name: str, lines: Iterable[str], document: Path = DOCUMENT) -> None:
    """Replace what stands between the markers `name`."""
    text = document.read_text()
    begin, end = BEGIN.format(name=name), END.format(name=name)
    head, found, rest = text.partition(begin)
    assert found, f"{document.name} has no {begin}"
    assert end in rest, f"{document.name} has no {end}"
    body = "\n".join(lines).strip()
    document.write_text(f"{head}{begin}\n\n{body}\n\n{end}{rest.partition(end)[2]}")
