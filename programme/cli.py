"""The `programme` command; each module of programme.commands adds its own (WORKBOOKS.md, Commands)."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import click
from flask.cli import with_appcontext

from programme import commands
from programme.base.personal import BadKey
from programme.config import BadSettings


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Back office of the capacity-building programme."""


for _entry in pkgutil.iter_modules(commands.__path__, "programme.commands."):
    _module = importlib.import_module(_entry.name)
    if hasattr(_module, "register"):
        _module.register(cli)


def main() -> None:
    """Run the command line; settings that cannot be served with end it with one sentence."""
    os.umask(0o027)  # what this software writes is nobody else's to read
    try:
        cli()
    except BadSettings as bad:
        click.echo(str(bad), err=True)
        sys.exit(2)
    except BadKey as bad:
        click.echo(f"PROGRAMME_DATA_KEY, or the file data.key of the instance: {bad}.", err=True)
        sys.exit(2)


__all__ = ["cli", "main", "with_appcontext"]
