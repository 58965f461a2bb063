"""`programme serve`: the production server."""

from __future__ import annotations

import logging
import os
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import SQLAlchemyError

from programme.app import create_app
from programme.base import files
from programme.base.extensions import db
from programme.commands.beside import Keeping
from programme.config import Settings

WORKERS, THREADS = 2, 4
log = logging.getLogger("programme.serve")


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings instead of a file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        if Settings.from_environment().worker:
            Keeping(self).run()
        else:
            super().run()

    def load(self) -> Any:
        app = create_app()
        tidy(app)
        return app


def tidy(app: Flask) -> None:
    """Delete the files that a crash left behind; a database that is not there yet keeps nobody from serving."""
    with app.app_context():
        try:
            files.sweep(db.session, app.config["HOUSE"].uploads)
        except (SQLAlchemyError, OSError) as failure:
            log.warning("files without a record were not looked for: %s", type(failure).__name__)
        finally:
            db.session.remove()
            db.engine.dispose()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=None, help="PORT, else 8000.")
@click.option("--workers", type=int, default=WORKERS, show_default=True)
def serve(host: str, port: int | None, workers: int) -> None:
    """Serve with gunicorn; the address is printed."""
    port = port or int(os.environ.get("PORT") or 8000)
    click.echo(f"http://{host}:{port}")
    Server(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": 120,
            "max_requests": 5000,
            "max_requests_jitter": 500,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
    ).run()


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(serve)
