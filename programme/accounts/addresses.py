"""Addresses to which a page may lead after signing in or confirming: paths of this site only."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Request, url_for

# The usual urljoin check accepts "/\\evil.com": only a plain local path passes.
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


def local(address: str | None) -> str:
    """`address` where it is a path of this site, else the home page."""
    return address if address and LOCAL.fullmatch(address) else url_for("programme.home.index")


def asked_from(request: Request) -> str:
    """The page to come back to: what was read, or the page whose form was sent; never what was sent."""
    if request.method in {"GET", "HEAD"}:
        return local(request.full_path.rstrip("?"))
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return url_for("programme.home.index")
    return local(came.path + (f"?{came.query}" if came.query else ""))
