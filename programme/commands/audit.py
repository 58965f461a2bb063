"""`programme audit verify`."""

from __future__ import annotations

import sys

import click

from programme.base import chain, journal
from programme.base.extensions import db
from programme.commands.context import in_house


@click.group()
def audit() -> None:
    """The journal."""


@audit.command()
@in_house
def verify() -> None:
    """Say whether the journal was changed behind the application's back; exit status 1 if so."""
    faults = chain.verify(db.session)
    head = db.session.get(journal.JournalHead, 1)
    count = head.sequence if head else 0
    for fault in faults:
        click.echo(f"{fault.sequence}: {fault.kind}", err=True)
    if faults:
        sys.exit(1)
    click.echo(f"Journal intègre : {count} entrées.")


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(audit)
