"""Restores a backup in a process of its own that kills itself at a given moment: `killed.py MOMENT ARCHIVE`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from programme.app import create_app
from programme.base.extensions import db
from programme.keeping import restore as module
from programme.keeping.archive import Reader, opened

MOMENTS = ("marked", "aside", "schema", "half", "loaded", "placing", "placed", "committed")


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arrange(moment: str) -> None:
    """Put the death where it is asked for."""
    if moment == "marked":
        module._set_aside = die
    elif moment == "aside":
        module._load = die
    elif moment == "schema":
        module._without_references = die
    elif moment == "half":
        written, write = [], module.write

        def some(*given: Any) -> None:
            write(*given)
            written.append(given[1].name)
            if len(written) == 20:
                die()

        module.write = some
    elif moment == "loaded":
        module._put = die
    elif moment == "placing":
        module._put = lambda aside, instance: ((aside / "uploads").rename(instance / "uploads"), die())
    elif moment == "placed":
        put = module._put
        module._put = lambda *given: (put(*given), die())
    elif moment == "committed":
        module.remembering.forget = die


def main(moment: str, archive: str) -> None:
    arrange(moment)
    app = create_app()
    with app.app_context(), opened(Path(archive)) as reader:
        assert isinstance(reader, Reader)
        config = app.extensions["migrate"].migrate.get_config()
        instance = app.config["HOUSE"].instance
        module.restore(reader, db.engine, instance, config, without_key=True)
        module.finish(instance)


if __name__ == "__main__":
    main(*sys.argv[1:])
