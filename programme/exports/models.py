"""A prepared export and its life, from the wish to the file that is gone after a day."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from programme.base.access import Permission
from programme.base.accounts import Account
from programme.base.database import Base, Instant, choice
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone

ATTEMPTS = 3
"""How often an export is begun: one that ends its process each time is given up."""
LASTS = dt.timedelta(hours=24)
LONGEST_WISH = 4000
"""Signs of the filters, as they are kept."""
LEASE = dt.timedelta(minutes=2)
"""Whoever makes an export says so more often than this; after it, another worker takes it."""


class ExportState(Labelled):
    """Where a prepared export stands."""

    ASKED = "asked", _l("En attente"), Tone.GREY
    RUNNING = "running", _l("En préparation"), Tone.BLUE
    READY = "ready", _l("Prêt"), Tone.GREEN
    FAILED = "failed", _l("Échec"), Tone.RED
    CANCELLED = "cancelled", _l("Annulé"), Tone.GREY
    EXPIRED = "expired", _l("Expiré"), Tone.GREY


_S = ExportState
UNDER_WAY = frozenset({_S.ASKED, _S.RUNNING})
MOVES = {
    "take": Move({_S.ASKED, _S.RUNNING}, _S.RUNNING, Permission.REPORT_READ, _l("Préparer")),
    "finish": Move({_S.RUNNING}, _S.READY, Permission.REPORT_READ, _l("Terminer")),
    "give_back": Move({_S.RUNNING}, _S.ASKED, Permission.REPORT_READ, _l("Remettre en attente")),
    "fail": Move({_S.ASKED, _S.RUNNING}, _S.FAILED, Permission.REPORT_READ, _l("Abandonner")),
    "cancel": Move({_S.ASKED, _S.RUNNING}, _S.CANCELLED, Permission.REPORT_READ, _l("Annuler")),
    "retry": Move({_S.FAILED, _S.CANCELLED}, _S.ASKED, Permission.REPORT_READ, _l("Relancer")),
    "expire": Move({_S.READY}, _S.EXPIRED, Permission.REPORT_READ, _l("Retirer")),
}
OWN_MOVES = ("cancel", "retry")
"""The moves that the one who asked makes; the others are the worker's."""


class PreparedExport(Base):
    """One report in one format, asked by one account; the file stands in `instance/exports` while it is ready."""

    __tablename__ = "prepared_export"
    __table_args__ = (
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        sa.CheckConstraint(
            "state <> 'ready' OR (stored_name IS NOT NULL AND sha256 IS NOT NULL AND scope IS NOT NULL)",
            name="ready",
        ),
        sa.Index("ix_prepared_export_own", "account_id", "asked_at"),
        sa.Index("ix_prepared_export_due", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    report: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str] = mapped_column(sa.String(8))
    language: Mapped[str] = mapped_column(sa.String(2))
    parameters: Mapped[str] = mapped_column(sa.String(LONGEST_WISH))
    """The filters in canonical JSON: codes, dates and words of the registry, never a person's data."""
    ask_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    """What is asked, hashed, while it is under way: asking twice meanwhile is asking once."""
    state: Mapped[ExportState] = mapped_column(choice(ExportState, "state"), default=ExportState.ASKED)
    attempt: Mapped[int] = mapped_column(default=0)
    """Which taking is at it: what an earlier one still writes changes nothing."""
    progress: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    """At most so many at the asking; how many there are once it is ready."""
    scope: Mapped[str | None] = mapped_column(sa.Text)
    """What the account met when the file was made, in JSON: whoever meets less now does not fetch it."""
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    started_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    beat_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    fetched_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    stored_name: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    display_name: Mapped[str | None] = mapped_column(sa.String(255))
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    failure: Mapped[str | None] = mapped_column(sa.String(500))
    """Why it was given up, one sentence in the language of the export."""

    account: Mapped[Account] = relationship()

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
