"""`programme keys …`: a new data key, and the end of the old ones (RULES D1)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import current_app

from programme.base import vault
from programme.base.personal import KEY_VARIABLE, load_keys, new_key, write_keys
from programme.commands.context import in_house
from programme.privacy import keys as rotation


@click.group()
def keys() -> None:
    """The keys that seal national ids."""


def _instance() -> Path:
    return Path(current_app.config["HOUSE"].instance)


def _is_given() -> bool:
    return bool(os.environ.get(KEY_VARIABLE, "").strip())


@keys.command()
@click.option("--at-once", type=click.IntRange(1, 10_000), default=rotation.AT_ONCE, show_default=True)
@in_house
def rotate(at_once: int) -> None:
    """Put a new key in front and seal everything anew under it; safe while the server runs, and to repeat.

    With several keys it goes on with the first of them: what was cut short is finished.
    """
    known = load_keys(_instance())
    if len(known) == 1 and _is_given():
        click.echo(
            f"Ajoutez une nouvelle clé devant l'ancienne dans {KEY_VARIABLE}, redémarrez le serveur, puis relancez :"
        )
        click.echo(new_key().decode())
        sys.exit(1)
    if len(known) == 1:
        known = [new_key(), *known]
        write_keys(_instance(), known)
    vault.follow(_instance())
    done = rotation.reseal(known, at_once)
    for column, key in done.left:
        click.echo(f"{column} n° {key} : non rechiffré.", err=True)
    click.echo(
        f"{done.rows} valeurs rechiffrées. Gardez l'ancienne clé avec les sauvegardes faites avant ce jour."
    )
    if done.left:
        sys.exit(1)


@keys.command("drop-old")
@in_house
def drop_old() -> None:
    """Remove the old keys, once nothing needs them any more."""
    known = load_keys(_instance())
    if len(known) == 1:
        click.echo("Une seule clé est en service : rien à retirer.")
        return
    needed = rotation.needing(known)
    for column, count in needed.items():
        click.echo(f"{column} : {count} valeurs demandent encore une ancienne clé.", err=True)
    if needed:
        click.echo("Lancez d'abord « programme keys rotate ».", err=True)
        sys.exit(1)
    if _is_given():
        click.echo(
            f"Plus rien ne demande les anciennes clés : ne gardez que la première dans {KEY_VARIABLE}."
        )
        return
    write_keys(_instance(), known[:1])
    rotation.note_drop()
    click.echo("Anciennes clés retirées.")


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(keys)
