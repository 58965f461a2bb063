"""`programme demo`: the Fès-Meknès demonstration."""

from __future__ import annotations

import click

from programme.commands.context import in_house


@click.command()
@click.option("--if-empty", is_flag=True, help="Load nothing where the database holds data.")
@click.option("--national", is_flag=True, help="An invented country at full scale instead.")
@click.option(
    "--times", type=click.IntRange(1, 20), default=1, show_default=True, help="So many times as large."
)
@in_house
def demo(if_empty: bool, national: bool, times: int) -> None:
    """Load the Fès-Meknès demonstration into an empty database and print its sign-ins."""
    from flask import current_app

    from programme.demo import accounts, load
    from programme.demo.queries import has_data
    from regions.programmes.queries import is_demonstration

    house = current_app.config["HOUSE"]
    if national:
        _load_country(times)
        return
    is_filled = has_data()
    if not is_filled:
        click.echo("Chargement de la démonstration (une fois, moins d'une minute)…")
    if not (if_empty and is_filled):
        load.load(house.uploads)
    elif not is_demonstration():
        return
    for line in accounts.printed(house.base_url):
        click.echo(line)


def _load_country(times: int) -> None:
    from flask import current_app

    from programme.demo import accounts
    from programme.demo.national.load import load
    from programme.demo.national.scale import Scale

    written = load(Scale.of(times), lambda code: click.echo(f"Région {code}…"))
    click.echo(" · ".join(f"{table} {number}" for table, number in sorted(written.items())))
    for line in accounts.printed(current_app.config["HOUSE"].base_url):
        click.echo(line)


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(demo)
