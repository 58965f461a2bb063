"""Reads of accounts and their sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from cohorts.people.models import Person
from cohorts.sessions.models import Trainer
from partnerships.agreements.models import Agreement
from partnerships.organisations.models import Organisation
from programme.base.access import Role
from programme.base.accounts import (
    Account,
    OneTimeLink,
    RecoveryCode,
    RoleRequirement,
    SecondFactor,
    Stage,
    WebSession,
)
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.journal import JournalEntry
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from regions.associations.models import Association
from regions.geography.models import Region

TARGETS: dict[str, Any] = {
    "region": Region,
    "organisation": Organisation,
    "association": Association,
    "trainer": Trainer,
    "person": Person,
}


LIVE = (
    sa.select(WebSession)
    .where(
        WebSession.token_digest == sa.bindparam("digest"),
        WebSession.ended_at.is_(None),
        WebSession.seen_at >= sa.bindparam("seen_after"),
        WebSession.stage != Stage.CODE,
    )
    .options(joinedload(WebSession.account).joinedload(Account.delegations))
)
"""Asked by every request, so built once and one statement: an account serves a handful of records."""


def account_by_email(email: str) -> Account | None:
    """The account with this address, in any case of letters."""
    return db.session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))


def live_session(digest: str, seen_after: dt.datetime) -> WebSession | None:
    """The browser session with this token digest, if it has not ended nor slept too long."""
    asked = {"digest": digest, "seen_after": seen_after}
    return db.session.scalars(LIVE, asked).unique().one_or_none()


def waiting_session(digest: str, made_after: dt.datetime) -> WebSession | None:
    """The browser session of this token whose password was right and whose code is still asked for."""
    chosen = sa.select(WebSession).where(
        WebSession.token_digest == digest,
        WebSession.ended_at.is_(None),
        WebSession.stage == Stage.CODE,
        WebSession.made_at >= made_after,
    )
    return db.session.scalar(chosen.options(joinedload(WebSession.account)))


def live_sessions(account_id: int, seen_after: dt.datetime) -> list[WebSession]:
    """Where an account is signed in now, last seen first."""
    chosen = sa.select(WebSession).where(
        WebSession.account_id == account_id,
        WebSession.ended_at.is_(None),
        WebSession.stage != Stage.CODE,
        WebSession.seen_at >= seen_after,
    )
    return list(db.session.scalars(chosen.order_by(WebSession.seen_at.desc(), WebSession.id.desc())))


def seen_as(account_id: int, limit: int = 10) -> list[JournalEntry]:
    """When administrators looked at the pages as this account, newest first."""
    chosen = sa.select(JournalEntry).where(
        JournalEntry.event == "account:seen_as:begin",
        JournalEntry.subject_type == "account",
        JournalEntry.subject_id == account_id,
    )
    return list(db.session.scalars(chosen.order_by(JournalEntry.sequence.desc()).limit(limit)))


def factor_of(account_id: int) -> SecondFactor | None:
    """The second factor that an account uses, None while it has none."""
    chosen = sa.select(SecondFactor).where(
        SecondFactor.account_id == account_id, SecondFactor.enrolled_at.is_not(None)
    )
    return db.session.scalar(chosen)


def codes_left(account_id: int) -> int:
    """How many recovery codes an account has not used."""
    counted = sa.select(sa.func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(counted) or 0


def requirements() -> dict[Role, bool]:
    """Whether each role requires a second factor."""
    rows = db.session.scalars(sa.select(RoleRequirement).order_by(RoleRequirement.role))
    kept = {row.role: row.needs_second_factor for row in rows}
    return {role: kept.get(role, False) for role in Role}


def needs_second_factor(role: Role) -> bool:
    """Whether an administrator requires a second factor of this role."""
    chosen = sa.select(RoleRequirement.needs_second_factor).where(RoleRequirement.role == role)
    return bool(db.session.scalar(chosen))


def factors_by_role() -> dict[Role, tuple[int, int]]:
    """(active accounts, those of them with a second factor), by role."""
    having = sa.and_(SecondFactor.account_id == Account.id, SecondFactor.enrolled_at.is_not(None))
    chosen = (
        sa.select(Account.role, sa.func.count(), sa.func.count(SecondFactor.account_id))
        .outerjoin(SecondFactor, having)
        .where(Account.is_active)
        .group_by(Account.role)
    )
    found = {role: (of_role, enrolled) for role, of_role, enrolled in db.session.execute(chosen)}
    return {role: found.get(role, (0, 0)) for role in Role}


def open_link(digest: str, at: dt.datetime) -> OneTimeLink | None:
    """The one-time link with this token digest while it can still be used."""
    chosen = (
        sa.select(OneTimeLink)
        .where(OneTimeLink.token_digest == digest, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at)
        .options(joinedload(OneTimeLink.account))
    )
    return db.session.scalar(chosen)


def accounts() -> list[Account]:
    """All accounts with their delegations, by name."""
    chosen = sa.select(Account).options(selectinload(Account.delegations)).order_by(Account.name, Account.id)
    return list(db.session.scalars(chosen))


def get_account(account_id: int) -> Account | None:
    """One account by id."""
    return db.session.get(Account, account_id)


def targets_named(served: dict[str, list[int]]) -> dict[tuple[str, int], str]:
    """Names of what delegations point at, by (kind, id), in one statement a kind."""
    named: dict[tuple[str, int], str] = {}
    for kind, model in TARGETS.items():
        wanted = served.get(kind) or []
        if wanted:
            for record in db.session.scalars(sa.select(model).where(model.id.in_(wanted)).order_by(model.id)):
                named[kind, record.id] = str(record.name)
    carried = set(served.get("agreement") or [])
    if carried:
        named.update({("agreement", one): label for one, label in agreement_choices() if one in carried})
    return named


def regions_by_code(codes: list[str]) -> dict[str, int]:
    """Ids of regions by HCP code; unknown codes are missing."""
    chosen = sa.select(Region.code, Region.id).where(Region.code.in_(codes)).order_by(Region.code)
    return {row.code: row.id for row in db.session.execute(chosen)}


def delegation_choices() -> dict[str, list[tuple[int, str]]]:
    """(id, name) of what an account can be asked to serve, by kind; associations are found by receipt."""
    found: dict[str, list[tuple[int, str]]] = {}
    for kind in ("region", "organisation", "trainer"):
        model = TARGETS[kind]
        found[kind] = [(r.id, str(r.name)) for r in db.session.scalars(sa.select(model).order_by(model.id))]
    found["agreement"] = agreement_choices()
    return found


def agreement_choices() -> list[tuple[int, str]]:
    """(id, reference) of every agreement, by reference."""
    chosen = sa.select(Agreement.id, Agreement.reference).order_by(Agreement.reference)
    return [(ident, reference) for ident, reference in db.session.execute(chosen)]


def associations_by_receipt(receipts: list[str]) -> dict[str, int]:
    """Ids of canonical associations by receipt number; a number that two provinces use is left out."""
    chosen = (
        sa.select(Association.receipt_no, sa.func.min(Association.id))
        .where(Association.receipt_no.in_(receipts), Association.merged_into_id.is_(None))
        .group_by(Association.receipt_no)
        .having(sa.func.count() == 1)
        .order_by(Association.receipt_no)
    )
    return {receipt: ident for receipt, ident in db.session.execute(chosen) if receipt}


def receipts_of(associations: list[int]) -> dict[int, str | None]:
    """Receipt numbers of associations by id, in order; None where one has none."""
    chosen = (
        sa.select(Association.id, Association.receipt_no)
        .where(Association.id.in_(associations))
        .order_by(Association.id)
    )
    return {ident: receipt or None for ident, receipt in db.session.execute(chosen)}


def persons_called(words: Sequence[str], limit: int) -> Sequence[Person]:
    """Persons of the whole country whose name, in either language, holds each of these folded words entire."""
    chosen = sa.select(Person)
    for word in words:
        chosen = chosen.where(
            sa.or_(
                *(
                    (" " + name + " ").contains(f" {word} ", autoescape=True)
                    for name in (Person.sort_key, Person.name_key, sa.func.lower(Person.name_fr))
                )
            )
        )
    return db.session.scalars(chosen.order_by(Person.sort_key, Person.id).limit(limit)).all()


def links_in_use(account_id: int) -> list[OneTimeLink]:
    """One-time links of an account that were not used yet, oldest first."""
    chosen = (
        sa.select(OneTimeLink)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None))
        .order_by(OneTimeLink.id)
    )
    return list(db.session.scalars(chosen))


def organisation_called(name: str) -> int:
    """Id of the organisation with this name, in either language, or acronym; `Refused` when there is none."""
    key = fold(name)
    chosen = sa.select(Organisation.id).where(
        sa.or_(
            Organisation.key_ar == key,
            Organisation.key_fr == key,
            sa.func.lower(Organisation.acronym) == name.lower(),
        )
    )
    found = db.session.scalar(chosen.order_by(Organisation.id).limit(1))
    if found is None:
        raise Refused(_("Organisation inconnue : %(name)s.", name=name), "organisation")
    return found


def trainer_called(email: str) -> int:
    """Id of the trainer with this e-mail; `Refused` when there is none."""
    found = db.session.scalar(sa.select(Trainer.id).where(Trainer.email == email.strip().lower()))
    if found is None:
        raise Refused(_("Formateur inconnu : %(name)s.", name=email), "trainer")
    return found
