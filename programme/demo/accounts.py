"""One account for each role, with a password that is printed: a demonstration keeps no secret."""

from __future__ import annotations

from dataclasses import dataclass

from programme.accounts import invitations, queries
from programme.accounts.scope import actor_of
from programme.base.access import Actor, Role
from programme.base.accounts import LinkPurpose

PASSWORD = "demonstration-2026"  # noqa: S105 - printed on purpose


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demonstration, as it is printed."""

    role: Role
    email: str
    name: str
    language: str = "ar"


SIGN_INS = (
    SignIn(Role.MINISTRY_OFFICER, "ministere@example.ma", "نادية برادة"),
    SignIn(Role.REGIONAL_OFFICER, "region@example.ma", "عبد العالي الفيلالي"),
    SignIn(Role.REGIONAL_PARTNER, "partenaire@example.ma", "لطيفة الصقلي"),
    SignIn(Role.IMPLEMENTER, "operateur@example.ma", "خالد أيت حدو"),
    SignIn(Role.TRAINER, "formateur@example.ma", "سعاد الحياني"),
    SignIn(Role.ASSOCIATION_REPRESENTATIVE, "association@example.ma", "بوشتى الورياكلي"),
    SignIn(Role.TRAINEE, "beneficiaire@example.ma", "زينب التازي"),
    SignIn(Role.AUDITOR, "audit@example.ma", "Hicham Bennani", "fr"),
    SignIn(Role.ADMINISTRATOR, "admin@example.ma", "Salma Idrissi", "fr"),
)
TRAINER_EMAIL = "formateur@example.ma"
"""The trainer whose sessions the trainer's account meets."""


def open_accounts() -> dict[Role, Actor]:
    """Create the accounts and choose their passwords by their one-time links; the actor of each role."""
    operator, actors = Actor.system(), {}
    for one in SIGN_INS:
        account = invitations.create(
            operator,
            email=one.email,
            name=one.name,
            role=one.role,
            language=one.language,
            is_served_later=True,  # the regions and people that they serve are made afterwards
        )
        token = invitations.issue_link(operator, account, LinkPurpose.INVITATION)
        invitations.choose_password(token, PASSWORD)
        actors[one.role] = actor_of(account)
    return actors


def delegate(role: Role, served: invitations.Served, name: str | None = None) -> None:
    """Say what the account of a role serves, once that exists, and whose it then is."""
    email = next(one.email for one in SIGN_INS if one.role is role)
    account = queries.account_by_email(email)
    assert account is not None
    invitations.edit(Actor.system(), account, name=name or account.name, role=role, served=served)


def printed(address: str) -> list[str]:
    """The lines that tell where to go and how to sign in."""
    width = max(len(one.email) for one in SIGN_INS)

    return [
        address,
        *(
            f"  {email.ljust(width)}  {PASSWORD}  {role.label}"
            for email, role in ((one.email, one.role) for one in SIGN_INS)
        ),
    ]
