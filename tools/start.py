"""What `make run` does: the database ready, the demonstration in it if it is empty, then the server.

All share one process, because importing the programme again would be half of the wait.
"""

from __future__ import annotations

import sys

from programme import cli

PREPARING = (["init"], ["demo", "--if-empty"])


def main() -> None:
    """Run the commands in turn, the server last; the first that fails ends it with its own message."""
    for command in PREPARING:
        if status := _run(command):
            raise SystemExit(status)
    sys.stdout.flush()
    raise SystemExit(_run(["serve"]))


def _run(arguments: list[str]) -> int:
    sys.argv = ["programme", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


if __name__ == "__main__":
    main()
