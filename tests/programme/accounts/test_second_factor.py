"""The second factor: set up, asked for, used once, lost; required of a role (issue: access)."""

from __future__ import annotations

import contextvars
import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from programme.accounts import proofs, queries, second_factor, throttle
from programme.base import clock
from programme.base.access import Actor, Role
from programme.base.accounts import Account, RecoveryCode, SecondFactor, Stage
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.base.vault import vault
from programme.config import Settings
from tests.client import HouseClient
from tests.programme.accounts.support import PHRASE, an_account, browser_of, enter, events, let_pass

SYSTEM = Actor.system()


def in_steps(count: int) -> dt.datetime:
    """An instant so many codes from now."""
    return clock.now() + dt.timedelta(seconds=30 * count)


def secret_of(account: Account) -> str:
    return second_factor.secret_of(db.session.get_one(SecondFactor, account.id))


def code_of(account: Account, at: dt.datetime | None = None) -> str:
    """What the owner's telephone shows."""
    return pyotp.TOTP(secret_of(account)).at(at or clock.now())


def enrolled(account: Account) -> list[str]:
    """Give an account a second factor, by a code long past; answers its recovery codes."""
    with time_machine.travel(clock.now() - dt.timedelta(minutes=10)):
        second_factor.begin(account)
        db.session.flush()
        codes = second_factor.enrol(
            Actor.of(account.id, account.name, account.role), account, code_of(account)
        )
    db.session.commit()
    return codes


def step(client: HouseClient, code: str) -> int:
    return client.post("/sign-in/code", data={"code": code}).status_code


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_it_is_set_up_on_ones_own_pages(client: HouseClient, language: str) -> None:
    account = client.sign_in_as(Role.AUDITOR, language=language)
    client.page("/account")
    client.page("/account/second-factor")
    assert client.get("/account/second-factor/enrol").status_code == 302
    assert client.post("/account/second-factor/begin").status_code == 302
    page = client.page("/account/second-factor/enrol")
    secret = secret_of(account)
    assert "<svg" in page
    assert secret in page.replace(" ", "")
    assert queries.factor_of(account.id) is None
    wrong = client.post("/account/second-factor/enrol", data={"code": "000000"})
    assert (wrong.status_code, queries.factor_of(account.id)) == (422, None)
    arabic_digits = code_of(account).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    right = client.post("/account/second-factor/enrol", data={"code": arabic_digits})
    shown = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", right.text)
    assert (right.status_code, len(set(shown))) == (200, 10)
    assert not any(
        one in client.page(page) for one in shown for page in ("/account/second-factor", "/account")
    )
    assert client.get("/account/second-factor/enrol").status_code == 302
    assert client.post("/account/second-factor/begin").status_code == 409


def test_what_is_kept_is_sealed_or_hashed(house: Flask) -> None:
    account = an_account()
    codes = enrolled(account)
    row = db.session.get_one(SecondFactor, account.id)
    assert pyotp.TOTP(vault().open(row.secret_sealed)).now()
    kept = "".join(db.session.scalars(sa.select(RecoveryCode.digest)))
    told = "".join(str(one.after) for one in events("account:second_factor:enrolled"))
    assert not any(one.replace("-", "") in kept + told or one in kept + told for one in codes)
    assert secret_of(account) not in row.secret_sealed + told


def test_the_password_alone_opens_nothing(client: HouseClient) -> None:
    account = an_account()
    enrolled(account)
    answer = enter(client, next="/people")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/code?next=/people")
    with client.session_transaction() as cookie:
        half = cookie["step"]
        assert "_user_id" not in cookie
    assert client.get("/").headers["Location"].startswith("/sign-in?")
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = half, True  # the half token in the place of a whole one
    assert client.get("/").headers["Location"].startswith("/sign-in?")
    assert events("account:session:sign_in") == []


def test_the_code_follows_the_password(client: HouseClient) -> None:
    account = an_account()
    enrolled(account)
    enter(client)
    client.page("/sign-in/code")
    assert step(client, "123") == 422
    with client.session_transaction() as cookie:
        half = cookie["step"]
    answer = client.post("/sign-in/code", data={"code": code_of(account), "next": "//evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "Accueil" in client.page("/")
    with client.session_transaction() as cookie:
        assert "step" not in cookie
        assert cookie["_user_id"] != half
    assert queries.waiting_session(throttle.digest(half), clock.now() - dt.timedelta(hours=1)) is None
    assert len(events("account:session:sign_in")) == 1


def test_without_a_password_there_is_no_second_step(client: HouseClient) -> None:
    assert client.get("/sign-in/code").headers["Location"].startswith("/sign-in")
    assert client.post("/sign-in/code", data={"code": "123456"}).headers["Location"].startswith("/sign-in")


def test_the_second_step_waits_ten_minutes(client: HouseClient) -> None:
    account = an_account()
    enrolled(account)
    enter(client)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        assert client.get("/sign-in/code").status_code == 302


def test_a_code_serves_once(house: Flask) -> None:
    account = an_account()
    enrolled(account)
    code = code_of(account)
    second_factor.check(SYSTEM, account, f" {code[:3]} {code[3:]} ")
    with pytest.raises(Refused) as refusal:
        second_factor.check(SYSTEM, account, code)
    assert (refusal.value.field, refusal.value.code) == ("code", "code")


def test_a_clock_may_be_one_step_wrong_and_no_more(house: Flask) -> None:
    account = an_account()
    enrolled(account)
    for count in (2, -2, 40):
        with pytest.raises(Refused):
            second_factor.check(SYSTEM, account, code_of(account, in_steps(count)))
    for count in (-1, 0, 1):
        second_factor.check(SYSTEM, account, code_of(account, in_steps(count)))
    with pytest.raises(Refused):  # an older code after a later one
        second_factor.check(SYSTEM, account, code_of(account, in_steps(0)))


def test_of_two_at_once_one_takes_the_code(house: Flask) -> None:
    account = an_account()
    codes = enrolled(account)
    for code in (code_of(account), codes[0]):
        number = account.id
        db.session.commit()  # it would hold the lock that the others wait for
        with ThreadPoolExecutor(6) as pool:
            runs = [pool.submit(contextvars.Context().run, _taken, house, number, code) for _run in range(6)]
        assert sum(run.result() for run in runs) == 1


def _taken(house: Flask, account_id: int, code: str) -> bool:
    with house.app_context():
        try:
            second_factor.check(SYSTEM, db.session.get_one(Account, account_id), code)
            db.session.commit()
        except Refused:
            return False
        finally:
            db.session.remove()
        return True


def test_a_recovery_code_stands_in_once(client: HouseClient) -> None:
    account = an_account()
    codes = enrolled(account)
    enter(client)
    assert step(client, codes[3].lower().replace("-", " ")) == 302
    client.post("/sign-out")
    enter(client)
    assert step(client, codes[3]) == 422
    assert step(client, codes[4]) == 302
    assert [one.after for one in events("account:second_factor:recovered")] == [
        '{"codes_left": 9}',
        '{"codes_left": 8}',
    ]


def test_another_accounts_recovery_code_opens_nothing(house: Flask) -> None:
    one, other = an_account(), an_account("other@example.ma")
    enrolled(one)
    codes = enrolled(other)
    with pytest.raises(Refused):
        second_factor.check(SYSTEM, one, codes[0])


def test_codes_are_not_guessed(client: HouseClient) -> None:
    """Whoever has the password gets few tries, over new browsers, new half sessions and networks together."""
    account = an_account()
    enrolled(account)
    statuses = []
    for number in range(6):
        hacker = client.application.test_client()
        assert isinstance(hacker, HouseClient)
        hacker.environ_base["REMOTE_ADDR"] = f"10.0.{number}.1"
        enter(hacker)
        statuses += [step(hacker, f"AAAA-AAAA-AAAA-AA{number}{tried}") for tried in range(3)]
    assert statuses == [422] * throttle.CODE.anywhere + [429] * 8
    enter(client)
    assert step(client, code_of(account)) == 429  # the right one, in a browser that the owner never used


def test_who_guesses_codes_keeps_no_owner_out(client: HouseClient) -> None:
    account = an_account()
    enrolled(account)
    enter(client)
    step(client, code_of(account))
    client.post("/sign-out")
    for number in range(throttle.CODE.anywhere):
        throttle.admit(throttle.CODE, str(account.id), f"10.0.{number}.1")
    with pytest.raises(Refused):
        throttle.admit(throttle.CODE, str(account.id), "10.1.1.1")
    enter(client)
    assert step(client, code_of(account, in_steps(1))) == 302


def test_new_codes_end_the_old_ones(client: HouseClient) -> None:
    account = an_account()
    old = enrolled(account)
    enter(client)
    step(client, old[0])
    page = client.post("/account/second-factor/codes").text
    fresh = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", page)
    with pytest.raises(Refused):
        second_factor.check(SYSTEM, account, old[1])
    second_factor.check(SYSTEM, account, fresh[0])


def test_it_is_turned_off_after_a_proof_by_both(client: HouseClient) -> None:
    account = an_account()
    codes = enrolled(account)
    enter(client)
    step(client, codes[0])
    let_pass(account, 11)
    for path in ("off", "codes", "begin"):
        sent = client.post(f"/account/second-factor/{path}", headers={"Referer": "http://localhost/account"})
        assert (sent.status_code, sent.headers["Location"]) == (303, "/confirm?next=/account")
    assert "one-time-code" in client.page("/confirm")
    for data in (
        {"password": PHRASE},
        {"password": PHRASE, "code": "000000"},
        {"password": "x", "code": codes[1]},
    ):
        assert client.post("/confirm", data=data).status_code == 422
    assert client.post("/confirm", data={"password": PHRASE, "code": codes[2]}).status_code == 302
    assert client.post("/account/second-factor/off").status_code == 302
    assert queries.factor_of(account.id) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0
    assert len(events("account:second_factor:off")) == 1


def test_a_lost_telephone_is_reset_by_an_administrator_who_learns_nothing(
    client: HouseClient, settings: Settings
) -> None:
    account = an_account()
    enrolled(account)
    owner = client.application.test_client()
    assert isinstance(owner, HouseClient)
    enter(owner)
    step(owner, code_of(account))
    client.sign_in_as(Role.ADMINISTRATOR)
    path = f"/accounts/{account.id}/second-factor"
    assert path in client.page(f"/accounts/{account.id}")
    client.page(path)
    assert client.post(path, data={"reason": ""}).status_code == 422
    answer = client.post(path, data={"reason": "téléphone volé"})
    assert (answer.status_code, queries.factor_of(account.id)) == (302, None)
    assert owner.get("/").status_code == 302
    assert [one.reason for one in events("account:second_factor:reset")] == ["téléphone volé"]
    assert "fes@example.ma" in max(settings.outbox.glob("*.eml")).read_text()
    again = client.post(path, data={"reason": "encore"})
    assert (again.status_code, "pas de second facteur" in again.text) == (422, True)


def test_nobody_resets_their_own(house: Flask) -> None:
    account = an_account(role=Role.ADMINISTRATOR)
    enrolled(account)
    with pytest.raises(Refused) as refusal:
        second_factor.reset(Actor.of(account.id, "A", Role.ADMINISTRATOR), account, "x")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused) as refusal:
        second_factor.reset(Actor.of(1, "x", Role.MINISTRY_OFFICER), account, "x")
    assert refusal.value.status == 403


def test_a_closed_account_passes_no_second_step(client: HouseClient) -> None:
    account = an_account()
    enrolled(account)
    enter(client)
    half = browser_of(account)
    assert half.stage is Stage.CODE
    account.is_active = False
    db.session.commit()
    with pytest.raises(Refused):
        proofs.pass_step(half, code_of(account))
