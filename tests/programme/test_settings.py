"""Production refuses each weak setting in one sentence; every setting stands in the README's one table."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from programme.app import create_app
from programme.base import vault
from programme.base.extensions import db
from programme.cli import cli
from programme.config import KNOWN, ROOT, BadSettings, Settings

SOUND = {
    "PROGRAMME_ENV": "production",
    "PROGRAMME_SECRET_KEY": "b7f1c09e5a3d4826e7f0a1b2c3d4958677e8d9c0ab12cd34",
    "PROGRAMME_BASE_URL": "https://nassij.example.ma",
    "PROGRAMME_TRUSTED_HOSTS": "nassij.example.ma",
    "PROGRAMME_KEY_BESIDE_DATA": "on",
}
WEAK = [
    ({"PROGRAMME_SECRET_KEY": "short"}, "at least 32 characters"),
    ({"PROGRAMME_SECRET_KEY": "a" * 40}, "can be guessed"),
    ({"PROGRAMME_SECRET_KEY": "change-me-change-me-change-me-1234567"}, "can be guessed"),
    ({"PROGRAMME_SECRET_KEY": "MonMotDePasse-2026-programme-xyzuvw-89"}, "can be guessed"),
    ({"PROGRAMME_TRUSTED_HOSTS": ""}, "PROGRAMME_TRUSTED_HOSTS"),
    ({"PROGRAMME_TRUSTED_HOSTS": "*"}, r"holds \*"),
    ({"PROGRAMME_TRUSTED_HOSTS": ".ma"}, r"holds \.ma"),
    ({"PROGRAMME_TRUSTED_HOSTS": "https://nassij.example.ma"}, "without scheme"),
    ({"PROGRAMME_BASE_URL": "http://nassij.example.ma"}, "https://"),
    ({"PROGRAMME_BASE_URL": ""}, "https://"),
    ({"PROGRAMME_BASE_URL": "https://other.example.ma"}, "other.example.ma, which is not among"),
    ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
    ({"PORT": "abc"}, "PORT must be a whole number"),
    ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
    ({"PROGRAMME_SMTP_URL": "mail.example"}, "PROGRAMME_SMTP_URL must begin with"),
    ({"PROGRAMME_KEY_BESIDE_DATA": ""}, "beside the database"),
    ({"PROGRAMME_TRUSTED_HOST": "nassij.example.ma"}, "PROGRAMME_TRUSTED_HOST is not a setting"),
    ({"PROGRAMME_ENV": "prod"}, "must be one of: development, production"),
    ({"PROGRAMME_WORKERS": "many"}, "PROGRAMME_WORKERS must be a whole number"),
    ({"PROGRAMME_PROXIES": "-1"}, "PROGRAMME_PROXIES must be a whole number"),
    ({"PROGRAMME_LOGS": "xml"}, "PROGRAMME_LOGS must be one of"),
]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Sound settings of production over an instance of its own."""
    for name in KNOWN | {"FLASK_DEBUG"}:
        monkeypatch.delenv(name, raising=False)
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PROGRAMME_INSTANCE", str(tmp_path))
    return monkeypatch


def test_sound_settings_are_taken(environment: pytest.MonkeyPatch) -> None:
    made = Settings.from_environment()
    assert (made.is_production, made.logs, made.workers) == (True, "json", 2)


@pytest.mark.parametrize(("changed", "said"), WEAK, ids=[f"{next(iter(one))}-{said}" for one, said in WEAK])
def test_a_weak_one_is_refused(environment: pytest.MonkeyPatch, changed: dict[str, str], said: str) -> None:
    for name, value in changed.items():
        environment.setenv(name, value)
    with pytest.raises(BadSettings, match=said) as refused:
        Settings.from_environment()
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert environment is not None
    if secret := changed.get("PROGRAMME_SECRET_KEY"):
        assert secret not in sentence, "a sentence that is logged must not hold the secret"


@pytest.mark.parametrize("name", ["secret_key", "data.key", "programme.sqlite3", "uploads"])
def test_what_everybody_may_read_is_refused(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.mkdir() if name == "uploads" else path.write_text("x" * 64)
    path.chmod(0o755)
    tmp_path.chmod(0o755)
    with pytest.raises(BadSettings, match=f"{name} can be read by every user"):
        Settings.from_environment()
    path.chmod(0o750)
    Settings.from_environment()


def test_the_same_is_only_told_in_development(
    environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    environment.setenv("PROGRAMME_ENV", "development")
    environment.setenv("PROGRAMME_TRUSTED_HOST", "x")
    Settings.from_environment()
    assert "PROGRAMME_TRUSTED_HOST is not a setting" in caplog.text


def test_the_readme_has_one_table_with_every_setting() -> None:
    text = (ROOT / "README.md").read_text()
    part = text.split("## Settings", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \|", part, re.MULTILINE)
    assert len(rows) == len(set(rows)), "a setting stands twice"
    assert set(rows) == KNOWN


def test_no_module_reads_a_variable_that_is_no_setting() -> None:
    inner = {"PROGRAMME_READ", "PROGRAMME_WRITE"}  # permissions
    for folder in ("programme", "regions", "cohorts", "partnerships", "reports", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            named = set(re.findall(r"\bPROGRAMME_[A-Z_]+[A-Z]\b", path.read_text()))
            odd = {name for name in named - KNOWN - inner if not name.startswith("PROGRAMME_TEST")}
            assert not odd, f"{path}: {odd}"


def served(tmp_path: Path, **more: object) -> FlaskClient:
    """A browser before a server that is pinned to one host."""
    app = create_app(
        Settings(
            instance=tmp_path,
            database_url=f"sqlite:///{tmp_path / 'programme.sqlite3'}",
            secret_key="only for tests " * 3,
            base_url="https://nassij.example.ma",
            trusted_hosts=("nassij.example.ma",),
            testing=True,
            **more,  # type: ignore[arg-type]
        )
    )
    with app.app_context():
        db.engine.dispose()
    return app.test_client()


def test_another_host_is_answered_by_no_page_of_ours(tmp_path: Path) -> None:
    client = served(tmp_path)
    for host in (
        "evil.example",
        "nassij.example.ma.evil.example",
        "127.0.0.1",
        "",
        "a b",
        "nassij.example.ma@evil",
    ):
        answer = client.get("/healthz", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "evil" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/healthz", headers={"Host": "nassij.example.ma"}).status_code == 200


def test_what_a_proxy_says_is_believed_only_where_there_is_one(tmp_path: Path) -> None:
    said = {
        "Host": "nassij.example.ma",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "evil.example",
        "X-Request-ID": "0f1e2d3c-4b5a",
    }
    alone, behind = served(tmp_path / "a"), served(tmp_path / "b", proxies=1)
    direct, proxied = alone.get("/healthz", headers=said), behind.get("/healthz", headers=said)
    assert "Strict-Transport-Security" not in direct.headers
    assert direct.headers["X-Request-ID"] != said["X-Request-ID"]
    assert "Strict-Transport-Security" in proxied.headers
    assert proxied.headers["X-Request-ID"] == said["X-Request-ID"]
    for odd in ("x", "a b c d e f g h", "<script>alert(1)</script>", "é" * 10, "a" * 65):
        answer = behind.get("/healthz", headers={**said, "X-Request-ID": odd.encode().decode("latin-1")})
        assert answer.headers["X-Request-ID"] != odd


def test_commands_print_addresses_of_a_pinned_host(app: Flask, environment: pytest.MonkeyPatch) -> None:
    """A link is printed by a command that nobody asked over the network: the host is the one of the settings."""
    key = vault.vault()
    try:
        made = ["account", "create", "--email", "a@example.ma", "--name", "A", "--role", "administrator"]
        for arguments in (["init"], made):
            done = CliRunner().invoke(cli, arguments)
            assert done.exit_code == 0, done.output
        assert "https://nassij.example.ma/welcome/" in done.output
    finally:
        vault.provide(key)


def test_a_data_key_that_is_none_ends_a_command_with_a_sentence(tmp_path: Path) -> None:
    given = {"PROGRAMME_INSTANCE": str(tmp_path), "PROGRAMME_DATA_KEY": "court"}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PROGRAMME_")}
    command = [sys.executable, "-c", "from programme.cli import main; main()", "init"]
    done = subprocess.run(
        command, env={**kept, **given}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "PROGRAMME_DATA_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_in_which_nothing_stands_is_not_served(tmp_path: Path) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PROGRAMME_")}
    given = {"PROGRAMME_INSTANCE": str(tmp_path), "PORT": "0", "DATABASE_URL": ""}
    command = [sys.executable, "-c", "from programme.cli import main; main()", "serve"]
    done = subprocess.run(
        command, env={**kept, **given}, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 2
    assert "programme init" in done.stderr
    assert "Traceback" not in done.stderr
