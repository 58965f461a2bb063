"""Seeing the pages as another account does, to help its owner: administrators only, reading only.

An administrator reads no data of the programme (MISSION.md), so that what is shown is bounded: no page that
names persons, no file, no full id, nothing sent; half an hour at most; never as another administrator, nor as a
trainee or an association's representative, whose pages are all about persons. Begin and end are in the journal
with the reason, what is noted meanwhile stands there under the administrator's own name, and the account's
owner reads on their account page that it happened (docs/decisions/seeing.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from programme.base import clock, journal
from programme.base.access import GRANTS, Actor, Permission, Role, acting
from programme.base.accounts import Account, WebSession
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

P = Permission
LASTS = dt.timedelta(minutes=30)
BEGUN, ENDED = "account:seen_as:begin", "account:seen_as:end"
HIDDEN_ROLES = frozenset({Role.ADMINISTRATOR, Role.ASSOCIATION_REPRESENTATIVE, Role.TRAINEE})
"""Administrators, and those whose every page is about a few persons."""
NAMING = frozenset(
    {
        "cohorts.enrolment.show",
        "cohorts.reached.show",
        "cohorts.sessions.show",
        "cohorts.transfer.show",
        "regions.associations.bureau",
        "regions.associations.show",
    }
)
"""Pages that name persons to whoever may open them; a test walks all others (tests/access/test_seeing.py)."""
SHOWN = frozenset(
    {
        P.HOME_READ,
        P.MATRIX_READ,
        P.REGION_READ,
        P.PROGRAMME_READ,
        P.ASSOCIATION_READ,
        P.COHORT_READ,
        P.SESSION_READ,
        P.TRANSFER_READ,
        P.REACHED_READ,
        P.AGREEMENT_READ,
        P.REPORT_READ,
    }
)
"""What remains of the other's permissions: pages of records and totals; not persons, searches, lists, journal."""

journal.declare(
    {BEGUN: _l("Pages vues par un administrateur"), ENDED: _l("Fin de la vue par un administrateur")},
)


@dataclass(frozen=True, slots=True)
class Seeing:
    """Who looks as whom, as the banner says it."""

    owner: str
    name: str
    role: Role


def actor_of(owner: Account, target: Account) -> Actor:
    """The administrator under their own name, with what remains of the other's permissions."""
    return Actor(owner.id, owner.name, target.role, GRANTS[target.role] & SHOWN)


@acting(Permission.ACCOUNT_WRITE)
def begin(actor: Actor, browser: WebSession, target: Account, reason: str | None) -> None:
    """Look as `target` in this browser from now on. Refuses without a reason, twice at once, and some roles."""
    if not (reason or "").strip():
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    if browser.sees_as_id is not None or browser.account_id != actor.account_id:
        raise Refused(_("Revenez d'abord à votre compte."), code="seeing")
    if target.id == actor.account_id or target.role in HIDDEN_ROLES or not target.is_active:
        raise Refused(
            _("Ce compte ne se regarde pas : son rôle ne le permet pas, ou il est fermé."), code="seeing"
        )
    browser.sees_as_id, browser.sees_as_at = target.id, clock.now()
    journal.record(db.session, actor, BEGUN, target, reason=reason)


def end(browser: WebSession) -> None:
    """Be oneself again in this browser; nothing where one is."""
    _end(db.session(), browser)


def target_of(browser: WebSession) -> Account | None:
    """As whom this browser looks, None where it does not, or no longer may: then it ends here and now."""
    if browser.sees_as_id is None:
        return None
    target, begun = browser.sees_as, browser.sees_as_at
    is_over = begun is None or begun < clock.now() - LASTS
    owner_may = browser.account.role is Role.ADMINISTRATOR
    if target is None or is_over or not owner_may or not target.is_active or target.role in HIDDEN_ROLES:
        _end_apart(browser.id)
        return None
    return target


def _end(session: Session, browser: WebSession) -> None:
    if browser.sees_as_id is None:
        return
    owner, target_id = browser.account, browser.sees_as_id
    browser.sees_as_id = browser.sees_as_at = None
    actor = Actor.of(owner.id, owner.name, owner.role)
    journal.record(session, actor, ENDED, ("account", target_id))


def _end_apart(browser_id: int) -> None:
    """End it on a session of its own: the request may only read."""
    db.session.rollback()
    token = writing.set(True)
    try:
        with Session(db.engine) as session:
            browser = session.get(WebSession, browser_id)
            if browser is not None:
                _end(session, browser)
            session.commit()
    finally:
        writing.reset(token)
