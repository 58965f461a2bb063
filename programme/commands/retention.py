"""`programme retention`: what has been kept long enough goes."""

from __future__ import annotations

import click

from programme.commands.context import in_house
from programme.privacy import retention as kept


@click.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would go.")
@in_house
def retention(is_dry: bool) -> None:
    """Let go the data that have outlived their rule; the server does it every night."""
    done = kept.due() if is_dry else kept.apply()
    for one in kept.rules():
        click.echo(f"{done[one.name]:>8}  {one.label} ({one.days} jours après {one.after})")
    click.echo("Rien n'a été changé." if is_dry else "Fait, et inscrit au journal.")


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(retention)
