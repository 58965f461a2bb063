"""`programme demo`: the Fès-Meknès demonstration."""

from __future__ import annotations

import click

from programme.commands.context import in_house


@click.command()
@click.option("--if-empty", is_flag=True, help="Load nothing where the database holds data.")
@in_house
def demo(if_empty: bool) -> None:
    """Load the Fès-Meknès demonstration into an empty database and print its sign-ins."""
    from flask import current_app

    from programme.demo import accounts, load
    from programme.demo.queries import has_data
    from regions.programmes.queries import is_demonstration

    house = current_app.config["HOUSE"]
    is_filled = has_data()
    if not is_filled:
        click.echo("Chargement de la démonstration (une fois, moins d'une minute)…")
    if not (if_empty and is_filled):
        load.load(house.uploads)
    elif not is_demonstration():
        return
    for line in accounts.printed(house.base_url):
        click.echo(line)


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(demo)
