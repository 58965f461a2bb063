"""`programme init`: migrate, load reference data, make the national programme; `programme rebuild`."""

from __future__ import annotations

import click

from programme.base import projections
from programme.base.database import survey
from programme.base.extensions import db
from programme.commands.context import in_house, must_be_restored
from programme.config import Settings


@click.command()
def init() -> None:
    """Migrate, load reference data, make the national programme; safe to repeat."""
    # A database that were made now would keep the restore that was cut short from being taken up again.
    must_be_restored(Settings.from_environment().instance)
    _start()


@in_house
def _start() -> None:
    from programme.reference.start import start

    start()
    survey(db.session.connection())
    db.session.commit()
    click.echo("Base prête.")


@click.command()
@in_house
def rebuild() -> None:
    """Write every projection anew from the facts it follows."""
    for projection in projections.PROJECTIONS.values():
        count = projection.rebuild()
        db.session.commit()
        click.echo(f"{projection.name} : {count}")


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(init)
    group.add_command(rebuild)
