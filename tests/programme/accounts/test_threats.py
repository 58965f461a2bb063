"""What someone tries who knows such programmes: each attempt is seen to fail (issue: access)."""

from __future__ import annotations

import contextvars
import logging
import re

import pytest
from click.testing import CliRunner
from flask import Flask
from wtforms import PasswordField

from programme.accounts import forms, invitations, queries
from programme.base.access import Actor, Permission, Role, access_of
from programme.base.accounts import LinkPurpose
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.commands import context
from programme.commands.accounts import account as commands
from tests.client import HouseClient
from tests.programme.accounts.support import PHRASE, an_account, enter, events
from tests.programme.accounts.test_second_factor import enrolled

SYSTEM = Actor.system()
OTHER = "une autre phrase"


def test_a_link_opens_the_account_that_it_names_only(client: HouseClient) -> None:
    """Whatever else a form says, the password of the link's account is chosen, and of no other."""
    victim, own = an_account("victim@example.ma"), an_account("own@example.ma")
    token = invitations.issue_link(SYSTEM, own, LinkPurpose.RESET)
    db.session.commit()
    kept = victim.password_hash
    data = {
        "password": OTHER,
        "again": OTHER,
        "email": victim.email,
        "account_id": str(victim.id),
        "account": str(victim.id),
    }
    assert client.post(f"/welcome/{token}?account_id={victim.id}", data=data).status_code == 302
    assert (victim.password_hash, own.password_hash != kept) == (kept, True)
    assert client.post("/forgotten", data={"email": "victim@example.ma,own@example.ma"}).status_code in {
        302,
        422,
    }


def test_a_scanner_consumes_nothing(client: HouseClient) -> None:
    account = an_account()
    token = invitations.issue_link(SYSTEM, account, LinkPurpose.RESET)
    db.session.commit()
    address = f"/welcome/{token}"
    for _time in range(3):
        assert client.head(address, check=False).status_code == 200
        assert client.get(address).status_code == 200
        assert client.open(address, method="OPTIONS", check=False).status_code == 200
    blind = contextvars.Context().run(
        super(HouseClient, client).open, address, method="POST", data={"password": OTHER, "again": OTHER}
    )
    assert blind.status_code == 400  # a scanner that even posts has no token
    assert client.post(address, data={"password": OTHER, "again": OTHER}).status_code == 302
    assert client.post(address, data={"password": PHRASE, "again": PHRASE}).status_code == 404


def test_a_links_address_stays_on_its_page(client: HouseClient, caplog: pytest.LogCaptureFixture) -> None:
    """No referrer carries it on, no log of ours keeps it, the journal neither."""
    account = an_account()
    token = invitations.issue_link(SYSTEM, account, LinkPurpose.RESET)
    db.session.commit()
    with caplog.at_level(logging.DEBUG, logger="programme"):
        answer = client.get(f"/welcome/{token}")
        client.post(f"/welcome/{token}", data={"password": "x", "again": "y"})
        client.post(f"/welcome/{token}", data={"password": OTHER, "again": OTHER})
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    told = "".join(f"{one.before}{one.after}{one.reason}" for one in events("account:link:issued"))
    assert token not in caplog.text + told


def test_nobody_raises_their_own_role(client: HouseClient) -> None:
    """Neither by the pages of accounts, nor by a field smuggled into one's own."""
    for role in Role:
        account = client.sign_in_as(role)
        data = {"version": account.version, "name": "X", "role": "ministry_officer", "is_active": "1"}
        assert client.post(f"/accounts/{account.id}", data=data).status_code in {403, 422}
        own = {"current": "x", "password": OTHER, "again": OTHER, "role": "ministry_officer"}
        client.post("/account", data=own)
        client.post("/confirm", data={"password": "x", "role": "ministry_officer"})
        db.session.refresh(account)
        assert account.role is role


def test_no_page_lets_another_choose_a_password(app: Flask) -> None:
    """Forms that take a new password stand on two pages: one's own, and behind a one-time link."""
    choosing = {
        name
        for name, form in vars(forms).items()
        if isinstance(form, type) and issubclass(form, forms.PasswordForm)
    }
    assert choosing == {"PasswordForm", "ChangePasswordForm"}
    asking = {
        name
        for name, form in vars(forms).items()
        if isinstance(form, type)
        and any(getattr(field, "field_class", None) is PasswordField for field in vars(form).values())
    }
    assert asking == {"SignInForm", "PasswordForm", "ChangePasswordForm", "ConfirmForm"}
    rights = {
        rule.endpoint: access_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint in {"programme.accounts.own", "programme.accounts.welcome"}
    }
    assert rights["programme.accounts.own"].permission is Permission.OWN_READ  # type: ignore[union-attr]
    assert rights["programme.accounts.welcome"].is_public  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["", "/link", "/close", "/reopen", "/second-factor", "/see"])
def test_a_password_smuggled_into_an_administrators_form_is_not_taken(client: HouseClient, path: str) -> None:
    client.sign_in_as(Role.ADMINISTRATOR)
    victim = an_account(role=Role.AUDITOR)
    kept = victim.password_hash
    smuggled = {"password": OTHER, "password_hash": OTHER, "again": OTHER, "current": PHRASE}
    data = {"version": victim.version, "name": "V", "role": "auditor", "reason": "x", **smuggled}
    client.post(f"/accounts/{victim.id}{path}", data=data, check=False)
    db.session.refresh(victim)
    assert victim.password_hash == kept


def test_an_administrator_signs_nobody_in(client: HouseClient) -> None:
    """No page of the administrator shows a link, a secret or a code of someone who has a password."""
    owner = an_account()
    codes = enrolled(owner)
    client.sign_in_as(Role.ADMINISTRATOR)
    pages = [client.page(f"/accounts/{owner.id}{path}") for path in ("", "/second-factor", "/see", "/close")]
    pages += [client.post(f"/accounts/{owner.id}/link").get_data(as_text=True), client.page("/journal")]
    shown = "".join(pages)
    assert not re.search(r"/welcome/[\w-]{20,}", shown)
    assert not any(code in shown for code in codes)


def test_the_operator_resets_a_second_factor_with_a_reason(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = an_account()
    enrolled(owner)
    monkeypatch.setattr(context, "create_app", lambda: house)
    address, runner = owner.email, CliRunner()
    db.session.commit()  # its lock would keep the command out
    told = runner.invoke(commands, ["reset-factor", "--email", address, "--reason", "téléphone perdu"])
    assert (told.exit_code, queries.factor_of(owner.id)) == (0, None), told.output
    assert [one.reason for one in events("account:second_factor:reset")] == ["téléphone perdu"]
    db.session.commit()
    for unfit in (address, "no@example.ma"):
        assert runner.invoke(commands, ["reset-factor", "--email", unfit, "--reason", "x"]).exit_code == 1


def test_a_token_of_one_purpose_serves_no_other(client: HouseClient) -> None:
    """A link's token is no session, a session's token no link, a half session's token no whole one."""
    account = an_account()
    token = invitations.issue_link(SYSTEM, account, LinkPurpose.RESET)
    db.session.commit()
    for name in ("_user_id", "step"):
        with client.session_transaction() as cookie:
            cookie[name], cookie["_fresh"] = token, True
        assert client.get("/").status_code == 302
        assert client.get("/sign-in/code").headers["Location"].startswith("/sign-in?")
    enter(client)
    with client.session_transaction() as cookie:
        whole = cookie["_user_id"]
    assert client.get(f"/welcome/{whole}").status_code == 404
    with pytest.raises(Refused):
        invitations.choose_password(str(whole), OTHER)
