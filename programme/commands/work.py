"""`programme work`: does the jobs beside the server, and the work of each day."""

from __future__ import annotations

import os
import signal

import click

from programme.app import create_app
from programme.base import jobs
from programme.base.processes import end_with
from programme.commands.context import house, must_be_restored
from programme.config import Settings

THREADS = 2
"""One may be at a long export while the other sends mail."""


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@click.option("--beside", type=int, hidden=True, help="Process that this worker ends with.")
def work(once: bool, beside: int | None) -> None:
    """Do the jobs that wait: exports, mail, the work of each day. Runs until it is told to end."""
    must_be_restored(Settings.from_environment().instance)
    if beside is not None:
        end_with(beside, signal.SIGTERM)
    if once:
        with house():
            jobs.do_daily()
            click.echo(str(jobs.work_off()))
        return
    _consume()


def _consume() -> None:
    app = create_app()

    def do(name: str, ident: int) -> None:
        with app.app_context():
            jobs.run(name, ident)

    def look_round() -> None:
        with app.app_context():
            jobs.look_round()

    consumer = jobs.queue().consumer(do, look_round, THREADS)
    told = consumer.stop

    def stop(graceful: bool = False) -> None:
        jobs.stopping()
        told(graceful=graceful)

    consumer.stop = stop
    look_round()
    click.echo(f"worker {os.getpid()}")
    consumer.run()


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(work)
