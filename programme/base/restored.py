"""What must be done again after a backup was restored: above all erasures made since it was taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Hook = Callable[[dt.datetime], str]
"""Takes the instant of the backup and answers a sentence for the operator, or nothing to say."""

HOOKS: list[Hook] = []


def after_restore(hook: Hook) -> Hook:
    """Have `hook(taken_at)` called once a backup was restored and migrated, in the application's context.

    It commits its own work and must stand being called twice: a restore that is cut short starts it again.
    """
    HOOKS.append(hook)
    return hook


def restored(taken_at: dt.datetime) -> list[str]:
    """Call every hook; what they have to say."""
    return [said for hook in HOOKS if (said := hook(taken_at))]
