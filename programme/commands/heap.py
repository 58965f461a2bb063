"""What a worker gives back to the machine. Elsewhere than on Linux with glibc nothing happens."""

from __future__ import annotations

import ctypes
from typing import Any

MMAP_THRESHOLD = -3
"""`M_MMAP_THRESHOLD` of malloc.h."""
LARGE = 1024 * 1024
"""Bytes from which a block is given back as soon as it is free: by itself the bound rises with each such block,
and one password that is checked, in 19 MB, stays in the worker for good."""


def tame() -> None:
    """Keep no large block in the heap from now on."""
    libc: Any = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(MMAP_THRESHOLD, LARGE)
