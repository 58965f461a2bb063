"""The process that writes one export: `python -m programme.commands.one_export EXPORT ATTEMPT WORKER`."""

from __future__ import annotations

import sys

from programme.app import create_app
from programme.base.processes import end_with
from programme.exports import making


def main(export_id: int, attempt: int, worker: int) -> int:
    """Write the file and end; with the worker, if that ends first."""
    end_with(worker)
    with create_app().app_context():
        making.produce(export_id, attempt)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
