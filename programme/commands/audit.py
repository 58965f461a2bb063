"""`programme audit …`: whether the journal is sound, and its head kept outside the database."""

from __future__ import annotations

import sys

import click
from flask import current_app

from programme.base import chain, heads
from programme.base.extensions import db
from programme.commands.context import in_house

WORDS = {
    "missing": "entrée manquante",
    "unlinked": "entrée sans lien avec la précédente",
    "altered": "entrée modifiée",
    "cut": "fin du journal coupée, ou entrée ajoutée au-delà",
    "rewritten": "autre entrée que celle dont l'empreinte a été relevée",
}


@click.group()
def audit() -> None:
    """The journal."""


@audit.command()
@click.option("--head", "given", multiple=True, metavar="SEQ:DIGEST", help="Head printed on a report.")
@in_house
def verify(given: tuple[str, ...]) -> None:
    """Say whether the journal was changed behind the application's back; exit status 1 if so.

    The chain is compared with the heads written every day below the instance, and with those given.
    """
    try:
        named = [heads.printed(one) for one in given]
    except ValueError:
        raise click.UsageError("--head SEQ:DIGEST, par exemple 1234:0123456789abcdef.") from None
    kept = heads.recorded(current_app.config["HOUSE"].instance)
    faults = chain.verify(db.session) + heads.contradicted(db.session, [*kept, *named])
    for fault in faults:
        click.echo(f"n° {fault.sequence} : {WORDS[fault.kind]}", err=True)
    if faults:
        sys.exit(1)
    click.echo(
        f"Journal intègre : {heads.present(db.session).sequence} entrées ; "
        f"{len(kept) + len(named)} empreintes relevées concordent."
    )


@audit.command()
@click.option("--write", "is_written", is_flag=True, help="Append it to this month's file; to be run daily.")
@in_house
def head(is_written: bool) -> None:
    """Print the head of the journal; with --write, keep it below the instance."""
    instance = current_app.config["HOUSE"].instance
    found = heads.write(db.session, instance) if is_written else heads.present(db.session)
    click.echo(str(found))


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(audit)
