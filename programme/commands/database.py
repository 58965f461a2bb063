"""`programme init`: migrate, load reference data, make the national programme."""

from __future__ import annotations

import click

from programme.commands.context import in_house


@click.command()
@in_house
def init() -> None:
    """Migrate, load reference data, make the national programme; safe to repeat."""
    from programme.reference.start import start

    start()
    click.echo("Base prête.")


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(init)
