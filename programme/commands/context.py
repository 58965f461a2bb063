"""What every command needs: the application, who acts, and sentences instead of tracebacks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from programme.accounts import queries
from programme.accounts.scope import actor_of, scope_of
from programme.app import create_app
from programme.base.access import Actor, Scope
from programme.base.extensions import db
from programme.base.language import speaking
from programme.base.refusals import Refused
from programme.keeping.restore import is_unfinished


@contextmanager
def house(lang: str = "fr") -> Iterator[None]:
    """The application context in one language; a `Refused` ends the command with its sentence, status 1.

    No connection outlives it: the server that `make run` becomes has workers, which must not share one.
    """
    with create_app().app_context(), speaking(lang):
        try:
            yield
        except Refused as refusal:
            db.session.rollback()
            click.echo(refusal.message, err=True)
            sys.exit(1)
        except OperationalError as failure:
            kind = type(failure.orig).__name__
            click.echo(
                f"La base de données ne répond pas, ou une autre commande l'occupe ({kind}).", err=True
            )
            sys.exit(1)
        finally:
            db.session.remove()
            db.engine.dispose()


def must_be_restored(instance: Path) -> None:
    """Raise ClickException where a restore was cut short or is under way: what stands there is not whole."""
    if is_unfinished(instance):
        raise click.ClickException(
            f"Une restauration dans {instance} n'est pas terminée : relancez d'abord « programme restore »."
        )


def acting_as(email: str | None) -> tuple[Actor, Scope]:
    """The account called `email`, or the operator with every permission where none is named."""
    if not email:
        return Actor.system(), Scope.country()
    account = queries.account_by_email(email)
    if account is None:
        raise click.ClickException(f"Aucun compte pour {email}.")
    return actor_of(account), scope_of(account)


def in_house(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside `house`."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with house():
            return command(*args, **kwargs)

    return run
