"""The log tells what was asked and how it went, and nothing about anybody (RULES D1)."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest

from programme import logs
from programme.base.access import Role
from programme.base.extensions import db
from tests.client import HouseClient
from tests.factories.people import person

NAME, NATIONAL_ID, PHONE = "زينب العثماني الإدريسي", "QX918273", "+212661928374"
TOKEN = "Zk3vN8qT0pLw5RbY2mXc7HdJ"
MAIL = "zineb.othmani@example.ma"


@pytest.fixture
def written(house: Any) -> Iterator[io.StringIO]:
    """Everything that the server would write, while its configuration is in place."""
    kept = {name: list(logging.getLogger(name).handlers) for name in ("", "programme", "gunicorn.error")}
    out = io.StringIO()
    configuration = logs.configuration("json")
    configuration["handlers"]["error"]["stream"] = out
    logging.config.dictConfig(configuration)
    yield out
    for name in ("programme", "programme.requests", "gunicorn.error", "gunicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate, logger.level = [], True, logging.NOTSET
    for name, handlers in kept.items():
        logging.getLogger(name).handlers = handlers


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_is_one_line(client: HouseClient, written: io.StringIO) -> None:
    account = client.sign_in_as(Role.MINISTRY_OFFICER)
    written.truncate(0), written.seek(0)
    answer = client.get("/cohorts?q=secret")
    (line,) = lines(written)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "cohorts.enrolment.index", 200)
    assert line["ms"] > 0
    assert line["statements"] > 0
    assert line["account"] == getattr(account, "id", line["account"]) is not None
    assert line["level"] == "info"
    assert set(line) == {
        "time", "level", "logger", "message", "request", "method", "endpoint", "status", "ms", "account", "statements",
    }  # fmt: skip


def test_nothing_about_anybody_is_written(
    client: HouseClient, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    someone = person(NAME, national_id=NATIONAL_ID, phone=PHONE)
    db.session.commit()
    ident = someone.id
    client.get(f"/people/{ident}", check=False)
    client.get(f"/cohorts?q={NAME}", check=False)
    client.get(f"/search?q={PHONE}", check=False)
    client.get(f"/no-such-page/{NATIONAL_ID}?phone={PHONE}", check=False)
    client.get(f"/welcome/{TOKEN}", check=False)
    client.post("/sign-in", data={"email": MAIL, "password": TOKEN}, check=False)
    client.post(
        f"/people/{ident}/edit", data={"name_ar": NAME, "national_id": NATIONAL_ID, "phone": "x"}, check=False
    )

    def fall(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"{NAME} {NATIONAL_ID} {MAIL}")

    monkeypatch.setitem(client.application.config, "PROPAGATE", False)
    monkeypatch.setitem(client.application.view_functions, "cohorts.enrolment.index", _as(client, fall))
    answer = client.get("/cohorts", check=False)
    assert answer.status_code == 500
    server = logging.getLogger("gunicorn.error")
    server.error("Error handling request %s", f"/welcome/{TOKEN}?e={MAIL}")
    server.warning("Invalid request from ip=%s: %s", "203.0.113.7", f"GET /cohorts?q={NAME} HTTP/1.1")
    try:
        fall()
    except RuntimeError:
        server.exception("Socket error processing request.")
    text = written.getvalue()
    for secret in (NAME, NATIONAL_ID, PHONE, PHONE[4:], TOKEN, MAIL, "العثماني", f"/people/{ident}", "q="):
        assert secret not in text, f"{secret} is in the log"
    assert json.dumps(NAME)[1:-1] not in text, "not escaped either"
    failed = [line for line in lines(written) if line.get("error") == "RuntimeError"]
    assert len(failed) == 2, "the kind of a failure is told"
    assert any("test_logs.py" in place for place in failed[0]["places"]), "and where it was"
    assert len(lines(written)) >= 10


def _as(client: HouseClient, fall: Any) -> Any:
    """`fall` with what the edge knows of the view that it replaces."""
    from programme.base.access import ACCESS

    setattr(fall, ACCESS, getattr(client.application.view_functions["cohorts.enrolment.index"], ACCESS))
    return fall


def test_the_reference_of_an_error_page_is_in_the_log(client: HouseClient, written: io.StringIO) -> None:
    answer = client.get("/no-such-page", check=False)
    reference = answer.headers["X-Request-ID"]
    assert reference in answer.text
    assert [line["status"] for line in lines(written) if line["request"] == reference] == [404]
