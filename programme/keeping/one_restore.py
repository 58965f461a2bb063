"""One restore at a time into a place, and nobody at work there before it is over."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from programme.keeping.manifest import BadArchive

LOCK = ".restore-lock"


@contextmanager
def only_one(instance: Path) -> Iterator[None]:
    """Hold the place from the first look at it to the end of the restore. Raises BadArchive where another does.

    The lock goes with its process, however it ends; the empty file stays, as deleting it would let two in.
    """
    with (instance / LOCK).open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadArchive(f"Une autre restauration est en cours dans {instance}.") from None
        yield
