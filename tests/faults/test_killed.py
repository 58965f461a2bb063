"""Workers are killed while they write: what was acknowledged is there, whole, with its entry (RULES D3)."""

from __future__ import annotations

import http.client
import io
import itertools
import random
import threading
import time
from collections.abc import Iterator

import pytest

from tests import postgres
from tests.faults.server import Server
from tests.faults.writers import PATIENCE, Browser
from tests.scale import scaled

KILLS = scaled(2, 50)
IMPORT_KILLS = scaled(1, 30)
ROWS = scaled(150, 5000)
WRITERS = 4
BROKEN = (OSError, http.client.HTTPException)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    tmp_path, url = tmp_path_factory.mktemp("served"), ""
    if request.config.getoption("--database") == "postgresql":
        url = postgres.postgres_url(f"killed_{tmp_path.name}")
    made = Server(tmp_path, url)
    try:
        made.prepare()
        yield made
    finally:
        made.stop()


class Writer(threading.Thread):
    """Somebody who registers associations, names their presidents and hands in papers, until told to stop.

    `acknowledged` are the names of the associations, presidents and papers that the server said it saved.
    """

    def __init__(self, server: Server, number: int) -> None:
        super().__init__(daemon=True)
        self.browser, self.number = server.signed_in(), number
        self.acknowledged: dict[str, set[str]] = {"association": set(), "president": set(), "paper": set()}
        self.strange: list[str] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        for count in itertools.count():
            if self.is_over.is_set():
                return
            try:
                self._write(self.browser, f"{self.number}x{count}x")
            except BROKEN:
                continue  # the worker died: whoever pressed saw no answer
            except AssertionError as strange:
                if "503" not in str(strange):
                    self.strange.append(str(strange))

    def _write(self, browser: Browser, mark: str) -> None:
        sent = browser.form("/associations/new?region_id=3").filled(
            name_ar=f"جمعية {mark}", receipt_no=f"R{mark}", province_id="", commune_id="", ice="", rib=""
        )
        made = browser.post("/associations/new?region_id=3", sent)
        if not self._took(made.status, "association", f"جمعية {mark}"):
            return
        path = made.location
        sent = browser.form(f"{path}/edit").filled(president=f"رئيس {mark}")
        self._took(browser.post(f"{path}/edit", sent).status, "president", f"رئيس {mark}")
        sent = browser.form(f"{path}/documents/new").filled(title=f"وثيقة {mark}")
        self._took(browser.post(f"{path}/documents/new", sent).status, "paper", f"وثيقة {mark}")

    def _took(self, status: int, what: str, name: str) -> bool:
        if status == 302:
            self.acknowledged[what].add(name)
        elif status != 503:
            self.strange.append(f"{what} {name}: {status}")
        return status == 302


def check_whole(server: Server) -> None:
    """Every record has its entry, the chain holds, and records and files of the store are the same set."""
    server.run("audit", "verify")
    found = server.rows(
        "SELECT association.id FROM association LEFT JOIN journal_entry ON subject_type = 'association' "
        "AND subject_id = association.id AND event = 'association:record:register' WHERE sequence IS NULL"
    )
    assert found == [], f"without their entry: {found[:5]}"
    found = server.rows(
        "SELECT association_document.id FROM association_document WHERE (SELECT count(*) FROM journal_entry "
        "WHERE event = 'association:document:add' AND subject_id = association_document.association_id) = 0"
    )
    assert found == [], f"papers without their entry: {found[:5]}"


def check_store(server: Server) -> tuple[int, int]:
    """(files, strays) after a crash: every record has its file; what no record names is what the sweep finds."""
    store = server.instance / "uploads"
    there = {one.name for one in store.iterdir()} if store.is_dir() else set()
    known = {str(name) for (name,) in server.rows("SELECT stored_name FROM stored_file")}
    assert known <= there, "records whose file is lost"
    return len(there), len(there - known)


def until_written(writers: list[Writer], more: int) -> None:
    """Wait until so many more writes were acknowledged: a fresh worker is slow at first."""
    wanted, limit = acknowledged(writers) + more, time.monotonic() + PATIENCE
    while acknowledged(writers) < wanted:
        assert time.monotonic() < limit, "nothing is written any more"
        time.sleep(0.02)


def acknowledged(writers: list[Writer]) -> int:
    return sum(len(names) for one in writers for names in one.acknowledged.values())


def test_nothing_acknowledged_is_lost_when_workers_are_killed(server: Server) -> None:
    writers = [Writer(server, number) for number in range(WRITERS)]
    chance = random.Random(2026)
    for one in writers:
        one.start()
    for _kill in range(KILLS):
        until_written(writers, WRITERS)
        time.sleep(chance.uniform(0, 1))
        assert server.kill_workers() > 0
        server.until_ready()
    until_written(writers, 1)
    for one in writers:
        one.is_over.set()
    for one in writers:
        one.join(120)
    strange = [said for one in writers for said in one.strange]
    assert strange == [], strange[:5]
    sums = {
        what: set().union(*(one.acknowledged[what] for one in writers)) for what in writers[0].acknowledged
    }
    assert sums["association"], "nobody wrote anything"
    names = {str(name) for (name,) in server.rows("SELECT name_ar FROM association")}
    presidents = {str(name) for (name,) in server.rows("SELECT president FROM association")}
    papers = {str(name) for (name,) in server.rows("SELECT title FROM association_document")}
    assert sums["association"] <= names
    assert sums["president"] <= presidents
    assert sums["paper"] <= papers
    check_whole(server)
    files, strays = check_store(server)
    print(
        f"killed {KILLS} times: {len(sums['association'])} associations, {len(sums['president'])} presidents, "
        f"{len(sums['paper'])} papers acknowledged and there; {len(names)} associations in all; "
        f"{files} files, {strays} without a record before the sweep"
    )


def workbook(number: int) -> bytes:
    """Modules: their import costs as much however many there are already."""
    lines = "".join(f"I{number}-{row},وحدة {number} {row},5\n" for row in range(ROWS))
    return f"module,title_ar,hours\n{lines}".encode()


def test_an_import_that_is_killed_is_whole_or_not_there(server: Server) -> None:
    chance = random.Random(2026)
    browser = server.signed_in()
    whole = none = 0
    length = 0.0
    for number in range(IMPORT_KILLS + 1):
        before = count(server)
        token = previewed(browser, workbook(number))
        is_killed = number > 0  # the first one shows how long it takes
        killer = threading.Timer(chance.uniform(0.05, 1.1) * length, server.kill_workers)
        began = time.monotonic()
        if is_killed:
            killer.start()
        status = imported(browser, token)
        killer.join() if is_killed else None
        length = length or time.monotonic() - began
        server.until_ready()
        after = count(server)
        assert after in {before, before + ROWS}, f"half an import: {before} → {after}"
        whole, none = whole + (after > before), none + (after == before)
        if status == 302:
            assert after == before + ROWS, "an acknowledged import is lost"
        batches = server.rows("SELECT count(*) FROM import_batch")[0][0]
        assert batches == whole
        # The draft is still there where it was not imported: it is tried again, exactly once.
        if after == before:
            assert imported(browser, token) == 302
            assert count(server) == before + ROWS
            whole += 1
    check_whole(server)
    left = [one.name for one in (server.instance / "imports").glob("*.part")]
    assert left == [], f"drafts that were imported and stayed: {left}"
    check_store(server)
    print(f"import of {ROWS} rows ({length:.1f} s) killed {IMPORT_KILLS} times: {none} not there, none half")


def count(server: Server) -> int:
    found = server.rows("SELECT count(*) FROM module")[0][0]
    assert isinstance(found, int)
    return found


def previewed(browser: Browser, data: bytes) -> str:
    browser.get("/imports/modules")
    answer = browser.post("/imports/modules", {"file": (io.BytesIO(data), "modules.csv")})
    assert answer.status == 200, answer.text[-800:]
    found = [one for one in answer.forms if "token" in one.names]
    assert found, answer.text[-3000:]
    return found[0].value("token")


def imported(browser: Browser, token: str) -> int:
    try:
        sent = {"token": token, "filename": "modules.csv"}
        return browser.post("/imports/modules/run", sent).status
    except BROKEN:
        return 0
