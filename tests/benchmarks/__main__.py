"""`make bench`: the national data's pages and files on the production server, each beside its bare cost.

    python -m tests.benchmarks [--engine sqlite|postgresql|both] [--times 1 10] [--keep FOLDER] [--write] [--quick]

Loading takes minutes (ten times: most of an hour): with `--keep` it is done once. `--write` puts all results that
the folder keeps into docs/benchmarks.md. `--quick` goes through all of it on a country in miniature.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks import files, importing, measuring, writing
from tests.benchmarks.files import WorkRow
from tests.benchmarks.measuring import PageRow, Runs
from tests.benchmarks.places import Place, place, stop_servers
from tests.benchmarks.serving import Served

ENGINES = ("sqlite", "postgresql")
MOST_LOADING = 300.0


def asked(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    reader = argparse.ArgumentParser(prog="make bench", description=__doc__)
    reader.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    reader.add_argument("--times", type=int, nargs="+", default=[1, 10])
    reader.add_argument("--keep", type=Path, help="Folder of the loaded data and of the results.")
    reader.add_argument("--write", action="store_true", help="Put the results into docs/benchmarks.md.")
    reader.add_argument("--quick", action="store_true", help="A miniature: proves that the machinery works.")
    return reader.parse_args(arguments)


def examine(found: Place, runs: Runs) -> tuple[list[PageRow], list[WorkRow]]:
    """Everything that is measured of one place."""
    with Served(found) as served:
        pages = measuring.measure(served, runs)
        works = [*_loading(found), *files.measure(served, runs), *importing.measure(served, runs)]
    return pages, works


def _loading(found: Place) -> list[WorkRow]:
    took = found.loaded_in()
    if took is None:
        return []
    return [WorkRow("loading the data", took, most_seconds=MOST_LOADING if found.times == 1 else None)]


def places(folder: Path, engine: str, times: Sequence[int]) -> Iterator[Place]:
    """Each place in turn, filled."""
    for one in ENGINES if engine == "both" else (engine,):
        for size in times:
            print(f"{one}, {size} times", flush=True)
            yield place(folder, one, size)


def work(wanted: argparse.Namespace, folder: Path) -> None:
    """Measure, print, keep and write."""
    runs = measuring.QUICK if wanted.quick else Runs()
    for found in places(folder, wanted.engine, [0] if wanted.quick else wanted.times):
        writing.keep(folder, found, *examine(found, runs))
    lines = [line for told in writing.results(folder) for line in writing.said(told)]
    print("\n".join(lines))
    if wanted.write:
        writing.put("pages", lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    wanted = asked(arguments)
    with tempfile.TemporaryDirectory(prefix="programme-bench-") as temporary:
        folder = (wanted.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            work(wanted, folder)
        finally:
            stop_servers()


if __name__ == "__main__":
    main()
