"""Migrates in a process of its own: `upgrading.py up|down REVISION [STATEMENT]`; it kills itself at that statement.

Without a statement it prints how many it took.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from programme.app import create_app
from programme.base.extensions import db
from programme.config import ROOT

CHANGING = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")


def main(direction: str, revision: str, fatal: int) -> int:
    taken = 0
    app = create_app()
    with app.app_context():

        @sa.event.listens_for(db.engine, "after_cursor_execute")
        def _count(_link: Any, _cursor: Any, statement: str, *_: Any) -> None:
            nonlocal taken
            if statement.lstrip().upper().startswith(CHANGING):
                taken += 1
                if taken == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)

        step = upgrade if direction == "up" else downgrade
        step(directory=str(ROOT / "programme" / "migrations"), revision=revision)
        db.session.remove()
        db.engine.dispose()
    return taken


if __name__ == "__main__":
    where, which, *more = sys.argv[1:]
    sys.stdout.write(f"{main(where, which, int(more[0]) if more else 0)}\n")
