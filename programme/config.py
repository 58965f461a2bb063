"""Settings: one dataclass, environment over the instance folder (DESIGN.md section 1)."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    is_production: bool = False
    testing: bool = False

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the environment. Raises BadSettings in production without a host list or a public address."""
        env = os.environ.get
        port = env("PORT") or "8000"
        made = cls(
            base_url=(env("PROGRAMME_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            trusted_hosts=tuple(
                h.strip() for h in (env("PROGRAMME_TRUSTED_HOSTS") or "").split(",") if h.strip()
            ),
            smtp_url=env("PROGRAMME_SMTP_URL") or "",
            mail_from=env("PROGRAMME_MAIL_FROM") or "programme@localhost",
            is_production=(env("PROGRAMME_ENV") or "").lower() == "production",
        )
        made.database_url = _database_url(made.instance)
        made.secret_key = env("PROGRAMME_SECRET_KEY") or secret_of(made.instance)
        made.check()
        return made

    def check(self) -> None:
        """Refuse settings that are too weak to serve with."""
        if len(self.secret_key) < 32:
            raise BadSettings("PROGRAMME_SECRET_KEY must have at least 32 characters.")
        if self.is_production and not self.trusted_hosts:
            raise BadSettings("In production, name the hosts to answer to in PROGRAMME_TRUSTED_HOSTS.")
        if self.is_production and not self.base_url.startswith("https://"):
            raise BadSettings("In production, PROGRAMME_BASE_URL must be an https:// address.")

    @property
    def uploads(self) -> Path:
        return self.instance / "uploads"

    @property
    def outbox(self) -> Path:
        return self.instance / "outbox"

    def flask(self) -> dict[str, Any]:
        """The same, as Flask and its extensions name them."""
        # A refused row must not put names and phones in the log (RULES D1).
        engine: dict[str, Any] = {
            "hide_parameters": True,
            "pool_pre_ping": self.database_url.startswith("postgresql"),
        }
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
