"""Forms that prove who one is: each try is counted before it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from programme.accounts import throttle
from programme.base.forms import HouseForm
from programme.base.refusals import Refused


def proven(
    form: HouseForm,
    limit: throttle.Limit,
    subject: str,
    device: str | None,
    rule: Callable[..., Any],
    *args: Any,
) -> bool:
    """`form.accepts(rule, …)` with the try counted, and forgotten where it was right; 429 after too many."""
    try:
        attempt = throttle.admit(limit, subject, request.remote_addr or "", device)
    except Refused as refusal:
        form.status = refusal.status
        form.refuse(refusal.message)
        return False
    if not form.accepts(rule, *args):
        return False
    throttle.forgive(attempt)
    return True
