"""How much a proof does: a little in every run, all of it where `PROGRAMME_TEST_SCALE=full` asks for it."""

from __future__ import annotations

import os


def scaled(small: int, full: int) -> int:
    """`small`, or `full` where the whole proof was asked for."""
    return full if os.environ.get("PROGRAMME_TEST_SCALE") == "full" else small
