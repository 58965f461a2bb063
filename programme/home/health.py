"""Whether the process answers, and whether it can serve: for the machines that watch over it."""

from __future__ import annotations

from functools import lru_cache

from alembic.script import ScriptDirectory
from flask import Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from programme.base.access import public
from programme.home import queries


@public
def healthz() -> Response:
    """200 as long as the process answers; touches nothing else."""
    return Response("ok\n", mimetype="text/plain")


@public
def readyz() -> Response:
    """200 when the database answers and its schema is the newest this program knows; else 503."""
    try:
        revision = queries.schema_revision()
    except SQLAlchemyError:
        return _unready("database does not answer")
    if revision != _newest():
        return _unready("schema is not up to date")
    return Response("ready\n", mimetype="text/plain")


def _unready(why: str) -> Response:
    return Response(f"{why}\n", 503, mimetype="text/plain")


@lru_cache(maxsize=1)
def _newest() -> str | None:
    migrations = current_app.extensions["migrate"].migrate
    return ScriptDirectory.from_config(migrations.get_config()).get_current_head()
