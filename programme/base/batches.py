"""Imports that were run, and what each changed row by row, so that one can be taken back (WORKBOOKS.md)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from programme.base.database import Base, Instant

CREATED, UPDATED, DELETED = "created", "updated", "deleted"
IMPORTING = "imports"
"""What an import and its undoing hold: one at a time, so that the second sees what the first wrote."""


class ImportBatch(Base):
    """One import that changed something. `code` is what `programme import --undo` takes."""

    __tablename__ = "import_batch"
    __table_args__ = (sa.Index("ix_import_batch_same_file", "sha256", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    filename: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    rows: Mapped[int] = mapped_column()
    summary: Mapped[str] = mapped_column(sa.Text)
    """JSON: rows, created, updated, unchanged, suspected_duplicates."""
    untracked: Mapped[str | None] = mapped_column(sa.Text)
    """Tables that rules wrote past the records, by bulk statements: such a batch cannot be taken back."""
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    """None for the operator at the command line."""
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    undone_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class ImportChange(Base):
    """One row that a batch created, updated or deleted, in the order in which it happened.

    Values are those the database holds, so what is encrypted there stays so here. A created row keeps only
    a digest of itself: enough to see whether it was changed since, and no second copy of personal data.
    """

    __tablename__ = "import_change"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "position"),
        sa.Index("ix_import_change_row", "table_name", "row_id"),
        sa.CheckConstraint("action IN ('created', 'updated', 'deleted')", name="action"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    position: Mapped[int] = mapped_column()
    table_name: Mapped[str] = mapped_column(sa.String(63))
    row_id: Mapped[str] = mapped_column(sa.String(200))
    """The primary key as text; JSON where it has several columns."""
    action: Mapped[str] = mapped_column(sa.String(10))
    before: Mapped[str | None] = mapped_column(sa.Text)
    after: Mapped[str | None] = mapped_column(sa.Text)


def batch_called(session: Session, code: str) -> ImportBatch | None:
    """The batch with this code."""
    return session.scalar(sa.select(ImportBatch).where(ImportBatch.code == code.strip().upper()))


def latest_of_file(session: Session, kind: str, sha256: str) -> ImportBatch | None:
    """The last import of this very file that was not taken back."""
    return session.scalar(
        sa.select(ImportBatch)
        .where(ImportBatch.sha256 == sha256, ImportBatch.kind == kind, ImportBatch.undone_at.is_(None))
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )


def recent_batches(session: Session, made_by_id: int | None = None, limit: int = 50) -> list[ImportBatch]:
    """The last batches, newest first; of one account where `made_by_id` is given."""
    chosen = sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)
    if made_by_id is not None:
        chosen = chosen.where(ImportBatch.made_by_id == made_by_id)
    return list(session.scalars(chosen))


def changes_of(session: Session, batch: ImportBatch) -> list[ImportChange]:
    """What a batch changed, in order."""
    return list(
        session.scalars(
            sa.select(ImportChange).where(ImportChange.batch_id == batch.id).order_by(ImportChange.position)
        )
    )
