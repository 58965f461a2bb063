"""Spoilt and hostile workbooks through the page of imports: told in one sentence, never a failure, nothing written."""

from __future__ import annotations

import re
import resource
import threading
import time
import urllib.request
from collections import Counter
from html import unescape

import pytest
from flask import Flask

from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.workbook import kinds
from programme.base.workbook.sheet import DEFAULT_LIMITS, MEBIBYTE
from programme.base.workbook.template import empty_workbook
from tests.access.world import World
from tests.base.workbook.files import opened, saved
from tests.browser.live import serving, sign_in_cookie
from tests.client import HouseClient
from tests.hostile.asking import sent_file
from tests.hostile.bombs import bombs, numbers
from tests.hostile.mutating import mutated
from tests.scale import scaled

Clients = dict[Role, HouseClient]
NAME = "liste-%s.xlsx"
SECONDS = 10
_SAID = re.compile(r"<(?:li|p|td|a|div|span)[^>]*>([^<]*)<")


def filled(kind: kinds.ImportKind) -> bytes:
    """Our own template of a kind with a few lines as a person fills them: its example with other words."""
    book = opened(empty_workbook(kind))
    sheet = book.worksheets[0]
    for row in range(3, 8):
        for column in range(1, sheet.max_column + 1):
            value = sheet.cell(2, column).value
            sheet.cell(
                row, column, f"{value} {row}" if isinstance(value, str) and not value[:1].isdigit() else value
            )
    return saved(book)


@pytest.fixture(scope="module")
def templates(app: Flask) -> dict[str, bytes]:
    with app.app_context(), speaking("fr"):
        return {kind.name: filled(kind) for kind in kinds.kinds()}


def _sent(client: HouseClient, kind: str, data: bytes, name: str, language: str) -> tuple[int, str]:
    client.speak(language)
    answer = sent_file(client, f"/imports/{kind}", data, name)
    return answer.status_code, unescape(answer.get_data(as_text=True))


def _fault(status: int, page: str, name: str, language: str) -> str:
    """What is wrong with the answer: a preview, or a refusal that names the file in the reader's language."""
    if status not in (200, 422):
        return f"{status}"
    if f'lang="{language}" dir=' not in page[:300]:
        return "another language"
    if name not in page:
        return "the file is not named"
    if status == 422 and not re.search(f"« ?{re.escape(name)} ?» ?: ..", page):
        return "no sentence"
    return ""


class Cost:
    """Time of each file, and the most memory of all child processes so far."""

    def __init__(self) -> None:
        self.slowest = self.processor = 0.0

    def __enter__(self) -> Cost:
        self._began, self._before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        return self

    def __exit__(self, *_: object) -> None:
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.slowest = max(self.slowest, time.monotonic() - self._began)
        self.processor = max(
            self.processor, now.ru_utime + now.ru_stime - self._before.ru_utime - self._before.ru_stime
        )

    def __str__(self) -> str:
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        return f"slowest {self.slowest:.1f} s, child {self.processor:.1f} s of processor and {most} MB"


def _rows_of_all_tables() -> Counter[str]:
    from programme.base.database import Base

    return Counter(
        {
            table.name: db.session.query(table).count()
            for table in Base.metadata.sorted_tables
            if not table.name.startswith(("account", "web_session"))
        }
    )


def test_the_limits_are_those_of_the_proof() -> None:
    assert DEFAULT_LIMITS.seconds <= SECONDS
    assert DEFAULT_LIMITS.memory <= 512 * MEBIBYTE


def test_spoilt_templates_are_read_or_refused(
    app: Flask, world: World, clients: Clients, templates: dict[str, bytes]
) -> None:
    client, faults, statuses, cost = clients[Role.MINISTRY_OFFICER], [], Counter[int](), Cost()
    before, names = _rows_of_all_tables(), sorted(templates)
    for seed in range(scaled(12, 1500)):
        kind, language = names[seed % len(names)], ("fr", "ar")[seed % 2]
        name = NAME % seed
        with cost:
            status, page = _sent(client, kind, mutated(templates[kind], seed), name, language)
        statuses[status] += 1
        if fault := _fault(status, page, name, language):
            faults.append(f"{kind} {seed}: {fault}")
            print(faults[-1])
        if seed % 100 == 99:
            print(f"{seed + 1} spoilt workbooks: {dict(statuses)}, {cost}", flush=True)
    print(f"spoilt workbooks: {dict(statuses)}, {cost}")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:40])
    assert statuses[200]
    assert statuses[422]
    assert _rows_of_all_tables() == before


def test_hostile_workbooks_are_refused(world: World, clients: Clients, templates: dict[str, bytes]) -> None:
    client, faults, cost = clients[Role.MINISTRY_OFFICER], [], Cost()
    made = bombs(templates["modules"])
    slow = {
        "rows of numbers",
        "one long text many times",
        "empty cells",
        "shared formulas",
        "10,000 names of one sheet",
    }
    told = []
    for number, (label, data) in enumerate(made.items()):
        if label in slow and not scaled(0, 1):
            continue
        language = ("fr", "ar")[number % 2]
        name = (
            f"fichier {number}.csv"
            if "csv" in label or "line" in label or "quote" in label
            else NAME % number
        )
        one = Cost()
        with cost, one:
            status, page = _sent(client, "modules", data, name, language)
        told.append(f"{label}: {status}, {one.slowest:.1f} s")
        if fault := _fault(status, page, name, language):
            faults.append(f"{label}: {fault}")
    print(f"hostile workbooks: {len(told)}, {cost}\n" + "\n".join(told))
    assert not faults, "\n".join(faults)


def test_pages_of_others_answer_while_a_heavy_workbook_is_read(
    app: Flask, world: World, templates: dict[str, bytes]
) -> None:
    """Another's page is opened, and another's form saved, between the sending of a workbook and its answer."""
    heavy = numbers(templates["modules"])
    account = db.session.get_one(Account, world.accounts[Role.MINISTRY_OFFICER])
    cookie = sign_in_cookie(app, account)
    ended = threading.Event()
    answers: list[int] = []

    def send(address: str) -> None:
        client = app.test_client()
        assert isinstance(client, HouseClient)
        with app.app_context():
            client.sign_in(db.session.get_one(Account, world.accounts[Role.MINISTRY_OFFICER]))
            answers.append(_sent(client, "modules", heavy, "lourd.xlsx", "fr")[0])
        ended.set()

    db.session.rollback()
    with serving(app) as address:
        sender = threading.Thread(target=send, args=(address,))
        sender.start()
        opened_meanwhile = 0
        while not ended.is_set():
            for path in ("/associations", "/account"):
                asked = urllib.request.Request(address + path, headers={"Cookie": f"programme={cookie}"})
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    assert answer.status == 200
            opened_meanwhile += 0 if ended.is_set() else 1
        sender.join()
    assert answers in ([200], [422])
    assert opened_meanwhile
