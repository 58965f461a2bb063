"""Proving who one is: the second step of a sign-in, and once more before a sensitive act."""

from __future__ import annotations

from programme.accounts import passwords, rules, second_factor
from programme.base import clock, journal
from programme.base.access import Actor
from programme.base.accounts import WebSession
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused


def pass_step(half: WebSession, code: str) -> tuple[WebSession, str]:
    """Sign in a browser whose password was right by the code. Refuses a wrong code, and one that served."""
    account = half.account
    if not account.is_active:
        raise Refused(_("Commencez par votre adresse et votre mot de passe."), code="sign_in", status=422)
    second_factor.check(Actor.of(account.id, account.name, account.role), account, code)
    return rules.second_step(half)


def confirm(actor: Actor, browser: WebSession, password: str, code: str | None) -> None:
    """Prove again who sits at this browser, for the sensitive acts of the next minutes.

    Refuses a wrong password and, where the account has a second factor, a wrong code.
    """
    if not passwords.matches(password, browser.account.password_hash):
        raise Refused(_("Mot de passe incorrect."), "password", status=422)
    second_factor.check(actor, browser.account, code or "")
    browser.confirmed_at = clock.now()
    journal.record(db.session, actor, "account:session:confirm", browser.account)
