"""The file store: generated names in `instance/uploads`, bytes sniffed, hash kept (DESIGN.md section 5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from programme.base import clock
from programme.base.database import Base, Instant
from programme.base.language import gettext as _
from programme.base.refusals import Refused

MAX_BYTES = 15 * 1024 * 1024
SIGNATURES = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"PK\x03\x04": ("application/zip", ".zip"),
}
OFFICE = {
    b"xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    b"word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
}
_WRITTEN = "files_written"


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


def sniff(data: bytes) -> tuple[str, str]:
    """(media type, suffix) by content: PDF, PNG, JPEG, xlsx or docx; `Refused` otherwise."""
    for start, found in SIGNATURES.items():
        if data.startswith(start):
            if found[1] != ".zip":
                return found
            for inside, office in OFFICE.items():
                if inside in data:
                    return office
    raise Refused(
        _("Fichier refusé : joignez un PDF, une image PNG ou JPEG, ou un fichier Word ou Excel."), "file"
    )


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
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    session.info.setdefault(_WRITTEN, []).append(path)
    stored = StoredFile(
        stored_name=name,
        display_name=(Path(display_name).name or name)[:255],
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        added_by_id=account_id,
    )
    session.add(stored)
    session.flush()
    return stored


@event.listens_for(Session, "after_commit")
def _kept(session: Session) -> None:
    session.info.pop(_WRITTEN, None)


@event.listens_for(Session, "after_rollback")
def _dropped(session: Session) -> None:
    for path in session.info.pop(_WRITTEN, []):
        path.unlink(missing_ok=True)
