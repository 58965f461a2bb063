"""`programme doctor`: what is well with this installation, what is not, and what to do."""

from __future__ import annotations

import json
import sys

import click

from programme.base import checks
from programme.commands.context import in_house


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For a machine that watches.")
@in_house
def doctor(as_json: bool) -> None:
    """Examine the installation: one line a check, ✓ or ✗ with what to do; exit status 1 if anything is wrong."""
    look(as_json=as_json)


def look(*, as_json: bool = False) -> None:
    """Run every check and print what it found; ends the process with status 1 where something is wrong."""
    found = checks.examine()
    if as_json:
        told = [{"check": one.check.name, "is_well": one.is_well, "faults": one.faults} for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in found:
            if one.is_well:
                click.echo(f"✓ {one.check.sentence}")
            for fault in one.faults:
                click.echo(f"✗ {one.check.name} : {fault}")
    if not all(one.is_well for one in found):
        sys.exit(1)


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(doctor)
