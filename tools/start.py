"""What `make run` does: the database ready, the demonstration in it if it is empty, then the server.

The first two commands share one process, because importing the programme twice would be most of the wait.
"""

from __future__ import annotations

import os
import sys

from programme import cli

PREPARING = (["init"], ["demo", "--if-empty"])


def main() -> None:
    """Run the commands in turn, then become the server; the first that fails ends it with its own message."""
    for command in PREPARING:
        if status := _run(command):
            raise SystemExit(status)
    sys.stdout.flush()
    server = os.path.join(os.path.dirname(sys.executable), "programme")
    os.execv(server, [server, "serve"])  # noqa: S606 - no shell, and the command is ours


def _run(arguments: list[str]) -> int:
    sys.argv = ["programme", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


if __name__ == "__main__":
    main()
