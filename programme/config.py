"""Settings: one dataclass, environment over the instance folder (DESIGN.md section 1)."""

from __future__ import annotations

import logging
import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from programme.fitness import LEAST_SECRET, unknown, weaknesses

log = logging.getLogger("programme.config")
ROOT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):
    """Settings that must not be served with; the message is one clear sentence."""


def _instance() -> Path:
    return Path(os.environ.get("PROGRAMME_INSTANCE") or ROOT / "instance").resolve()


def _database_url(instance: Path) -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{instance / 'programme.sqlite3'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSettings("DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return url


def secret_of(instance: Path) -> str:
    """The key that signs cookies, made once beside the database and readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _patience(url: str) -> dict[str, Any]:
    """How long PostgreSQL is waited for, as long as for SQLite's lock: nobody waits for ever on another's work.

    And one process of it for one request: many people ask short questions at once, for which helpers and machine
    code cost more than they save.
    """
    waits = "-c lock_timeout=30000 -c idle_in_transaction_session_timeout=300000"
    alone = "-c jit=off -c max_parallel_workers_per_gather=0"
    asked = {} if "options=" in url else {"options": f"{waits} {alone}"}
    return {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, **asked}


def _whole(name: str, usual: int, least: int, most: int) -> int:
    """A setting that is a whole number. Raises BadSettings for anything else, and beyond its bounds."""
    text = os.environ.get(name) or str(usual)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise BadSettings(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _one_of(name: str, words: tuple[str, ...]) -> str:
    """A setting that is one of `words`, the usual one first. Raises BadSettings for another."""
    found = (os.environ.get(name) or words[0]).lower()
    if found not in words:
        raise BadSettings(f"{name} must be one of: {', '.join(words)}.")
    return found


@dataclass(slots=True)
class Settings:
    """Everything that can be set; the environment variable of a field is `PROGRAMME_` and its name."""

    instance: Path = field(default_factory=_instance)
    database_url: str = ""
    secret_key: str = ""
    base_url: str = ""
    """Public address, for links in mails and QR codes (http://127.0.0.1:8000 by default)."""
    trusted_hosts: tuple[str, ...] = ()
    smtp_url: str = ""
    """smtp://user:password@host:port or smtps://…; mails go to `instance/outbox` without it."""
    mail_from: str = "programme@localhost"
    answer_days: int = 10
    """Days to answer a person's request where the law sets none: access and objection."""
    person_years: int = 5
    """Years after the end of the last programme in which somebody took part until their data are erased."""
    redis_url: str = ""
    """redis://host:6379/0 where several machines share the queue of jobs; a file of the instance without it."""
    worker: bool = True
    """Whether `programme serve` starts the worker beside the server; `programme work` runs one of its own."""
    bind: str = ""
    """Where `programme serve` listens: host:port or unix:/path; 127.0.0.1 and PORT without it."""
    workers: int = 2
    threads: int = 4
    timeout: int = 120
    """Seconds after which a worker that does not answer is replaced."""
    proxies: int = 0
    """How many proxies of ours stand before the server: so many X-Forwarded-For and -Proto are believed."""
    metrics_token: str = ""
    """What who asks for /metrics must show; without it there is no such page."""
    logs: str = "plain"
    """`json`: one line of JSON a request; usual in production."""
    key_beside_data: bool = False
    """Accept, in production, a data key in the folder of the SQLite database that it opens."""
    is_production: bool = False
    testing: bool = False

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the environment. Raises BadSettings in production without a host list or a public address."""
        env = os.environ.get
        port = _whole("PORT", 8000, 0, 65535)
        made = cls(
            base_url=(env("PROGRAMME_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            trusted_hosts=tuple(
                h.strip() for h in (env("PROGRAMME_TRUSTED_HOSTS") or "").split(",") if h.strip()
            ),
            smtp_url=env("PROGRAMME_SMTP_URL") or "",
            mail_from=env("PROGRAMME_MAIL_FROM") or "programme@localhost",
            redis_url=env("PROGRAMME_REDIS_URL") or "",
            worker=(env("PROGRAMME_WORKER") or "on").lower() not in {"off", "0", "no"},
            answer_days=_whole("PROGRAMME_ANSWER_DAYS", 10, 1, 60),
            person_years=_whole("PROGRAMME_PERSON_YEARS", 5, 1, 50),
            is_production=_one_of("PROGRAMME_ENV", ("development", "production")) == "production",
            bind=env("PROGRAMME_BIND") or f"127.0.0.1:{port}",
            workers=_whole("PROGRAMME_WORKERS", 2, 1, 64),
            threads=_whole("PROGRAMME_THREADS", 4, 1, 64),
            timeout=_whole("PROGRAMME_TIMEOUT", 120, 10, 3600),
            proxies=_whole("PROGRAMME_PROXIES", 0, 0, 5),
            metrics_token=env("PROGRAMME_METRICS_TOKEN") or "",
            key_beside_data=_one_of("PROGRAMME_KEY_BESIDE_DATA", ("off", "on")) == "on",
        )
        made.logs = _one_of("PROGRAMME_LOGS", ("json", "plain") if made.is_production else ("plain", "json"))
        made.database_url = _database_url(made.instance)
        made.secret_key = env("PROGRAMME_SECRET_KEY") or secret_of(made.instance)
        made.check()
        return made

    def check(self) -> None:
        """Refuse settings that are too weak to serve with, the gravest weakness first."""
        if len(self.secret_key) < LEAST_SECRET:
            raise BadSettings(f"PROGRAMME_SECRET_KEY must have at least {LEAST_SECRET} characters.")
        if self.smtp_url and not self.smtp_url.startswith(("smtp://", "smtps://")):
            raise BadSettings("PROGRAMME_SMTP_URL must begin with smtp:// or smtps://.")
        for weakness in weaknesses(self, os.environ, KNOWN) if self.is_production else ():
            raise BadSettings(weakness)
        for typo in unknown(os.environ, KNOWN):
            log.warning(typo)

    @property
    def uploads(self) -> Path:
        return self.instance / "uploads"

    @property
    def outbox(self) -> Path:
        return self.instance / "outbox"

    def flask(self) -> dict[str, Any]:
        """The same, as Flask and its extensions name them."""
        # A refused row must not put names and phones in the log (RULES D1).
        engine: dict[str, Any] = {"hide_parameters": True, "pool_timeout": 10}
        if self.database_url.startswith("postgresql"):
            engine |= {"pool_pre_ping": True, "connect_args": _patience(self.database_url)}
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine,
            "TESTING": self.testing,
            "TRUSTED_HOSTS": list(self.trusted_hosts) or None,
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 3000,
            "SESSION_COOKIE_NAME": "programme",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.is_production,
            "PERMANENT_SESSION_LIFETIME": 12 * 3600,
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "fr_MA",
            "BABEL_DEFAULT_TIMEZONE": "Africa/Casablanca",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "programme" / "translations"),
            "HOUSE": self,
        }


_ELSEWHERE = {"database_url": "DATABASE_URL", "is_production": "PROGRAMME_ENV", "testing": ""}
KNOWN = frozenset(
    {"PROGRAMME_DATA_KEY", "PORT"}
    | {_ELSEWHERE.get(one.name, f"PROGRAMME_{one.name.upper()}") for one in fields(Settings)} - {""}
)
"""Every variable that is read from the environment; the table of the README names each."""
