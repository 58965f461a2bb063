"""The production server over a place: `programme serve`, two workers, everything but HTTPS as in production.

PROGRAMME_ENV stays out of it: production refuses the demonstration, whose passwords are printed.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.places import PROGRAMME, Place
from tests.benchmarks.visiting import Visitor
from tests.faults.server import free_port

MEGABYTE = 1024 * 1024
PATIENCE = 120.0
WORKERS, THREADS = 2, 4


@dataclass(frozen=True, slots=True)
class Logged:
    """A request as the server's log tells of it."""

    endpoint: str
    status: int
    milliseconds: float
    statements: int


class Served:
    """A place while it is served: `with Served(place) as served`."""

    def __init__(self, place: Place) -> None:
        self.place, self.port = place, free_port()
        self.log = place.instance / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._since = 0

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to serve, and wait until it answers."""
        settings = {
            "PROGRAMME_WORKERS": str(WORKERS),
            "PROGRAMME_THREADS": str(THREADS),
            "PROGRAMME_LOGS": "json",
            "PROGRAMME_TRUSTED_HOSTS": "127.0.0.1",
            "PROGRAMME_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
        }
        self._since = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAMME, "serve"], env=self.place.environment(**settings), stdout=log, stderr=log
            )
        until_answered(self._process, self.port, self.log)

    def until_at_jobs(self) -> None:
        """Wait until the worker of jobs has begun; it says so in the log."""
        limit = time.monotonic() + PATIENCE
        while b"\nworker " not in self.log.read_bytes()[self._since :]:
            if time.monotonic() > limit:
                raise RuntimeError("the worker of jobs has not begun")
            time.sleep(0.2)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def visitor(self, email: str) -> Visitor:
        """A browser that has signed in."""
        made = Visitor(self.port)
        made.sign_in(email)
        return made

    def processes(self) -> tuple[list[psutil.Process], list[psutil.Process]]:
        """The workers that answer requests, and what works beside them: the worker of jobs and its children."""
        assert self._process is not None
        web, beside = [], []
        for child in psutil.Process(self._process.pid).children():
            if "--beside" in child.cmdline():
                beside += [child, *child.children(recursive=True)]
            else:
                web.append(child)
        return web, beside

    def memory(self) -> float:
        """Megabytes that the larger of the workers holds now."""
        return largest(self.processes()[0])

    def memory_beside(self) -> float:
        """Megabytes that the largest of the processes beside the workers holds now."""
        return largest(self.processes()[1])

    def seconds_of_processor(self) -> float:
        """What all its processes have used so far."""
        web, beside = self.processes()
        return float(sum(one.cpu_times().user + one.cpu_times().system for one in (*web, *beside)))

    def logged(self, since: int = 0) -> list[Logged]:
        """The requests in the log from the byte `since` on."""
        with self.log.open("rb") as source:
            source.seek(since)
            lines = [json.loads(line) for line in source if line.startswith(b"{")]
        told = (line for line in lines if line.get("logger") == "programme.requests")
        return [Logged(one["endpoint"], one["status"], one["ms"], one["statements"]) for one in told]


def largest(processes: list[psutil.Process]) -> float:
    """Megabytes of the largest of these processes, 0 where there is none."""
    found = [0.0]
    for one in processes:
        try:
            found.append(float(one.memory_info().rss) / MEGABYTE)
        except psutil.NoSuchProcess:
            continue
    return max(found)


def until_answered(process: subprocess.Popen[bytes], port: int, log: Path, path: str = "/healthz") -> None:
    """Wait until a server answers on `port`; the end of its log is the error where it does not."""
    limit = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < limit:
        try:
            if Visitor(port).get(path).status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text()[-3000:])
