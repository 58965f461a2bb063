"""What watches over the process asks without signing in and leaves no cookie."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from programme.home import queries
from tests.client import HouseClient


def test_the_process_answers(client: HouseClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "ok\n")
    assert "Set-Cookie" not in answer.headers
    assert client.statements("/healthz") == 0


def test_ready_when_the_schema_is_at_its_head(client: HouseClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")
    assert "Set-Cookie" not in answer.headers


def test_not_ready_before_a_migration(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "schema_revision", lambda: None)
    assert client.get("/readyz").status_code == 503


def test_not_ready_without_a_database(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("select 1", {}, OSError("stopped"))

    monkeypatch.setattr(queries, "schema_revision", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert client.get("/healthz").status_code == 200
