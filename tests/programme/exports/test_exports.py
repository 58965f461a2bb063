"""A prepared export from the wish to the file: who may have it, once, and for how long."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from programme.base import clock, jobs
from programme.base.access import Actor, Permission, Role, Scope
from programme.base.accounts import Delegation
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.base.language import speaking
from programme.base.refusals import Refused
from programme.exports import checks, making, queries, rules
from programme.exports.kept_scope import covers, scope_text
from programme.exports.models import LEASE, ExportState, PreparedExport
from reports import weighing
from tests.client import HouseClient
from tests.factories.country import small_country
from tests.programme.exports.making_here import again, ask, work

S = ExportState


def events() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.event).order_by(JournalEntry.sequence)))


def test_words_that_mean_something_to_flask_are_no_more_than_words(
    client: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_country()
    monkeypatch.setitem(weighing.HEAVY, "xlsx", 0)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    sent = client.get("/reports/associations.xlsx?endpoint=x&_method=DELETE&_external=1&_anchor=reserved")
    assert sent.status_code == 303
    assert sent.location.startswith("/exports/new?")
    assert "reserved" not in sent.location


def test_a_heavy_report_is_prepared_and_fetched(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    small_country()
    monkeypatch.setitem(weighing.HEAVY, "xlsx", 0)
    officer = client.sign_in_as(Role.MINISTRY_OFFICER)
    sent = client.get("/reports/associations.xlsx?region=03&page=7")
    assert sent.status_code == 303
    page = client.page(sent.location)
    assert "Mes exports" in page
    export = ask(client, sent.location)
    assert (export.state, export.kind, export.account_id) == (S.ASKED, "xlsx", officer.id)
    assert "page" not in export.parameters
    assert "En attente" in client.page("/exports")
    work()
    assert (export.state, export.progress) == (S.READY, 100)
    assert export.rows == db.session.scalar(sa.text("SELECT count(*) FROM association"))
    assert "1 export prêt à télécharger" in client.page("/todo")
    page = client.page("/exports")
    assert f"/exports/{export.id}/file" in page
    assert "hx-get" not in page, "nothing is under way: the page asks no more"
    with client.get(f"/exports/{export.id}/file") as file:
        assert file.data.startswith(b"PK")
        assert hashlib.sha256(file.data).hexdigest() == again(export).sha256
        assert "attachment" in file.headers["Content-Disposition"]
    assert "export prêt" not in client.page("/todo")
    assert events()[-2:] == ["report:exported", "export:fetched"]


def test_a_light_report_is_answered_at_once(client: HouseClient) -> None:
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for kind in ("csv", "xlsx", "pdf", "json"):
        assert client.get(f"/reports/associations.{kind}").status_code == 200


def test_the_page_of_what_is_under_way_asks_again(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    ident = export.id
    assert rules.take(ident) == 1
    assert rules.beat(ident, 1, 40)
    page = client.page("/exports")
    assert 'hx-trigger="every 3s"' in page
    assert 'value="40"' in page


def test_the_arabic_page(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER, language="ar")
    export = ask(client)
    assert export.language == "ar"
    assert "ملفاتي المصدَّرة" in client.page("/exports")
    client.page("/exports/new?report=associations&format=pdf")


def test_the_same_wish_twice_is_one_export(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    first, second = ask(client), ask(client)
    assert first.id == second.id
    work()
    assert ask(client).id != first.id, "what is ready was made of the facts of then"


def test_the_same_wish_at_once_is_one_export(house: Flask, client: HouseClient) -> None:
    account = client.sign_in_as(Role.MINISTRY_OFFICER)
    actor = Actor.of(account.id, account.name, account.role)
    db.session.commit()
    made: list[int] = []
    start = threading.Barrier(5)

    def one() -> None:
        with house.app_context(), speaking("fr"):
            start.wait()
            made.append(rules.ask(actor, "associations", "csv", {"region": "03"}, 9).id)
            db.session.commit()

    threads = [threading.Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 5
    assert len(set(made)) == 1
    assert queries.how_many_under_way(account.id) == 1


def test_no_account_fills_the_queue(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for number in range(rules.MOST):
        ask(client, f"/exports/new?report=associations&format=csv&q=a{number}")
    refused = client.post("/exports/new?report=associations&format=csv&q=more")
    assert refused.status_code == 429
    assert "déjà en préparation" in refused.text


def test_no_paper_of_a_hundred_thousand_rows(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(weighing.LONGEST, "pdf", 0)
    small_country()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    refused = client.post("/exports/new?report=associations&format=pdf")
    assert refused.status_code == 422
    assert "trop pour ce format" in refused.text
    assert client.post("/exports/new?report=associations&format=csv").status_code == 302


def test_the_doctor_sees_a_lost_file_and_an_abandoned_job(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    work()
    assert (checks.files(), checks.abandoned()) == ([], [])
    (making.folder() / str(again(export).stored_name)).unlink()
    (making.folder() / "left.csv").touch()
    os.utime(making.folder() / "left.csv", (0, 0))
    assert len(checks.files()) == 2
    second = ask(client)
    attempt = rules.take(second.id)
    assert attempt is not None
    rules.fail(second.id, attempt, "non")
    assert "export" in checks.abandoned()[0]


def test_nobody_meets_the_export_of_another(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    work()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert str(export.display_name) not in client.page("/exports")
    for address in (f"/exports/{export.id}/file",):
        client.page(address, 404)
    for verb in ("cancel", "retry"):
        assert client.post(f"/exports/{export.id}/{verb}").status_code == 404


def test_a_report_that_one_may_not_read_is_not_prepared(client: HouseClient) -> None:
    made = small_country()
    client.sign_in_as(Role.REGIONAL_PARTNER, region=made.region_id)
    client.page("/exports/new?report=trainees&format=csv", 404)
    client.page("/exports/new?report=agreements&format=exe", 404)
    assert client.post("/exports/new?report=trainees&format=csv").status_code == 404


def test_whoever_meets_less_than_then_gets_404(client: HouseClient) -> None:
    made = small_country()
    officer = client.sign_in_as(Role.REGIONAL_OFFICER, region=made.region_id)
    export = ask(client)
    work()
    with client.get(f"/exports/{export.id}/file") as file:
        assert file.status_code == 200
    db.session.execute(sa.delete(Delegation).where(Delegation.account_id == officer.id))
    db.session.commit()
    client.page(f"/exports/{export.id}/file", 404)
    assert f"/exports/{export.id}/file" not in client.page("/exports")


def test_a_scope_covers_what_it_holds() -> None:
    kept = scope_text(Scope(regions=frozenset({3}), agreements=frozenset({"C-1"})))
    assert covers(Scope.country(), kept)
    assert covers(Scope(regions=frozenset({3, 4}), agreements=frozenset({"C-1", "C-2"})), kept)
    assert not covers(Scope(regions=frozenset({3})), kept)
    assert not covers(Scope(regions=frozenset({4}), agreements=frozenset({"C-1"})), kept)
    assert not covers(Scope(regions=frozenset({3})), scope_text(Scope.country()))


@pytest.mark.parametrize("change", ["closed", "role"])
def test_the_rights_are_those_of_the_making(client: HouseClient, change: str) -> None:
    account = client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    if change == "closed":
        account.is_active = False
    else:
        account.role = Role.TRAINEE
    db.session.commit()
    work()
    assert again(export).state is S.FAILED
    assert "pas le droit" in str(export.failure)
    assert "report:exported" not in events()


def test_cancelled_while_it_is_made(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    ident = export.id
    attempt = rules.take(ident)
    assert attempt is not None
    client.post(f"/exports/{ident}/cancel")
    db.session.rollback()
    assert not rules.beat(ident, attempt, 50)
    assert not rules.keep(ident, attempt)
    making.produce(ident, attempt)
    assert again(export).state is S.CANCELLED
    assert export.stored_name is None
    assert not list(making.folder().glob("*")), "what was made is thrown away"
    client.post(f"/exports/{export.id}/retry")
    work()
    assert again(export).state is S.READY
    client.post(f"/exports/{ident}/cancel")
    assert "n&#39;est pas possible" in client.page("/exports")


def test_a_worker_that_was_silent_is_followed_by_another(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    assert rules.take(export.id) == 1
    assert rules.take(export.id) is None, "somebody is at it"
    assert queries.waiting() == []
    export.beat_at = clock.now() - LEASE - dt.timedelta(seconds=1)
    db.session.commit()
    assert queries.waiting() == [export.id]
    assert rules.take(export.id) == 2
    assert not making.produce(export.id, 1), "the first one comes back too late"
    assert again(export).state is S.RUNNING
    assert making.produce(export.id, 2)
    assert events().count("report:exported") == 1
    assert len(list(making.folder().glob("*.csv"))) == 1


def test_one_that_ends_its_process_each_time_is_given_up(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    for attempt in (1, 2, 3):
        assert rules.take(export.id) == attempt
        rules.crashed(export.id, attempt)
    assert again(export).state is S.FAILED
    assert jobs.failures()["export"] == 1
    assert "Relancer" in client.page("/exports")


def test_one_that_ends_its_worker_each_time_is_given_up_too(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    for attempt in (1, 2, 3):
        assert rules.take(export.id) == attempt
        again(export).beat_at = clock.now() - LEASE - dt.timedelta(seconds=1)
        db.session.commit()
    assert rules.take(export.id) is None
    assert again(export).state is S.FAILED
    assert "plusieurs fois" in str(export.failure)
    assert queries.waiting() == []


def test_what_got_ready_meanwhile_is_not_cancelled(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    assert again(export).state is S.ASKED
    ready = sa.update(PreparedExport).values(state=S.READY, stored_name="a.csv", sha256="0" * 64, scope="{}")
    db.session.execute(ready.execution_options(synchronize_session=False))
    assert export.state is S.ASKED, "what was read is of before"
    with speaking("fr"), pytest.raises(Refused, match="Prêt"):
        rules.cancel(Actor.system(), export)
    assert (export.state, export.stored_name) == (S.READY, "a.csv")


def test_filters_that_cannot_be_kept_are_refused(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    account = ask(client).account_id
    actor = Actor(account, "x", None, frozenset({Permission.REPORT_READ}))
    with speaking("fr"), pytest.raises(Refused, match="trop longs") as refusal:
        rules.ask(actor, "associations", "csv", {"search": "ن" * 4001}, 1)
    assert refusal.value.status == 422


def test_a_file_lasts_a_day(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    work()
    path = making.folder() / str(export.stored_name)
    assert path.is_file()
    assert queries.expired() == []
    export.expires_at = clock.now() - dt.timedelta(seconds=1)
    db.session.commit()
    client.page(f"/exports/{export.id}/file", 404)
    jobs.work_off()
    assert again(export).state is S.EXPIRED
    assert not path.exists()
    assert "Expiré" in client.page("/exports")


def test_strays_are_swept_and_files_in_use_are_not(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    export = ask(client)
    work()
    stray = making.folder() / "left.csv"
    stray.write_text("x")
    assert making.strays() == [], "it may still be written"
    assert making.strays(older_than=-1) == [stray]
    making.sweep()
    assert stray.exists()
    stray.unlink()
    assert (making.folder() / str(export.stored_name)).is_file()


def test_a_wrong_filter_is_said_when_it_is_asked(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert client.get("/exports/new?report=progress&format=csv&as_at=yesterday").status_code == 422
    assert client.get("/exports/new?report=progress&format=csv&region=99").status_code == 404


def test_the_queue_may_be_down(client: HouseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no queue")

    client.sign_in_as(Role.MINISTRY_OFFICER)
    monkeypatch.setattr(jobs.queue(), "put", broken)
    export = ask(client)
    assert queries.waiting() == [export.id]
    monkeypatch.undo()
    before = jobs.queue().waiting()
    jobs.look_round()
    assert jobs.queue().waiting() - before == {("export", export.id)}
    size = len(jobs.queue().waiting())
    jobs.look_round()
    assert len(jobs.queue().waiting()) == size, "what is in the queue is not put there again"


def test_a_rule_refuses_who_reads_no_reports(client: HouseClient) -> None:
    account = client.sign_in_as(Role.TRAINEE)
    actor = Actor.of(account.id, account.name, account.role)
    with pytest.raises(Refused):
        rules.ask(actor, "associations", "csv", {}, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PreparedExport)) == 0
