"""What every page is dressed with: language, navigation, formats, addresses of static files."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import MutableMapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask.templating import Environment as FlaskEnvironment
from jinja2 import Template
from markupsafe import Markup, escape

from programme import pieces
from programme.base import clock, todos
from programme.base import language as lang
from programme.base.access import Permission
from programme.base.remembering import lately
from programme.edge import READING
from programme.home.navigation import navigation

CODE = re.compile(r"\b[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8})+\b")
"""A reference or the code of a session, of a cohort, of an activity, inside a sentence."""


class Environment(FlaskEnvironment):
    """Templates whose globals are the environment's own, not a chain of two mappings.

    Each include and import copies them: a page of thirty pieces spent a tenth of its time on that.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own; TypeError for a template that wants others: all would have them from then on."""
        if d:
            raise TypeError("globals are the same for all templates")
        return self.globals

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        self.make_globals(globals)
        return super()._load_template(name, None)


def read_templates(app: Flask) -> None:
    """How templates are read; to be called once the settings stand, before any is."""
    app.jinja_environment = Environment
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")


def choose_locale() -> str:
    """The language chosen in this browser, else the account's, else the browser's, else Arabic."""
    if not has_request_context():
        return lang.DEFAULT.babel
    chosen = session.get("language") or g.get("spoken") or session.get("spoken")
    if chosen not in {"ar", "fr"}:
        chosen = request.accept_languages.best_match(["fr", "ar"]) or "ar"
    return lang.Language(chosen).babel


@lru_cache(maxsize=512)
def _fingerprint(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=512)
def _version(path: str) -> str:
    """What stands behind `?v=`; empty for a file that is not there."""
    try:
        return _fingerprint(Path(path), os.stat(path).st_mtime)
    except FileNotFoundError:
        return ""


def static_url(name: str) -> str:
    """The address of a static file, changing with its content so that browsers may keep it for good.

    A process looks at each file once; while pages are being written (`--debug`), every time.
    """
    path = f"{current_app.static_folder}/{name}"
    version = _version.__wrapped__(path) if current_app.debug else _version(path)
    if not version:
        return url_for("static", filename=name)
    return f"{request.script_root}{current_app.static_url_path}/{name}?v={version}"


def draw_icon(name: str, flip: bool = False) -> Markup:
    """One drawing of static/icons.svg."""
    return pieces.drawing(static_url("icons.svg"), name, flip)


IN_PASSING = 60.0
"""Seconds for which the number of what waits may lag behind what others do, on pages that do not list it."""
ACTED = "acted_in"
ACCOUNTS = "programme.accounts"
"""Signing in and choosing a language leave nothing to do."""


def _may(permission: str) -> bool:
    return bool(g.actor.may(Permission(permission)))


def _context() -> dict[str, Any]:
    reader = lang.language()
    actor = g.actor if getattr(g, "account", None) is not None else None
    return {
        "lang": reader.value,
        "dir": reader.direction,
        "actor": g.account if actor else None,
        "navigation": navigation(g.actor) if actor else [],
        "todo_count": _todo_count() if actor else 0,
        "demonstration": is_demonstration(),
        "seeing": getattr(g, "seeing", None),
        "request_id": getattr(g, "request_id", ""),
        "switch_language_url": url_for("programme.accounts.switch_language", which=reader.other.value),
        "other_language": reader.other,
    }


def _todo_count() -> int:
    """How much waits for the reader: what the page itself names, else as it was some seconds ago.

    Every write of anybody may change the number, and finding it costs more than most pages. What the reader has
    just done themselves shows at once, in the room where they did it.
    """
    if "todos" in g:
        return len(g.todos)
    since = time.time() - IN_PASSING
    return len(todos.waiting(g.actor, g.scope, since=since, acted=session.get(ACTED) or {}))


def _note_act(response: Any) -> Any:
    if request.method not in READING and response.status_code < 500 and request.blueprint != ACCOUNTS:
        now = time.time()
        known = {room: at for room, at in (session.get(ACTED) or {}).items() if at > now - IN_PASSING}
        session[ACTED] = {**known, request.blueprint or "": now}
    return response


def note_acts(app: Flask) -> None:
    """Keep in the session where its reader last acted; to be hooked before the edge, so as to run after its commit."""
    app.after_request(_note_act)


def unbroken(text: str) -> Markup:
    """A sentence as markup in which no code is cut at its hyphens: half of one reads reversed in Arabic."""
    between = zip_longest(CODE.split(text), CODE.findall(text), fillvalue="")
    return Markup(  # noqa: S704 - what stands in it is escaped, and a code needs no escaping
        "".join(
            f'{escape(words)}<bdi class="ltr">{code}</bdi>' if code else str(escape(words))
            for words, code in between
        )
    )


def is_demonstration() -> bool:
    """Whether the database holds the demonstration: every page says so, at most a minute late; reports ask anew."""
    from regions.programmes.queries import is_demonstration as asked

    if "is_demonstration" not in g:
        g.is_demonstration = lately("demonstration", asked, time.time() - IN_PASSING)
    return bool(g.is_demonstration)


def dress(app: Flask) -> None:
    """Add the filters, globals and the context of every template."""
    app.context_processor(_context)
    formats = {
        name: getattr(lang, name)
        for name in (
            "format_date",
            "format_instant",
            "format_number",
            "format_percent",
            "format_hours",
            "format_mad",
            "format_period",
        )
    }
    app.jinja_env.globals.update(
        formats,
        draw_icon=draw_icon,
        may=_may,
        pieces=pieces,
        static_url=static_url,
        csp_nonce=lambda: g.csp_nonce,
        this_day=clock.today,
        _=lang.gettext,
        gettext=lang.gettext,
        ngettext=lang.ngettext,
        P=Permission,
    )
    app.jinja_env.filters.update(formats, unbroken=unbroken)

    @app.after_request
    def _cache_static(response: Any) -> Any:
        if request.endpoint == "static" and request.args.get("v"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
