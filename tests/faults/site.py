"""An application of its own over a database of its own, so that both can be broken without harm to other tests."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from programme.app import create_app
from programme.base import mail, remembering, turns, vault
from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.database import writing
from programme.base.extensions import db
from programme.base.language import speaking
from programme.config import Settings
from programme.reference.start import start
from tests.browser.live import sign_in_cookie
from tests.faults.writers import Browser

PATIENCE = 0.3
"""Seconds that such a site waits for a lock: a test does not wait as long as people do."""


class Impatient(Settings):
    """Settings with a small pool and little patience."""

    def flask(self) -> dict[str, Any]:
        found = Settings.flask(self)
        found["SQLALCHEMY_ENGINE_OPTIONS"] |= {"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.5}
        return found


@dataclass
class Site:
    """The application, and one record to be edited in it."""

    app: Flask
    instance: Path
    account_id: int = 0

    def browser(self, language: str = "fr", accept: str = "fr") -> Browser:
        """A ministry officer whose account speaks `language`, in a browser that was set to `accept`."""
        with self.app.app_context():
            account = db.session.get_one(Account, self.account_id)
            account.language = language
            cookie = sign_in_cookie(self.app, account, language="")
            db.session.remove()
        return Browser(self.app, cookie, language=accept)

    def count(self, table: str) -> int:
        """How many rows a table has, by a connection of its own."""
        with self.app.app_context(), db.engine.connect() as link:
            return int(link.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

    @contextmanager
    def alone(self) -> Iterator[sa.Connection]:
        """A connection outside the application's pool."""
        engine = sa.create_engine(str(self.app.config["SQLALCHEMY_DATABASE_URI"]), poolclass=sa.pool.NullPool)
        with engine.connect() as link:
            yield link
        engine.dispose()


@contextmanager
def site_at(instance: Path, url: str) -> Iterator[Site]:
    """Make the database at `url` and an application over it; what create_app provides to the process is put back."""
    kept_mail, kept_vault, kept_patience = list(mail._post), list(vault._vault), turns.PATIENCE
    turns.PATIENCE = PATIENCE
    made = create_app(
        Impatient(
            instance=instance,
            database_url=url,
            secret_key="only for tests " * 3,
            base_url="http://localhost",
            testing=True,
        )
    )
    site = Site(made, instance)
    try:
        contextvars.copy_context().run(_fill, site)
        yield site
    finally:
        with made.app_context():
            db.session.remove()
            db.engine.dispose()
        mail._post[:] = kept_mail
        vault._vault[:] = kept_vault
        turns.PATIENCE = kept_patience
        remembering.forget()


def _fill(site: Site) -> None:
    writing.set(True)
    with site.app.app_context(), speaking("fr"):
        sa.event.listen(db.engine, "connect", _hurry)
        start()
        account = Account(email="agent@example.ma", name="Agent", role=Role.MINISTRY_OFFICER, language="fr")
        db.session.add(account)
        db.session.commit()
        site.account_id = account.id
        db.session.remove()
        db.engine.dispose()


def _hurry(link: Any, _record: Any) -> None:
    if "sqlite3" not in type(link).__module__:
        link.execute(f"SET lock_timeout = '{PATIENCE}s'")
        link.commit()
