"""Whether settings are fit to serve a ministry with: each weakness is one sentence that names the variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from programme.config import Settings

SECRETS = (
    "secret_key",
    "data.key",
    "programme.sqlite3",
    "programme.sqlite3-wal",
    "programme.sqlite3-journal",
    "uploads",
    "strays",
    "outbox",
    "exports",
    "imports",
    "erasures.txt",
)
"""What holds secrets or personal data below the instance."""
LEAST_SECRET, LEAST_KINDS = 32, 10
WEAK = re.compile(
    r"change.?me|secret|passw|mot.?de.?passe|default|example|exemple|azerty|qwerty|0123456|abcdef|only for tests",
    re.I,
)
UNKEPT = "PROGRAMME_TEST_"
"""Variables of the test suite begin so."""


def weaknesses(settings: Settings, environ: Mapping[str, str], known: frozenset[str]) -> Iterator[str]:
    """Everything for which production must not begin, most grave first."""
    yield from _secret(settings.secret_key)
    yield from _address(settings)
    if environ.get("FLASK_DEBUG", "").lower() in {"1", "true", "on", "yes"}:
        yield "FLASK_DEBUG shows the code of the program to visitors: unset it in production."
    for path in readable(settings.instance):
        yield f"{path} can be read by every user of this machine: chmod o-rwx {path}."
    yield from _key(settings, environ)
    yield from unknown(environ, known)


def unknown(environ: Mapping[str, str], known: frozenset[str]) -> Iterator[str]:
    """Variables that nobody reads: what a mistyped one was to set is not set."""
    for name in sorted(environ):
        if name.startswith("PROGRAMME_") and not name.startswith(UNKEPT) and name not in known:
            yield f"{name} is not a setting of this program: correct or unset it (README, Settings)."


def readable(instance: Path) -> Iterator[Path]:
    """Files with secrets or personal data that every user of the machine can open."""
    if not instance.is_dir() or not instance.stat().st_mode & 0o001:
        return  # nobody else can enter the folder
    for name in SECRETS:
        path = instance / name
        if path.exists() and path.stat().st_mode & 0o004:
            yield path


def _secret(secret: str) -> Iterator[str]:
    if len(secret) < LEAST_SECRET:
        yield f"PROGRAMME_SECRET_KEY must have at least {LEAST_SECRET} characters."
    elif len(set(secret)) < LEAST_KINDS or WEAK.search(secret):
        yield "PROGRAMME_SECRET_KEY can be guessed: let `openssl rand -hex 32` make one."


def _address(settings: Settings) -> Iterator[str]:
    hosts = settings.trusted_hosts
    if not hosts:
        yield "In production, name the hosts to answer to in PROGRAMME_TRUSTED_HOSTS."
        return
    for host in hosts:
        if "*" in host or "/" in host or (host.startswith(".") and host.count(".") < 2):
            yield f"PROGRAMME_TRUSTED_HOSTS holds {host}: name each host, without scheme, path or star."
    address = urlsplit(settings.base_url)
    if address.scheme != "https" or not address.hostname:
        yield "In production, PROGRAMME_BASE_URL must be an https:// address."
    elif not any(_fits(address.hostname, host) for host in hosts):
        yield f"PROGRAMME_BASE_URL names {address.hostname}, which is not among PROGRAMME_TRUSTED_HOSTS."


def _fits(name: str, host: str) -> bool:
    bare = host.rsplit(":", 1)[0].lower()
    return name == bare or (bare.startswith(".") and name.endswith(bare))


def _key(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """A key beside the database that it opens is taken with it: that must have been decided."""
    is_beside = settings.database_url == f"sqlite:///{settings.instance / 'programme.sqlite3'}"
    if is_beside and not environ.get("PROGRAMME_DATA_KEY") and not settings.key_beside_data:
        yield (
            "The data key would lie beside the database that it opens: give it in PROGRAMME_DATA_KEY, "
            "or accept that by PROGRAMME_KEY_BESIDE_DATA=on."
        )
