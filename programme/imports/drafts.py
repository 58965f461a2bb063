"""Uploaded workbooks between preview and import: kept an hour, seen by their owner only."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

KEPT_SECONDS = 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


def _path(folder: Path, account_id: int, token: str) -> Path:
    return folder / f"{account_id}-{token}.part"


def put(folder: Path, account_id: int, data: bytes) -> str:
    """Keep `data` and answer its token; drafts that were forgotten go away."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.part"):
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    token = secrets.token_hex(16)
    path = _path(folder, account_id, token)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
    except OSError:  # a full disk: half a file would take the room of another
        path.unlink(missing_ok=True)
        raise
    return token


def get(folder: Path, account_id: int, token: str) -> bytes | None:
    """The bytes behind a token of this account, or None once they are gone."""
    path = _path(folder, account_id, token)
    return path.read_bytes() if TOKEN.fullmatch(token) and path.is_file() else None


def drop_once_saved(session: Session, folder: Path, account_id: int, token: str) -> None:
    """Forget a draft when what was imported from it is committed, and not before: it may have to be tried again."""
    if TOKEN.fullmatch(token):
        path = _path(folder, account_id, token)
        event.listen(session, "after_commit", lambda _session: path.unlink(missing_ok=True), once=True)
