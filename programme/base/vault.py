"""The vault of this process: set by `create_app`, used by the rules that seal or show national ids (RULES D1).

Where the keys stand in a file of the instance the vault follows it: a rotation of keys is known to every worker at
its next use, without a restart.
"""

from __future__ import annotations

import os
from pathlib import Path

from programme.base.personal import KEY_FILE, KEY_VARIABLE, Vault, load_keys

_vault: list[Vault] = []
_followed: list[tuple[Path, tuple[int, int, int]]] = []


def provide(vault: Vault) -> None:
    """Set the vault with the keys of this installation."""
    _vault[:] = [vault]
    _followed.clear()


def follow(instance: Path) -> None:
    """Set the vault with the keys of this instance, and read them anew whenever their file changes.

    Keys given by the environment stay those of the process: they change with a restart. Raises BadKey.
    """
    provide(Vault(*load_keys(instance)))
    if not os.environ.get(KEY_VARIABLE, "").strip():
        path = instance / KEY_FILE
        _followed[:] = [(path, _stamp(path))]


def vault() -> Vault:
    """The vault; IndexError before `create_app`."""
    if _followed:
        path, known = _followed[0]
        if (now := _stamp(path)) != known and now[0]:
            follow(path.parent)
    return _vault[0]


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes with the file; zeros while it is not there, for which the keys known are kept."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
