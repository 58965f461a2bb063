"""The second factor: six digits that the owner's telephone shows, and ten codes for the day it is lost.

The secret is sealed with the installation's data key (RULES D1). A code serves once: the step of the last one
taken is kept, and taking one is a single conditional update, so that of two at once one is refused.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import pyotp
import sqlalchemy as sa

from programme.accounts import queries
from programme.accounts.rules import end_all_sessions
from programme.accounts.throttle import digest
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Role, acting
from programme.base.accounts import Account, RecoveryCode, RoleRequirement, SecondFactor, Stage, WebSession
from programme.base.cleaning import fold_digits
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.vault import vault

STEP = 30
"""Seconds that a code is shown."""
DRIFT = 1
"""Steps by which a telephone's clock may be early or late."""
CODES = 10
ISSUER = "Renforcement des capacites"
"""What the telephone's application lists the account under; in letters that all of them show."""

journal.declare(
    {
        "account:second_factor:enrolled": _l("Second facteur mis en place"),
        "account:second_factor:off": _l("Second facteur retiré par la personne"),
        "account:second_factor:reset": _l("Second facteur retiré par un administrateur"),
        "account:second_factor:codes": _l("Codes de secours renouvelés"),
        "account:second_factor:recovered": _l("Code de secours utilisé"),
        "account:role:second_factor": _l("Second facteur demandé par rôle"),
    },
    {"codes_left": _l("Codes restants")} | {role.value: role.label for role in Role},
)


def begin(account: Account) -> SecondFactor:
    """A fresh secret that is not in use before its first code; refuses where one is in use already."""
    known = db.session.get(SecondFactor, account.id)
    if known is not None and known.enrolled_at is not None:
        raise Refused(_("Votre second facteur est déjà en place."), code="enrolled")
    sealed, now = vault().seal(pyotp.random_base32()), clock.now()
    if known is None:
        known = SecondFactor(account_id=account.id, secret_sealed=sealed, made_at=now)
        db.session.add(known)
    known.secret_sealed, known.made_at = sealed, now
    return known


def secret_of(factor: SecondFactor) -> str:
    """The secret in clear, as an application takes it."""
    return vault().open(factor.secret_sealed)


def address_of(account: Account, factor: SecondFactor) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret_of(factor)).provisioning_uri(name=account.email, issuer_name=ISSUER)


def enrol(actor: Actor, account: Account, code: str) -> list[str]:
    """Put the second factor in use by its first code; answers the recovery codes, which nobody reads again."""
    factor = db.session.get(SecondFactor, account.id)
    if factor is None or factor.enrolled_at is not None:
        raise Refused(_("Recommencez la mise en place du second facteur."), code="enrolled")
    if not _take(factor, code):
        raise Refused(_wrong(), "code", code="code")
    factor.enrolled_at = clock.now()
    _set_stage(Stage.ENROL, Stage.WHOLE, WebSession.account_id == account.id)
    journal.record(db.session, actor, "account:second_factor:enrolled", account)
    return _new_codes(account)


def check(actor: Actor, account: Account, code: str) -> None:
    """Take a code of the telephone or a recovery code, once. Refuses any other, and one that served."""
    factor = queries.factor_of(account.id)
    if factor is None:
        return
    if _take(factor, code):
        return
    if not _recover(actor, account, code):
        raise Refused(_wrong(), "code", code="code")


def renew_codes(actor: Actor, account: Account) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing."""
    if queries.factor_of(account.id) is None:
        raise Refused(_("Mettez d'abord en place un second facteur."), code="enrolled")
    journal.record(db.session, actor, "account:second_factor:codes", account)
    return _new_codes(account)


def turn_off(actor: Actor, account: Account) -> None:
    """Do without a second factor again; refuses where the role requires one."""
    if queries.needs_second_factor(account.role):
        raise Refused(
            _("Votre rôle demande un second facteur : il ne peut pas être retiré."), code="required"
        )
    if _drop(account):
        journal.record(db.session, actor, "account:second_factor:off", account)


@acting(Permission.ACCOUNT_WRITE)
def reset(actor: Actor, account: Account, reason: str | None) -> None:
    """Take away the second factor of someone who lost telephone and codes: it opens nothing by itself.

    Their sessions end; the next sign-in asks for the password, then for a new second factor where the role
    requires one. Nobody resets their own: that is what `turn_off` is for.
    """
    if account.id == actor.account_id:
        raise Refused(_("Pour votre propre compte, passez par « Mon compte »."), "reason")
    if not (reason or "").strip():
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    if not _drop(account):
        raise Refused(_("Ce compte n'a pas de second facteur."), "reason")
    end_all_sessions(account)
    journal.record(db.session, actor, "account:second_factor:reset", account, reason=reason)


def require(actor: Actor, wanted: Mapping[Role, bool]) -> None:
    """Say of each role whether it requires a second factor; browsers of those who lack one are led to it."""
    actor.must(Permission.ACCOUNT_WRITE)
    before = queries.requirements()
    changed = {role: is_asked for role, is_asked in wanted.items() if is_asked != before[role]}
    if not changed:
        return
    for role, is_asked in changed.items():
        row = db.session.get(RoleRequirement, role) or RoleRequirement(role=role)
        row.needs_second_factor = is_asked
        db.session.add(row)
        of_role = WebSession.account_id.in_(sa.select(Account.id).where(Account.role == role))
        if is_asked:
            having = sa.select(SecondFactor.account_id).where(SecondFactor.enrolled_at.is_not(None))
            _set_stage(Stage.WHOLE, Stage.ENROL, of_role & WebSession.account_id.not_in(having))
        else:
            _set_stage(Stage.ENROL, Stage.WHOLE, of_role)
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "account:role:second_factor",
        ("role_requirement", None),
        before={role.value: before[role] for role in changed},
        after={role.value: is_asked for role, is_asked in changed.items()},
    )


def _wrong() -> str:
    return _("Ce code n'est pas le bon, ou il a déjà servi : attendez le suivant.")


def _take(factor: SecondFactor, code: str) -> bool:
    """Whether this is a code of the steps around now that is later than the last one taken; it is taken then."""
    digits = "".join(fold_digits(code or "").split())
    now = int(clock.now().timestamp()) // STEP
    maker = pyotp.HOTP(secret_of(factor))
    for counter in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(maker.at(counter).encode(), digits.encode()):
            taken = (
                sa.update(SecondFactor)
                .where(SecondFactor.account_id == factor.account_id, SecondFactor.last_counter < counter)
                .values(last_counter=counter)
            )
            return bool(db.session.execute(taken).rowcount)  # type: ignore[attr-defined]
    return False


def _recover(actor: Actor, account: Account, code: str) -> bool:
    taken = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.digest == digest(_plain(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    if not db.session.execute(taken).rowcount:  # type: ignore[attr-defined]
        return False
    left = queries.codes_left(account.id)
    journal.record(db.session, actor, "account:second_factor:recovered", account, after={"codes_left": left})
    return True


def _plain(code: str) -> str:
    return "".join(sign for sign in (code or "").upper() if sign.isalnum())


def _new_codes(account: Account) -> list[str]:
    """80 random bits each, written in fours."""
    _drop_codes(account)
    plain = [base64.b32encode(secrets.token_bytes(10)).decode() for _each in range(CODES)]
    now = clock.now()
    db.session.add_all(RecoveryCode(account_id=account.id, digest=digest(one), made_at=now) for one in plain)
    return ["-".join(one[start : start + 4] for start in range(0, 16, 4)) for one in plain]


def _drop(account: Account) -> bool:
    _drop_codes(account)
    gone = db.session.execute(sa.delete(SecondFactor).where(SecondFactor.account_id == account.id))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _drop_codes(account: Account) -> None:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _set_stage(source: Stage, target: Stage, *which: Any) -> None:
    """Lead live browsers from one stage to another."""
    db.session.execute(
        sa.update(WebSession)
        .where(WebSession.stage == source, WebSession.ended_at.is_(None), *which)
        .values(stage=target)
    )
