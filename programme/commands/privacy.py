"""`programme privacy …`: erasures made again after a restore, and the list of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from flask import current_app

from programme.base.restored import after_restore
from programme.commands.context import in_house
from programme.privacy.rules import again


@click.group()
def privacy() -> None:
    """What persons asked about their data."""


def _instance() -> Path:
    return Path(current_app.config["HOUSE"].instance)


@privacy.command()
@click.option("--from", "source", type=click.Path(path_type=Path, exists=True), help="Another erasures.txt.")
@in_house
def replay(source: Path | None) -> None:
    """Erase again everybody on the list of erasures whom a restored backup brought back; safe to repeat.

    Keep instance/erasures.txt apart from the backups, and give it here where the instance was restored elsewhere.
    """
    done = again.erase_again(_instance(), source)
    added = again.complete(_instance())
    click.echo(f"{done} personnes effacées de nouveau ; {added} lignes ajoutées à la liste.")


@after_restore
def erase_what_came_back(_taken_at: dt.datetime) -> str:
    """Called when a backup was restored: erasures made since it was taken are made again."""
    done = again.erase_again(_instance())
    again.complete(_instance())
    return (
        f"{done} personnes effacées de nouveau." if done else ""
    ) or "Effacements : donnez la liste gardée à part à « programme privacy replay --from erasures.txt »."


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(privacy)
