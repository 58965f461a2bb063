"""The production server over an instance of its own: gunicorn with two workers, which can be killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import sqlalchemy as sa

from tests.faults.writers import Browser

PROGRAMME = Path(sys.executable).with_name("programme")
EMAIL, PASSWORD = "agent@example.ma", "une phrase assez longue 2026"
PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Server:
    """One instance and what serves it."""

    instance: Path
    url: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "PROGRAMME_INSTANCE": str(self.instance),
            "DATABASE_URL": self.url.replace("postgresql+psycopg://", "postgresql://"),
            "PROGRAMME_WORKER": "0",
            "PORT": str(self.port),
            "PYTHONWARNINGS": "ignore",
        }
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("PROGRAMME_", "DATABASE_URL", "PORT"))
        }
        return {**kept, **{k: v for k, v in given.items() if v}}

    def run(self, *command: str) -> str:
        """A command of the operator; what it printed."""
        done = subprocess.run(
            [PROGRAMME, *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
        return done.stdout

    def prepare(self) -> None:
        """Schema, reference data and one account with a password."""
        self.run("init")
        link = self.run(
            "account", "create", "--email", EMAIL, "--name", "Agent", "--role", "ministry_officer"
        )
        token = re.search(r"/welcome/(\S+)", link)
        assert token, link
        self.start()
        browser = Browser(f"http://127.0.0.1:{self.port}", "")
        browser.get(f"/welcome/{token[1]}")
        chosen = browser.post(f"/welcome/{token[1]}", {"password": PASSWORD, "again": PASSWORD})
        assert chosen.status == 302, chosen.text[-1500:]

    def start(self) -> None:
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMME, "serve", "--port", str(self.port)], env=self.environment, stdout=log, stderr=log
            )
        self.until_ready()

    def until_ready(self) -> None:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            try:
                if Browser(f"http://127.0.0.1:{self.port}", "").get("/healthz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError((self.instance / "server.log").read_text()[-3000:])

    def kill_workers(self) -> int:
        """SIGKILL to every worker at once; the master starts others. How many there were."""
        assert self.process is not None
        workers = psutil.Process(self.process.pid).children()
        for one in workers:
            one.send_signal(signal.SIGKILL)
        return len(workers)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self.process = None

    def signed_in(self) -> Browser:
        browser = Browser(f"http://127.0.0.1:{self.port}", "")
        browser.get("/sign-in")
        answer = browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
        assert answer.status == 302, answer.text[-1500:]
        return browser

    @contextmanager
    def looking(self) -> Iterator[sa.Connection]:
        """A connection beside the server's."""
        engine = sa.create_engine(self.url or f"sqlite:///{self.instance / 'programme.sqlite3'}")
        with engine.connect() as link:
            yield link
        engine.dispose()

    def rows(self, statement: str) -> list[sa.Row[tuple[object, ...]]]:
        with self.looking() as link:
            return list(link.execute(sa.text(statement)))
