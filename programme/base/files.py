"""The file store: generated names in `instance/uploads`, bytes sniffed, hash kept (DESIGN.md section 5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
import unicodedata
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from programme.base import clock
from programme.base.cleaning import clean_text
from programme.base.database import Base, Instant
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.sniffing import sniff

MAX_BYTES = 15 * 1024 * 1024
LONGEST_NAME = 200
_SAME_ENDING = {".jpg": {".jpg", ".jpeg", ".jpe", ".jfif"}}
_WRITTEN, _ASKED = "files_written", "files_commit_asked"
SURE = dt.timedelta(hours=1)
"""No request takes as long: a file that is older and has no record will never have one."""
ASIDE = "strays"
"""The folder beside the store where files without a record wait to be looked at, or to be let go in time."""


class StoredFile(Base):
    """One file: its display name, kind by content, size in bytes and SHA-256."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    stored_name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    added_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


def shown_name(given: str, suffix: str) -> str:
    """A file's name as it may be shown and sent in a header: the last part of what the browser gave, cleaned.

    Browsers and mail programmes send paths, line ends, marks of direction that hide the true ending, and
    halves of signs. At most 200 characters, ending as the content asks: `suffix`, put after another ending.
    """
    last = re.split(r"[/\\]", given)[-1]
    sound = "".join(char for char in unicodedata.normalize("NFC", last) if char.isprintable() or char == " ")
    name = clean_text(sound, len(sound) * 4).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if (dot + ending).lower() not in _SAME_ENDING.get(suffix, {suffix}):
        stem, ending = name, suffix.removeprefix(".")
    return f"{stem[:LONGEST_NAME] or _('fichier')}.{ending}"


def keep(
    session: Session | Any, folder: Path, data: bytes, display_name: str, account_id: int | None
) -> StoredFile:
    """Write `data` below `folder` and answer its record; the file goes away if the transaction does."""
    if not data:
        raise Refused(_("Le fichier est vide."), "file")
    if len(data) > MAX_BYTES:
        raise Refused(
            _("Le fichier dépasse %(size)s Mo.", size=MAX_BYTES // 1024 // 1024), "file", status=413
        )
    media_type, suffix = sniff(data)
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(16) + suffix
    path = folder / name
    _write(path, data)
    session.info.setdefault(_WRITTEN, []).append(path)
    stored = StoredFile(
        stored_name=name,
        display_name=shown_name(display_name, suffix),
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        added_by_id=account_id,
    )
    session.add(stored)
    session.flush()
    return stored


def _write(path: Path, data: bytes) -> None:
    """Write a new file that is on the disk, under its name, before the database says that it is. Raises OSError."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:  # no half file stays on a disk that is full
        path.unlink(missing_ok=True)
        raise


@event.listens_for(Session, "before_commit")
def _asked_to_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[_ASKED] = True


@event.listens_for(Session, "after_commit")
def _kept(session: Session) -> None:
    if not session.in_nested_transaction():  # SQLAlchemy calls this at the end of a savepoint too
        session.info.pop(_WRITTEN, None)
        session.info.pop(_ASKED, None)


@event.listens_for(Session, "after_rollback")
def _dropped(session: Session) -> None:
    """Files of what did not happen go, unless the database was asked to commit: it may have, before it fell silent.

    Those, and what a process that was killed leaves, are found by `strays`.
    """
    if session.in_nested_transaction():
        return
    written, was_asked = session.info.pop(_WRITTEN, []), session.info.pop(_ASKED, False)
    for path in written if not was_asked else []:
        path.unlink(missing_ok=True)


def strays(session: Session | Any, folder: Path, older: dt.timedelta = SURE) -> list[Path]:
    """Files of the store that no record names, written longer ago than any request that is still running."""
    if not folder.is_dir():
        return []
    limit = clock.now().timestamp() - older.total_seconds()
    found = [one for one in sorted(folder.iterdir()) if one.is_file() and one.stat().st_mtime < limit]
    if not found:
        return []
    known = set(session.scalars(sa.select(StoredFile.stored_name)))
    return [one for one in found if one.name not in known]


def sweep(session: Session | Any, folder: Path, older: dt.timedelta = SURE) -> int:
    """Put the strays aside, into `ASIDE` beside the store; answers how many.

    Nothing is deleted, and nothing is touched where no file is recorded at all: a database that is not the one
    of this store (a mistyped address, an empty schema) knows none of its files, and takes none of them away.
    """
    found = strays(session, folder, older)
    if not found or session.scalar(sa.select(StoredFile.id).limit(1)) is None:
        return 0
    aside = folder.parent / ASIDE
    aside.mkdir(mode=0o700, exist_ok=True)
    for path in found:
        os.utime(path)  # the time for which it is kept begins now
        path.replace(aside / path.name)
    return len(found)
