"""What a worker gives back to the machine: the C library keeps what Python once held, for each thread apart.

Counting the country holds some hundred megabytes for a moment. Elsewhere than on Linux with glibc nothing happens.
"""

from __future__ import annotations

import ctypes
import time
from typing import Any

ARENA_MAX, MMAP_THRESHOLD = -8, -3
"""`M_ARENA_MAX` and `M_MMAP_THRESHOLD` of malloc.h."""
ARENAS = 2
LARGE = 1024 * 1024
"""Bytes from which a block is given back as soon as it is free: by itself the bound rises with each such block,
and one password that is checked, in 19 MB, stays in the worker for good."""
LONG = 0.5
"""Seconds from which a request may have held much."""
_libc: Any = ctypes.CDLL(None)


def tame() -> None:
    """Share the heap among the threads that begin from now on, and keep no large block in it."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(ARENA_MAX, ARENAS)
        _libc.mallopt(MMAP_THRESHOLD, LARGE)


def begun(_worker: Any, request: Any) -> None:
    """gunicorn's `pre_request`."""
    request.begun = time.perf_counter()


def ended(_worker: Any, request: Any, _environment: Any, _response: Any) -> None:
    """gunicorn's `post_request`: after a long one what is free is given back, which takes some milliseconds."""
    if time.perf_counter() - getattr(request, "begun", float("inf")) > LONG and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
