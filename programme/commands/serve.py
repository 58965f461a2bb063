"""`programme serve`: the production server."""

from __future__ import annotations

import gc
import logging
import os
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import orm
from sqlalchemy.exc import SQLAlchemyError

from programme import logs, metrics
from programme.app import create_app
from programme.base import files
from programme.base.extensions import db
from programme.commands import heap
from programme.commands.beside import Keeping
from programme.commands.context import must_be_restored
from programme.config import BadSettings, Settings
from regions.programmes.queries import is_demonstration

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
        refuse_unprepared(app)
        refuse_demonstration(app)
        tidy(app)
        prepare(app)
        return app


def tidy(app: Flask) -> None:
    """Put aside the files that a crash left behind; a database that is not there yet keeps nobody from serving."""
    with app.app_context():
        try:
            files.sweep(db.session, app.config["HOUSE"].uploads)
        except (SQLAlchemyError, OSError) as failure:
            log.warning("files without a record were not looked for: %s", type(failure).__name__)
        finally:
            db.session.remove()
            db.engine.dispose()


COLLECT_AFTER = (10_000, 20, 20)
"""When Python looks for circles of objects: by its own settings it stops a worker for 0.2 s every fortieth page."""


def prepare(app: Flask) -> None:
    """What every worker needs, made once before they are forked from this process.

    What stands now stays for good: Python need not look through it again and again, nor copy it by doing so.
    """
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    orm.configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    heap.tame()


def options(settings: Settings, bind: str, workers: int) -> dict[str, Any]:
    """What gunicorn is told. The program is loaded once and its workers forked from it: less memory, one check."""
    return {
        "bind": bind,
        "workers": workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "timeout": settings.timeout,
        "graceful_timeout": min(settings.timeout, 30),
        "max_requests": 5000,
        "max_requests_jitter": 500,
        "preload_app": True,
        "umask": 0o027,
        "limit_request_line": 8190,
        "forwarded_allow_ips": "",  # what a proxy says is believed by its count, in create_app
        "secure_scheme_headers": {},
        "logconfig_dict": logs.configuration(settings.logs),
        "control_socket_disable": True,
        "child_exit": lambda _server, worker: metrics.worker_ended(worker.pid),
    }


def refuse_unprepared(app: Flask) -> None:
    """Raise BadSettings over a database in which nothing stands yet; one that does not answer may do so later."""
    with app.app_context():
        try:
            is_prepared = sa.inspect(db.engine).has_table("account")
        except SQLAlchemyError:
            is_prepared = True
        finally:
            db.engine.dispose()
    if not is_prepared:
        raise BadSettings("The database is not prepared: run `programme init`, or `programme restore`.")


def refuse_demonstration(app: Flask) -> None:
    """Raise BadSettings in production over a demonstration: its passwords are printed in the README's world."""
    with app.app_context():
        try:
            is_shown = is_demonstration()
        except SQLAlchemyError:
            is_shown = False  # no database yet: pages will say so
        finally:
            db.session.remove()
            db.engine.dispose()
    if is_shown and app.config["HOUSE"].is_production:
        raise BadSettings(
            "The database holds the demonstration, whose passwords are printed: use another one."
        )


@click.command()
@click.option("--host", default=None, help="Address to listen on; PROGRAMME_BIND, else 127.0.0.1.")
@click.option("--port", type=int, default=None, help="PORT, else 8000.")
@click.option("--bind", default=None, help="host:port or unix:/path, instead of both.")
@click.option("--workers", type=int, default=None, help="PROGRAMME_WORKERS, else 2.")
def serve(host: str | None, port: int | None, bind: str | None, workers: int | None) -> None:
    """Serve with gunicorn; the address is printed."""
    settings = Settings.from_environment()
    must_be_restored(settings.instance)
    if not bind and (host or port):
        bind = f"{host or '127.0.0.1'}:{port or os.environ.get('PORT') or 8000}"
    bind = bind or settings.bind
    click.echo(bind if bind.startswith("unix:") else f"http://{bind}")
    metrics.clear(settings)
    Server(options(settings, bind, workers or settings.workers)).run()


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(serve)
