"""`programme account …` and `programme outbox`."""

from __future__ import annotations

import email
import email.policy

import click
from flask import current_app

from programme.accounts import invitations, management, queries, second_factor
from programme.base.access import Actor, Role
from programme.base.accounts import Account, LinkPurpose, Serves
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.commands.context import acting_as, in_house


@click.group()
def account() -> None:
    """Accounts."""


def _served(regions: tuple[str, ...], organisations: tuple[str, ...]) -> dict[Serves, list[int]]:
    known = queries.regions_by_code(list(regions))
    unknown = [code for code in regions if code not in known]
    if unknown:
        raise Refused(f"Région inconnue : {', '.join(unknown)}.", "region")
    return {
        Serves.REGION: list(known.values()),
        Serves.ORGANISATION: [queries.organisation_called(name) for name in organisations],
    }


@account.command()
@click.option("--email", "address", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--region", "regions", multiple=True, help="HCP code, e.g. 03; can be repeated.")
@click.option("--organisation", "organisations", multiple=True, help="Name or acronym; can be repeated.")
@click.option("--association", "associations", multiple=True, help="Receipt number; can be repeated.")
@click.option("--trainer", "trainers", multiple=True, help="E-mail of a trainer; can be repeated.")
@click.option("--language", type=click.Choice(["ar", "fr"]), default="ar", show_default=True)
@click.option("--as", "email_as", help="The administrator who does it; the operator otherwise.")
@in_house
def create(
    address: str,
    name: str,
    role: str,
    regions: tuple[str, ...],
    organisations: tuple[str, ...],
    associations: tuple[str, ...],
    trainers: tuple[str, ...],
    language: str,
    email_as: str | None,
) -> None:
    """Create an account; prints the one-time link by which its owner chooses a password."""
    actor, _scope = acting_as(email_as)
    served = _served(regions, organisations)
    found = queries.associations_by_receipt(list(associations))
    if missing := [receipt for receipt in associations if receipt not in found]:
        raise Refused(f"Récépissé inconnu : {', '.join(missing)}.", "association")
    served[Serves.ASSOCIATION] = list(found.values())
    served[Serves.TRAINER] = [queries.trainer_called(trainer) for trainer in trainers]
    made = invitations.create(
        actor,
        email=address,
        name=name,
        role=Role(role),
        language=language,
        served=served,
        is_served_later=True,
    )
    if lack := invitations.missing(made.role, {one.kind for one in made.delegations}):
        click.echo(f"Attention : {lack.message} Ce compte ne voit encore rien.", err=True)
    click.echo(_link(actor, made, LinkPurpose.INVITATION))


@account.command()
@click.option("--email", "address", required=True)
@in_house
def link(address: str) -> None:
    """Print a new one-time link for an account."""
    actor, _scope = acting_as(None)
    found = queries.account_by_email(address)
    if found is None:
        raise click.ClickException(f"Aucun compte pour {address}.")
    purpose = LinkPurpose.RESET if found.password_hash else LinkPurpose.INVITATION
    click.echo(_link(actor, found, purpose))


def _link(actor: Actor, found: Account, purpose: LinkPurpose) -> str:
    token = invitations.issue_link(actor, found, purpose)
    db.session.commit()
    with current_app.test_request_context(base_url=current_app.config["HOUSE"].base_url):
        return management.link_address(token)


@account.command("reset-factor")
@click.option("--email", "address", required=True)
@click.option("--reason", required=True, help="Why; kept in the journal.")
@in_house
def reset_factor(address: str, reason: str) -> None:
    """Take away the second factor of an account: for an administrator whom no other can help."""
    actor, _scope = acting_as(None)
    found = queries.account_by_email(address)
    if found is None:
        raise click.ClickException(f"Aucun compte pour {address}.")
    second_factor.reset(actor, found, reason)
    db.session.commit()


@click.command()
@in_house
def outbox() -> None:
    """Show the mails that no server took, oldest first."""
    folder = current_app.config["HOUSE"].outbox
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        click.echo(f"{message['To']} · {message['Subject']}\n{message.get_content()}")


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(account)
    group.add_command(outbox)
