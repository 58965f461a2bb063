"""The worker of jobs beside the web server: begun with it, begun again when it dies, ended with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from typing import Any

from gunicorn.arbiter import Arbiter

log = logging.getLogger("programme.serve")
SOON, SELDOM = 1.0, 60.0
"""Seconds before a worker that died is begun again: at first, and at most where it dies each time."""
PATIENCE = 25.0
"""Seconds that a worker has to give back what it is at."""


class Worker:
    """`programme work` as a child of this process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._begun, self._wait = 0.0, SOON

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def ensure(self) -> None:
        """Begin it where it does not run, the later the oftener it died at once."""
        now = time.monotonic()
        if self._process is not None:
            # gunicorn may have taken the end of our child for that of one of its own: poll knows both
            if self._process.poll() is None:
                return
            log.warning("the worker of jobs has died; it is begun again")
            self._wait = SOON if now - self._begun > SELDOM else min(self._wait * 2, SELDOM)
            self._process = None
        if self._begun and now - self._begun < self._wait:
            return
        self._begun = now
        command = [sys.executable, "-c", _RUN, "work", "--beside", str(os.getpid())]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own programme

    def end(self) -> None:
        """Tell it to end and wait for it; after `PATIENCE` it is killed and its jobs are found by the next one."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


_RUN = "from programme.cli import main; main()"


class Keeping(Arbiter):  # type: ignore[misc]
    """gunicorn's master, which looks after the worker of jobs as it does after its own."""

    def __init__(self, app: Any) -> None:
        self.worker_of_jobs = Worker()
        super().__init__(app)

    def manage_workers(self) -> None:
        super().manage_workers()
        self.worker_of_jobs.ensure()

    def stop(self, graceful: bool = True) -> None:
        super().stop(graceful)
        self.worker_of_jobs.end()
