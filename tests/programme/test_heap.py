"""A worker gives back what it held for a moment; measured in processes of their own, as it holds for a whole one."""

from __future__ import annotations

import gc
import subprocess
import sys

from flask import Flask

from programme.commands import serve

CHECKED = """
import sys
import psutil
from argon2 import PasswordHasher
from programme.commands import heap
if sys.argv[1] == "tame":
    heap.tame()
hasher, held = PasswordHasher(time_cost=1, memory_cost=19456, parallelism=1), psutil.Process().memory_info
kept = [bytes(1000) for _ in range(1000)]
before = held().rss
for _ in range(3):
    hasher.hash("a password")
    kept.append(bytes(200_000))
print(held().rss - before)
"""


def left(how: str) -> int:
    """Bytes that a process still holds after it has checked passwords."""
    done = subprocess.run([sys.executable, "-c", CHECKED, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_checked_password_leaves_no_memory_behind() -> None:
    assert left("tame") + 10_000_000 < left("as it is")


def test_what_stands_before_the_workers_begin_is_never_looked_through_again(house: Flask) -> None:
    known = gc.get_threshold()
    try:
        serve.prepare(house)
        assert gc.get_freeze_count() > 100_000
        assert gc.get_threshold() == serve.COLLECT_AFTER
        cached = house.jinja_env.cache
        assert cached is not None
        assert len(cached) >= len(house.jinja_env.list_templates(extensions=["html"]))
    finally:
        gc.unfreeze()
        gc.set_threshold(*known)
