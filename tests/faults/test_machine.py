"""The machine fails: a page says so, what was typed is kept, and the next request works without a restart."""

from __future__ import annotations

import atexit
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from programme.base import files
from programme.base.extensions import db
from programme.config import Settings
from tests import postgres
from tests.client import check_page
from tests.factories.associations import association
from tests.faults.pages import PAPER, forms_of
from tests.faults.site import Site, site_at
from tests.faults.writers import Answer, Browser, at_once

NEW = "/modules/new"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[Site]:
    for key in settings.instance.glob("*key*"):
        shutil.copy(key, tmp_path)
    url = f"sqlite:///{tmp_path / 'programme.sqlite3'}"
    if request.config.getoption("--database") == "postgresql":
        url = postgres.postgres_url(f"site_{tmp_path.name}")
    with site_at(tmp_path, url) as made:
        yield made


def typed(browser: Browser, code: str = "M9") -> dict[str, object]:
    return browser.form(NEW).filled(code=code, title_ar="وحدة جديدة", hours="5")


def must_say_so(answer: Answer, language: str = "fr") -> None:
    """A 503 in the reader's language, with a reference."""
    assert answer.status == 503, answer.status
    check_page(answer.text, "503")
    title = "Service momentanément indisponible" if language == "fr" else "الخدمة غير متاحة"
    assert f'lang="{language}"' in answer.text
    assert title in answer.text or language == "ar"
    assert re.search(r'<bdi dir="ltr">[0-9a-f]{12}</bdi>', answer.text), "no reference"


def must_keep(answer: Answer, sent: dict[str, object]) -> None:
    """Everything that was typed stands on the page, to be sent again."""
    for value in (sent["code"], sent["title_ar"], sent["once"]):
        assert f'value="{value}"' in answer.text


def again(browser: Browser, answer: Answer) -> Answer:
    """Press the button of the failure's page."""
    form = next(one for one in forms_of(answer.text) if "once" in one.names)
    return browser.post(form.action, form.filled())


def hold_all(link: sa.Connection) -> None:
    if link.dialect.name == "sqlite":
        link.exec_driver_sql("ROLLBACK")  # of the transaction that every connection begins
        link.exec_driver_sql("BEGIN EXCLUSIVE")
    else:
        link.exec_driver_sql("LOCK TABLE account, web_session, journal_head IN ACCESS EXCLUSIVE MODE")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_database_that_is_locked_too_long(site: Site, language: str) -> None:
    """Even the look at who is signed in fails; the page is in the account's language, not the browser's."""
    browser = site.browser(language, accept="ar" if language == "fr" else "fr")
    sent = typed(browser)
    with site.alone() as link:
        hold_all(link)
        must_say_so(browser.get("/modules"), language)
        failed = browser.post(NEW, sent)
        must_say_so(failed, language)
        link.rollback()
    assert browser.post(NEW, sent).status == 302
    assert browser.get("/modules").status == 200


def test_what_was_typed_waits_on_the_page(site: Site) -> None:
    """The reader is known, the writing fails: the button of the page sends the same again, and it is saved once."""
    browser = site.browser()
    sent = typed(browser)
    with site.alone() as link:
        if link.dialect.name == "sqlite":
            link.exec_driver_sql("SELECT count(*) FROM module")  # a reader keeps the writer from committing
        else:
            link.exec_driver_sql("SELECT * FROM journal_head FOR UPDATE")
        failed = browser.post(NEW, sent)
        must_say_so(failed)
        must_keep(failed, sent)
        link.rollback()
    assert site.count("module") == 0
    saved = again(browser, failed)
    assert saved.status == 302
    assert site.count("module") == 1
    assert "Module ajouté" in browser.get("/modules").text


def test_a_program_is_told_in_json(site: Site) -> None:
    browser = site.browser()
    browser.wants = "application/json"
    with site.alone() as link:
        hold_all(link)
        answer = browser.get("/modules")
        link.rollback()
    assert answer.status == 503
    assert set(json.loads(answer.text)) == {"error", "reference"}


def test_no_connection_is_left(site: Site) -> None:
    browser = site.browser()
    with site.app.app_context():
        held = [db.engine.connect() for _one in range(2)]
        must_say_so(browser.get("/modules"))
        for one in held:
            one.close()
    assert browser.get("/modules").status == 200


@pytest.mark.engine("sqlite")
def test_a_file_that_is_not_there_is_not_made_anew(site: Site) -> None:
    browser, path = site.browser(), site.instance / "programme.sqlite3"
    assert browser.get("/modules").status == 200
    away = path.rename(path.with_suffix(".away"))
    must_say_so(browser.get("/modules"))
    assert not path.exists(), "an empty database was made"
    away.rename(path)
    assert browser.get("/modules").status == 200


@pytest.mark.engine("sqlite")
def test_what_is_written_goes_to_the_file_that_stands_there(site: Site) -> None:
    """A restored copy takes the place of the file: nothing is written to the one that was moved away."""
    browser, path = site.browser(), site.instance / "programme.sqlite3"
    sent = typed(browser)
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    os.replace(copy, path)
    assert browser.post(NEW, sent).status == 302
    with sqlite3.connect(path) as link:
        assert link.execute("SELECT count(*) FROM module").fetchone() == (1,)


@pytest.mark.engine("sqlite")
def test_a_file_that_is_no_database(site: Site) -> None:
    browser, path = site.browser(), site.instance / "programme.sqlite3"
    kept = path.rename(path.with_suffix(".kept"))
    path.write_bytes(b"This is no database. " * 400)
    must_say_so(browser.get("/modules"))
    kept.replace(path)
    assert browser.get("/modules").status == 200


@pytest.mark.engine("sqlite")
def test_a_disk_that_is_full_for_the_database(site: Site) -> None:
    browser = site.browser()
    sent = typed(browser)
    with site.app.app_context():

        def limit(link: sqlite3.Connection, _record: object) -> None:
            pages = link.execute("PRAGMA page_count").fetchone()[0]
            link.execute(f"PRAGMA max_page_count={pages}")

        # Fill the last page first: a small record would still find room in it.
        with db.engine.connect() as link:
            link.exec_driver_sql("CREATE TABLE filling (text TEXT)")
            link.commit()
        db.engine.dispose()
        sa.event.listen(db.engine, "connect", limit)
        failed = None
        for count in range(400):
            failed = browser.post(NEW, {**sent, "code": f"M{count}", "once": f"k{count}"})
            if failed.status != 302:
                break
        assert failed is not None
        must_say_so(failed)
        assert "plus de place" in failed.text
        kept = site.count("module")
        assert kept == count
        sa.event.remove(db.engine, "connect", limit)
        db.engine.dispose()
    assert again(browser, failed).status == 302
    assert site.count("module") == kept + 1


def test_a_disk_that_is_full_for_the_files(site: Site) -> None:
    """A store on a volume of its own, which fills: no half file, no record of one, and the page says why."""
    store = site.instance / "uploads"
    store.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", store], check=True)
    try:
        browser = site.browser()
        with site.app.app_context():
            path = f"/associations/{association().id}/documents/new"
            db.session.commit()
            db.session.remove()
        form = browser.form(path)
        big = PAPER[:9] + b"%" * 200_000 + PAPER[9:]
        failed = browser.post(path, {**form.filled(), "file": (io.BytesIO(big), "grand.pdf")})
        must_say_so(failed)
        assert "plus de place" in failed.text
        assert (list(store.iterdir()), site.count("stored_file")) == ([], 0)
        assert browser.post(path, form.filled()).status == 302
        assert (len(list(store.iterdir())), site.count("stored_file")) == (1, 1)
        with site.app.app_context():
            assert files.strays(db.session, store) == []
    finally:
        subprocess.run(["umount", store], check=True)


@pytest.mark.engine("postgresql")
def test_postgresql_is_stopped_and_started(tmp_path: Path, settings: Settings) -> None:
    """Under the running application, with connections open: pages say so, and work again without a restart."""
    for key in settings.instance.glob("*key*"):
        shutil.copy(key, tmp_path)
    folder = postgres.own_folder()
    server = postgres.server_in(folder)
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        with site_at(tmp_path, url) as site:
            browser = site.browser("ar")
            sent = typed(browser)
            assert at_once([lambda: browser.get("/modules").status] * 2) == [200, 200]
            server.stop()
            must_say_so(browser.get("/modules"), "ar")
            must_say_so(browser.post(NEW, sent), "ar")
            server.ensure_postgres_running()
            assert browser.get("/modules").status == 200
            assert browser.post(NEW, sent).status == 302
            assert site.count("module") == 1
    finally:
        server.cleanup()
        atexit.unregister(server._cleanup)  # it would wait for ever for the folder that is removed
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.engine("postgresql")  # SQLite lets one writer in at a time: nothing can wait in a ring
def test_whoever_is_chosen_to_end_a_deadlock_is_tried_again(site: Site) -> None:
    browser = site.browser()
    assert browser.post(NEW, typed(browser)).status == 302
    form = browser.form("/modules/1/edit")
    with site.app.app_context():
        # Whoever waits longer than the server looks for deadlocks is the one that finds it, and ends.
        @sa.event.listens_for(db.engine, "connect")
        def patiently(link: object, _record: object) -> None:
            link.execute("SET lock_timeout = 0; SET deadlock_timeout = '200ms'")  # type: ignore[attr-defined]
            link.commit()  # type: ignore[attr-defined]

        db.engine.dispose()
    with site.alone() as link:
        link.exec_driver_sql("SET lock_timeout = 0; SET deadlock_timeout = '30s'")
        link.exec_driver_sql("SELECT * FROM journal_head FOR UPDATE")

        def meanwhile() -> int:
            with site.alone() as looking:
                waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                while not looking.execute(waits).scalar_one():
                    looking.rollback()
            link.exec_driver_sql("UPDATE module SET minutes = minutes")  # closes the ring
            link.rollback()
            return 0

        done = at_once(
            [lambda: browser.post("/modules/1/edit", form.filled(title_ar="عنوان آخر")).status, meanwhile]
        )
    assert done[0] == 302
