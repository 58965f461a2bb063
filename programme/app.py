"""`create_app`: settings, extensions, the edge and every room that exists on disk."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from types import ModuleType
from typing import Any

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from programme import edge, errors, logs, metrics, nightly, shell
from programme.base import accounts, batches, files, jobs, journal, mail, once, vault, versions
from programme.base.extensions import babel, csrf, db, login, migrate
from programme.base.mail import Post
from programme.base.queue import Queue
from programme.base.received import BoundedJSON
from programme.config import ROOT, Settings

PACKAGES = ("regions", "cohorts", "partnerships", "learning", "support", "reports", "programme")
PARTS = ("models", "measures", "imports", "todos", "finding", "checks", "routes")


MOST = 2**31 - 1
"""The largest primary key."""
GROUND = (accounts, batches, files, jobs, journal, mail, nightly, once, versions)
"""Modules of the ground floor that hold tables, or that follow what is written to them."""


def concepts() -> list[ModuleType]:
    """Every concept sub-package, lower rooms first: a room joins the application by existing."""
    found = []
    for name in PACKAGES:
        try:
            package = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        for entry in pkgutil.iter_modules(package.__path__, f"{name}."):
            if entry.ispkg and entry.name not in {
                "programme.base",
                "programme.migrations",
                "programme.commands",
            }:
                found.append(importlib.import_module(entry.name))
    return found


def load_rooms() -> list[ModuleType]:
    """Import each concept's models, registers and routes; answers the modules of routes."""
    routes = []
    for concept in concepts():
        parts = {entry.name for entry in pkgutil.iter_modules(concept.__path__)}
        for part in PARTS:
            if part in parts:
                module = importlib.import_module(f"{concept.__name__}.{part}")
                if part == "routes":
                    routes.append(module)
    for name in ("reports.routes",):
        if importlib.util.find_spec(name) is not None:
            routes.append(importlib.import_module(name))
    return routes


def _register_rooms(app: Flask) -> None:
    parents: dict[str, Blueprint] = {}
    for module in load_rooms():
        package, *concept = module.__name__.split(".")[:-1]
        if not concept:
            app.register_blueprint(module.bp)
            continue
        parent = parents.setdefault(package, Blueprint(package, package))
        parent.register_blueprint(module.bp)
    for parent in parents.values():
        app.register_blueprint(parent)


class Identifier(IntegerConverter):
    """`<int:…>` of addresses: what no primary key can hold is simply not found, on every engine."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": MOST, **kwargs})


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises BadSettings where the settings are too weak to serve with."""
    settings = settings or Settings.from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "programme",
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(settings.flask())
    app.url_map.converters["int"] = Identifier
    app.json = BoundedJSON(app)
    vault.follow(settings.instance)
    mail.provide(Post(settings.smtp_url, settings.mail_from, settings.outbox))
    jobs.provide(Queue(settings.instance, settings.redis_url, settings.secret_key))
    shell.read_templates(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "programme" / "migrations"), render_as_batch=True)
    babel.init_app(app, locale_selector=shell.choose_locale)
    login.init_app(app)
    logs.register(app)
    metrics.register(app)
    shell.note_acts(app)
    edge.guard(app)  # before CSRF: it refuses what no view declared
    csrf.init_app(app)
    errors.register(app)
    shell.dress(app)
    _register_rooms(app)
    if settings.proxies:
        # Their own word on who asks and by which scheme; the host is the one of the request, and pinned.
        hops = {
            "x_for": settings.proxies,
            "x_proto": settings.proxies,
            "x_host": 0,
            "x_port": 0,
            "x_prefix": 0,
        }
        app.wsgi_app = ProxyFix(app.wsgi_app, **hops)  # type: ignore[method-assign]
    return app
