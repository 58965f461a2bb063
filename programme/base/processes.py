"""Processes that end with the one that began them, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Have this process receive `by` when `parent`, which began it, is gone; end at once where it already is.

    On Linux; elsewhere nothing is asked.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), by)
