"""Accounts made by invitation, one-time links, passwords chosen by their owner only."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping

from programme.accounts import passwords, queries
from programme.accounts.rules import end_all_sessions
from programme.accounts.throttle import digest
from programme.base import cleaning, clock, journal, mail
from programme.base.access import Actor, Permission, Role, acting
from programme.base.accounts import Account, Delegation, LinkPurpose, OneTimeLink, Serves
from programme.base.extensions import db
from programme.base.language import Language, format_instant, speaking
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.telling import label_of, word_by

LIFETIME = {LinkPurpose.INVITATION: dt.timedelta(days=7), LinkPurpose.RESET: dt.timedelta(hours=2)}

journal.declare(
    {
        "account:created": _l("Compte créé"),
        "account:edited": _l("Compte modifié"),
        "account:closed": _l("Compte fermé"),
        "account:reopened": _l("Compte rouvert"),
        "account:link:issued": _l("Lien à usage unique émis"),
        "account:link:shown": _l("Lien d'invitation montré à l'écran"),
        "account:password:chosen": _l("Mot de passe choisi"),
    },
    {"shown_to": _l("Montré à")},
)
word_by("account", {"purpose": label_of(LinkPurpose)})

Served = Mapping[Serves, Collection[int]]

NEEDS: Mapping[Role, tuple[Serves, str]] = {
    Role.REGIONAL_OFFICER: (Serves.REGION, _l("Ce rôle demande au moins une région.")),
    Role.REGIONAL_PARTNER: (Serves.ORGANISATION, _l("Ce rôle demande l'organisation que la personne sert.")),
    Role.IMPLEMENTER: (Serves.ORGANISATION, _l("Ce rôle demande l'organisation que la personne sert.")),
    Role.TRAINER: (Serves.TRAINER, _l("Ce rôle demande le formateur que la personne est.")),
    Role.ASSOCIATION_REPRESENTATIVE: (
        Serves.ASSOCIATION,
        _l("Ce rôle demande le récépissé de l'association représentée."),
    ),
    Role.TRAINEE: (Serves.PERSON, _l("Ce rôle demande la personne dont le compte montre le parcours.")),
}
"""What an account of a role must serve to meet anything at all, and the sentence that asks for it."""

INSTEAD = {Role.REGIONAL_PARTNER: {Serves.REGION, Serves.AGREEMENT}, Role.IMPLEMENTER: {Serves.AGREEMENT}}
"""What does in place of an organisation: the totals of a region, or agreements named one by one."""


_PARTY = frozenset({Serves.ORGANISATION, Serves.AGREEMENT})
USES: Mapping[Role, frozenset[Serves]] = {
    Role.REGIONAL_OFFICER: frozenset({Serves.REGION}),
    Role.REGIONAL_PARTNER: _PARTY | {Serves.REGION},
    Role.IMPLEMENTER: _PARTY,
    Role.TRAINER: frozenset({Serves.TRAINER}),
    Role.ASSOCIATION_REPRESENTATIVE: frozenset({Serves.ASSOCIATION}),
    Role.TRAINEE: frozenset({Serves.PERSON}),
}
"""What the form offers a role to serve; roles that are not named here serve nothing."""


def missing(role: Role, served: Collection[Serves]) -> Refused | None:
    """What an account of `role` that serves these kinds lacks, beside the field that would name it."""
    kind, sentence = NEEDS.get(role, (None, ""))
    if kind is None or {kind, *INSTEAD.get(role, ())} & set(served):
        return None
    return Refused(str(sentence), kind.value, code="served")


def _check_served(account: Account) -> None:
    if lack := missing(account.role, {one.kind for one in account.delegations}):
        raise lack


def _flat(account: Account) -> dict[str, object]:
    served = sorted(f"{d.kind.value}:{d.target_id}" for d in account.delegations)
    return {"role": account.role.value, "serves": ", ".join(served), "is_active": account.is_active}


def _delegate(account: Account, served: Served) -> None:
    """Serve exactly these targets of the kinds given; what is served of another kind stays."""
    wanted = {(kind, target) for kind, targets in served.items() for target in targets}
    account.delegations[:] = [
        d for d in account.delegations if d.kind not in served or (d.kind, d.target_id) in wanted
    ]
    present = {(d.kind, d.target_id) for d in account.delegations}
    for kind, target in sorted(wanted - present):
        account.delegations.append(Delegation(kind=kind, target_id=target))


@acting(Permission.ACCOUNT_WRITE)
def create(
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    language: str = "ar",
    served: Served | None = None,
    is_served_later: bool = False,
) -> Account:
    """A new account without a password. Refuses an address that is wrong or taken, and an empty name.

    Refuses a role without what it must serve, unless that is told later: by the command, whose callers may
    load the records afterwards, and by the demonstration.
    """
    address = cleaning.clean_email(email)
    if not address.value or address.flag:
        raise Refused(_("Indiquez une adresse électronique valable."), "email")
    if queries.account_by_email(address.value) is not None:
        raise Refused(_("Un compte existe déjà pour cette adresse."), "email")
    if not name.strip():
        raise Refused(_("Indiquez le nom."), "name")
    account = Account(email=address.value.lower(), name=name.strip(), role=role, language=language)
    _delegate(account, served or {})
    if not is_served_later:
        _check_served(account)
    db.session.add(account)
    db.session.flush()
    journal.record(db.session, actor, "account:created", account, after=_flat(account))
    return account


@acting(Permission.ACCOUNT_WRITE)
def edit(actor: Actor, account: Account, *, name: str, role: Role, served: Served) -> None:
    """Change name, role and what is served, which the role may need. Nobody changes their own role.

    Another role takes along nothing that it does not use: what is left behind is told in the journal. Its
    sessions end, so that the next sign-in asks for what the new role requires.
    """
    if account.id == actor.account_id and role is not account.role:
        raise Refused(_("Vous ne pouvez pas changer votre propre rôle."), "role")
    before, is_another = _flat(account), role is not account.role
    account.name, account.role = name.strip(), role
    _delegate(account, served)
    if is_another:
        used = USES.get(role, frozenset())
        account.delegations[:] = [one for one in account.delegations if one.kind in used]
        end_all_sessions(account)  # what was open under the former role, a second step that it asks for
    _check_served(account)
    db.session.flush()
    journal.record(db.session, actor, "account:edited", account, before=before, after=_flat(account))


@acting(Permission.ACCOUNT_WRITE)
def close(actor: Actor, account: Account, reason: str | None) -> None:
    """Deactivate: all its sessions end at once. Nobody closes their own account."""
    if account.id == actor.account_id:
        raise Refused(_("Vous ne pouvez pas fermer votre propre compte."), "reason")
    if not (reason or "").strip():
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    account.is_active = False
    _shut(account)
    journal.record(db.session, actor, "account:closed", account, reason=reason)


@acting(Permission.ACCOUNT_WRITE)
def reopen(actor: Actor, account: Account) -> None:
    """Activate again a closed account."""
    account.is_active = True
    journal.record(db.session, actor, "account:reopened", account)


def issue_link(actor: Actor, account: Account, purpose: LinkPurpose) -> str:
    """A token for a one-time link; older ones for the same purpose end. Only the digest is stored."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    for older in queries.links_in_use(account.id):
        if older.purpose is purpose:
            older.used_at = now
    db.session.add(
        OneTimeLink(
            token_digest=digest(token),
            account_id=account.id,
            purpose=purpose,
            made_at=now,
            expires_at=now + LIFETIME[purpose],
        )
    )
    journal.record(db.session, actor, "account:link:issued", account, after={"purpose": purpose.value})
    return token


def _shut(account: Account) -> None:
    """End every session and every link that is still open: one that somebody kept would open the account again."""
    for one in queries.links_in_use(account.id):
        one.used_at = clock.now()
    end_all_sessions(account)


def note_shown(actor: Actor, account: Account) -> None:
    """Keep who read an account's invitation: the password chosen with it may not be its owner's doing."""
    journal.record(db.session, actor, "account:link:shown", account, after={"shown_to": actor.name})


def send_link(
    post: mail.Post, account: Account, purpose: LinkPurpose, address: str, told: mail.Told | None = None
) -> None:
    """Mail the link in the account's language, once the transaction has committed.

    `told` then hears whether a server took it.
    """
    with speaking(account.language or Language.AR):
        subject = _("Votre accès au programme de renforcement des capacités")
        if purpose is LinkPurpose.RESET:
            subject = _("Nouveau mot de passe")
        body = _(
            "Bonjour %(name)s,\n\nOuvrez ce lien pour choisir votre mot de passe :\n%(link)s\n\n"
            "Il sert une seule fois, jusqu'au %(until)s. Si vous n'avez rien demandé, ignorez ce message.",
            name=account.name,
            link=address,
            until=format_instant(clock.now() + LIFETIME[purpose]),
        )
    mail.queue(db.session, post, account.email, subject, body, told)


def choose_password(token: str, password: str) -> Account:
    """Use a one-time link: set the password, end every session and the link. Refuses a used or late link."""
    link = queries.open_link(digest(token), clock.now())
    if link is None or not link.account.is_active:
        raise Refused(_("Ce lien n'est plus valable. Demandez-en un nouveau."), code="link", status=404)
    account = link.account
    passwords.check_strength(password, account.email)
    account.password_hash = passwords.hashed(password)
    _shut(account)
    actor = Actor.of(account.id, account.name, account.role)
    journal.record(db.session, actor, "account:password:chosen", account)
    return account


def change_password(actor: Actor, account: Account, current: str, password: str) -> None:
    """Change one's own password; every session ends, this one too."""
    if not passwords.matches(current, account.password_hash):
        raise Refused(_("Le mot de passe actuel est incorrect."), "current")
    passwords.check_strength(password, account.email)
    account.password_hash = passwords.hashed(password)
    _shut(account)
    journal.record(db.session, actor, "account:password:chosen", account)
