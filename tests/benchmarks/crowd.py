"""`python -m tests.benchmarks.crowd`: many people at work at once on the served national data.

    python -m tests.benchmarks.crowd [--users 50] [--seconds 60] [--engine …] [--times …] [--keep FOLDER] [--write]

Fifty accounts of several roles and regions sign in at the same moment, then each opens pages and sends forms with
a second of thinking between. Each request comes on a connection of its own, as it does from the proxy of
docs/deploy. Every page must show its reader's own name and address; afterwards the journal and the installation
are examined. Whatever fails ends the command with status 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import psutil

from tests.benchmarks import writing
from tests.benchmarks.files import MOST_MEMORY
from tests.benchmarks.people import FORMS, THINKING, People, Person
from tests.benchmarks.places import Place, machine, place, stop_servers, version
from tests.benchmarks.serving import Served
from tests.benchmarks.visiting import Visitor

ALL_IN = 3.0
"""Seconds in which everybody is to be signed in."""
MOST = {"read": 200.0, "write": 300.0}
"""Milliseconds at the 95th percentile."""


def asked(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    reader = argparse.ArgumentParser(prog="crowd", description=__doc__)
    reader.add_argument("--users", type=int, default=50)
    reader.add_argument("--seconds", type=float, default=60)
    reader.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    reader.add_argument("--times", type=int, default=1)
    reader.add_argument("--keep", type=Path, help="Folder of the loaded data and of the results.")
    reader.add_argument("--write", action="store_true", help="Put the results into docs/benchmarks.md.")
    return reader.parse_args(arguments)


def signed_in_at_once(people: Sequence[Person]) -> tuple[list[float], float]:
    """Seconds until each was in, and until the last was, from one moment on."""
    for one in people:
        one.visitor.get("/sign-in")
    ready = threading.Barrier(len(people))
    begun: list[float] = []

    def enter(one: Person) -> None:
        ready.wait()
        begun.append(time.perf_counter())
        one.enter()

    _together([threading.Thread(target=enter, args=(one,)) for one in people])
    since = min(begun)
    return [one.entered - since for one in people], max(one.entered for one in people) - since


def at_work(people: Sequence[Person], seconds: float) -> float:
    """Let everybody work for so long; answers the seconds that it took. They begin within one time of thinking."""
    begun = time.perf_counter()
    until = begun + seconds
    _together([threading.Thread(target=one.work, args=(until,)) for one in people])
    return time.perf_counter() - begun


def _together(threads: Sequence[threading.Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def told(
    served: Served, people: Sequence[Person], entering: tuple[list[float], float], took: float
) -> dict[str, Any]:
    """The figures of a load test."""
    entries = [entry for one in people for entry in one.entries]
    found: dict[str, Any] = {
        "users": len(people),
        "seconds": took,
        "roles": sorted({one.account.role for one in people}),
        "sign_in_last": entering[1],
        "sign_in_median": quantile(entering[0], 0.5),
        "requests": len(entries),
        "a_second": len(entries) / took,
        "writes": sum(entry.is_write for entry in entries) / max(1, len(entries)),
        "foreign": sum(one.foreign for one in people),
        "broken": sum(entry.status >= 500 or entry.status == 0 for entry in entries),
        "refused": sum(400 <= entry.status < 500 for entry in entries),
        "memory": served.memory(),
    }
    for kind in ("read", "write"):
        times = [entry.seconds * 1000 for entry in entries if entry.is_write == (kind == "write")]
        found[kind] = {
            "count": len(times),
            "p50": quantile(times, 0.5),
            "p95": quantile(times, 0.95),
            "max": max(times, default=0.0),
        }
    slow = sorted(entries, key=lambda entry: -entry.seconds)[:12]
    found["slowest"] = [f"{one.what} {one.seconds * 1000:.0f} ms ({one.status})" for one in slow]
    found["failures"] = sorted(
        {f"{one.what}: {one.status}" for one in entries if one.status >= 400 or not one.status}
    )
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies, 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def examined(found: Place) -> dict[str, str]:
    """What the operator's commands say afterwards; they raise where something is wrong."""
    return {
        "verify": found.run("audit", "verify").strip(),
        "doctor": f"{len(found.run('doctor').splitlines())} checks",
    }


def lines(told: dict[str, Any]) -> list[str]:
    """The table of one load test."""
    read, write, after = told["read"], told["write"], told["crowd"]
    rows = [
        _line("sign-ins at once, until the last is in (s)", told["sign_in_last"], ALL_IN, 2),
        _line("pages, p95 (ms)", read["p95"], MOST["read"]),
        _line("forms sent, p95 (ms)", write["p95"], MOST["write"]),
        _line("answers 5xx, or none", told["broken"], 0),
        _line("pages with another user's name", told["foreign"], 0),
        _line("memory of the larger worker after it (MB)", told["memory"], MOST_MEMORY),
        _line("pages, p50 (ms)", read["p50"]),
        _line("pages, slowest (ms)", read["max"]),
        _line("forms sent, p50 (ms)", write["p50"]),
        _line("forms sent, slowest (ms)", write["max"]),
        _line("requests", told["requests"]),
        _line("requests a second", told["a_second"], digits=1),
        _line("of them forms sent (%)", told["writes"] * 100, digits=1),
        _line("answers 4xx (a record that another changed first)", told["refused"]),
        _line("processor of the client itself (% of one core)", told["client"] * 100),
    ]
    title = f"### {told['users']} users for {told['seconds']:.0f} s, {told['version']}, {told['times']} × national data"
    said = f"Afterwards `programme audit verify`: {after['verify']} `programme doctor`: {after['doctor']}, all sound."
    return [
        title,
        "",
        writing.on(told),
        "",
        *writing.table(("what", "found", "aim", "missed"), rows),
        "",
        said,
        "",
    ]


def _line(what: str, found: float, most: float | None = None, digits: int = 0) -> tuple[str, str, str, str]:
    aim = "–" if most is None else f"{most:g}"
    mark = writing.missed([aim] if most is not None and found > most else [])
    return what, f"{found:,.{digits}f}", aim, mark


def run(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The whole load test on one place; the results are kept."""
    found = place(folder, wanted.engine, wanted.times)
    with Served(found) as served:
        crowd = People(found, served.port).gathered(wanted.users)
        entering = signed_in_at_once(crowd)
        _prepare(served, crowd)
        used = psutil.Process().cpu_times()
        took = at_work(crowd, wanted.seconds)
        mine = psutil.Process().cpu_times()
        made = told(served, crowd, entering, took)
    made["client"] = (mine.user + mine.system - used.user - used.system) / took
    place_told = {"engine": found.engine, "times": found.times, "version": version(found)}
    made |= {**place_told, "crowd": examined(found)}
    writing.kept(folder, f"crowd-{found.name}", made)
    return {**made, "machine": machine(), "day": writing.today()}


def _prepare(served: Served, crowd: Sequence[Person]) -> None:
    """Everybody has opened their pages once before it is counted: a day at work, not its first minute."""
    officer = Visitor(served.port)
    officer.sign_in("ministere@example.ma")
    for _ in range(2 * 2):
        Visitor(served.port, keeps=False, cookies=officer.cookies).get("/")
    for number, one in enumerate(crowd):
        one.learn(Random(number))
    writers = [one for one in crowd if one.forms]
    for one in writers:
        one.writing = min(1.0, FORMS * len(crowd) / len(writers))
    time.sleep(THINKING)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    wanted = asked(arguments)
    with tempfile.TemporaryDirectory(prefix="programme-crowd-") as temporary:
        folder = (wanted.keep or Path(temporary)).resolve()
        try:
            made = run(wanted, folder)
        finally:
            stop_servers()
        print("\n".join(lines(made)))
        print("slowest:", *made["slowest"], sep="\n  ")
        print("refused:", *made["failures"], sep="\n  ")
        if wanted.write:
            kept = [line for one in writing.results(folder, crowds=True) for line in lines(one)]
            writing.put("crowd", kept)
    sys.exit(1 if made["broken"] or made["foreign"] else 0)


if __name__ == "__main__":
    main()
