"""What is written to the server's log: one line of JSON a request, and nothing about anybody (RULES D1).

A line names the page by its endpoint, not by its address: addresses carry one-time links and ids of persons, query
strings what was searched for. Of a failure the kind and the places in our code are kept, never its words, which
may quote a record.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

from programme.base import clock
from programme.statements import counting, statements

PROXIED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")
"""A request's id as our proxy may hand it over; anything else is replaced."""
log = logging.getLogger("programme.requests")


class Line(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["places"] = [
                f"{frame.filename.rsplit('/', 2)[-2]}/{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-12:]
            ]
        return json.dumps(told, ensure_ascii=False)


def message_of(record: logging.LogRecord) -> str:
    """The sentence of a record; of the server's own ones addresses and free text are left out."""
    if record.name.startswith("programme"):
        return record.getMessage()
    given = record.args if isinstance(record.args, tuple) else ()
    kept = tuple(one if isinstance(one, int | float) else _shortened(str(one)) for one in given)
    try:
        return str(record.msg) % kept if kept else _shortened(str(record.msg))
    except (TypeError, ValueError):
        return _shortened(str(record.msg))


def _shortened(text: str) -> str:
    """`text` where it is a word of the server's own (SIGTERM, gthread), else a mark that something stood there."""
    return text if re.fullmatch(r"[A-Za-z0-9 _.,:()'-]{0,120}", text) else "…"


def configuration(kind: str) -> dict[str, Any]:
    """The `logging` configuration of the server: everything to standard error, in lines of JSON or plainly."""
    line = (
        {"()": "programme.logs.Line"} if kind == "json" else {"format": "%(levelname)s %(name)s: %(message)s"}
    )
    quiet = {"level": "WARNING", "handlers": ["error"], "propagate": False}
    requests = {**quiet, "level": "INFO" if kind == "json" else "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"error": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["error"]},
        "loggers": {
            "gunicorn.error": {**quiet, "level": "INFO" if kind == "json" else "WARNING"},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "programme": quiet,
            "programme.requests": requests,
        },
    }


def request_id(offered: str | None, proxies: int) -> str:
    """The id of this request: the one that our proxy offers, else one of our own."""
    if proxies and offered and PROXIED.fullmatch(offered):
        return offered
    return secrets.token_hex(6)


def register(app: Flask) -> None:
    """Write a line for each answer; hooked before the edge, so that it sees what the edge made of it."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        counting()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code < 400:
            return response
        actor = getattr(g, "actor", None)  # a frozen value: the account itself would be read again here
        told = {
            "request": getattr(g, "request_id", ""),
            "method": request.method if request.method.isalpha() else "?",
            "endpoint": request.endpoint or "",
            "status": response.status_code,
            "ms": round((time.perf_counter() - getattr(g, "began", time.perf_counter())) * 1000, 1),
            "account": actor.account_id if actor is not None else None,
            "statements": statements(),
        }
        log.info("request", extra={"told": told})
        return response
