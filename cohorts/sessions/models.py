"""Sessions, panels and accompaniment visits, their sittings and attendance (RULES C3–C6)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort, Enrolment
from programme.base import clock
from programme.base.access import Permission
from programme.base.database import Base, Instant, bilingual, choice, folded
from programme.base.files import StoredFile
from programme.base.language import Bilingual
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone
from regions.associations.models import Association
from regions.geography.models import Commune


class SessionKind(Labelled):
    """Only sessions give hours of the curriculum; panels and accompaniment are recorded beside (C4)."""

    SESSION = "session", _l("Session de formation")
    PANEL = "panel", _l("Atelier de discussion")
    ACCOMPANIMENT = "accompaniment", _l("Accompagnement")


class SessionState(Labelled):
    """Planned, submitted by whoever entered it, validated by another person (C6)."""

    PLANNED = "planned", _l("Prévue"), Tone.GREY
    SUBMITTED = "submitted", _l("Soumise"), Tone.BLUE
    RETURNED = "returned", _l("Renvoyée"), Tone.AMBER
    VALIDATED = "validated", _l("Validée"), Tone.GREEN
    CANCELLED = "cancelled", _l("Annulée"), Tone.RED


_S = SessionState
MOVES = {
    "submit": Move({_S.PLANNED, _S.RETURNED}, _S.SUBMITTED, Permission.SESSION_SUBMIT, _l("Soumettre")),
    "validate": Move(
        {_S.SUBMITTED},
        _S.VALIDATED,
        Permission.SESSION_VALIDATE,
        _l("Valider"),
        confirm=_l(
            "Les présences seront verrouillées ; seules des corrections motivées resteront possibles."
        ),
    ),
    "return": Move(
        {_S.SUBMITTED},
        _S.RETURNED,
        Permission.SESSION_VALIDATE,
        _l("Renvoyer"),
        needs_reason=True,
        confirm=_l("La session revient à son auteur pour correction ; ses heures ne comptent pas d'ici là."),
    ),
    "cancel": Move(
        {_S.PLANNED, _S.RETURNED},
        _S.CANCELLED,
        Permission.SESSION_WRITE,
        _l("Annuler la session"),
        needs_reason=True,
        confirm=_l("La session annulée ne donnera aucune heure ; elle pourra être rétablie."),
    ),
    "restore": Move({_S.CANCELLED}, _S.PLANNED, Permission.SESSION_WRITE, _l("Rétablir")),
}


class AttendanceStatus(Labelled):
    """Present and late earn the sitting's time; absent and excused none (C5)."""

    PRESENT = "present", _l("Présent"), Tone.GREEN
    LATE = "late", _l("En retard"), Tone.AMBER
    EXCUSED = "excused", _l("Excusé"), Tone.GREY
    ABSENT = "absent", _l("Absent"), Tone.RED


EARNING = (AttendanceStatus.PRESENT, AttendanceStatus.LATE)


class HalfDay(Labelled):
    """A sitting is a half-day."""

    AM = "am", _l("Matin")
    PM = "pm", _l("Après-midi")


class Trainer(Base):
    """Whoever gives sittings; found by e-mail, else by folded name."""

    __tablename__ = "trainer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(folded(), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(40))

    @property
    def written(self) -> str:
        """As a form shows it and `rules.find_or_add_trainer` reads it: `Name <e-mail>`, or the name alone."""
        return f"{self.name} <{self.email}>" if self.email else self.name


class Session(Base):
    """A training session, a panel or an accompaniment visit of a cohort, made of sittings."""

    __tablename__ = "session"
    __table_args__ = (
        sa.Index("ix_session_cohort_state", "cohort_id", "state"),
        sa.Index("ix_session_state_validated_at", "state", "validated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind, "kind"), default=SessionKind.SESSION)
    title_ar: Mapped[str | None] = mapped_column(sa.String(300))
    title_fr: Mapped[str | None] = mapped_column(sa.String(300))
    title: Mapped[Bilingual] = bilingual("title")
    state: Mapped[SessionState] = mapped_column(choice(SessionState, "state"), default=SessionState.PLANNED)
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    """The association accompanied, for an accompaniment visit."""
    override_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    """Why a sitting lies outside the agreement's effective period (C3); the auditor sees it."""
    notes: Mapped[str | None] = mapped_column(sa.String(4000))
    state_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    """The comment of the last return or cancellation."""
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    validated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    validated_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    cohort: Mapped[Cohort] = relationship()
    association: Mapped[Association | None] = relationship()
    sittings: Mapped[list[Sitting]] = relationship(
        back_populates="session", order_by="[Sitting.on_date, Sitting.half_day]", cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": version}


class Sitting(Base):
    """One half-day of a session: its module, length in minutes, place and trainer."""

    __tablename__ = "sitting"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "on_date", "half_day", name="uq_sitting_half_day"),
        sa.CheckConstraint("minutes > 0 AND minutes <= 720", name="minutes"),
        sa.Index("ix_sitting_trainer_day", "trainer_id", "on_date", "half_day"),
        sa.Index("ix_sitting_on_date", "on_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("session.id"))
    on_date: Mapped[dt.date] = mapped_column()
    half_day: Mapped[HalfDay] = mapped_column(choice(HalfDay, "half_day"))
    minutes: Mapped[int] = mapped_column()
    module_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"), index=True)
    venue: Mapped[str | None] = mapped_column(sa.String(200))
    venue_key: Mapped[str | None] = mapped_column(folded(200))
    """Folded venue: two sittings in one room of one commune on one half-day clash (C3)."""
    commune_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commune.id"))
    trainer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("trainer.id"))
    session: Mapped[Session] = relationship(back_populates="sittings")
    module: Mapped[Module | None] = relationship()
    trainer: Mapped[Trainer | None] = relationship()
    commune: Mapped[Commune | None] = relationship()


class Attendance(Base):
    """One mark of one enrolment at one sitting."""

    __tablename__ = "attendance"
    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "enrolment_id"),
        sa.Index("ix_attendance_enrolment", "enrolment_id", "sitting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    status: Mapped[AttendanceStatus] = mapped_column(choice(AttendanceStatus, "status"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    sitting: Mapped[Sitting] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class AttendanceCorrection(Base):
    """A change of a mark after validation, with its reason; `before` None adds a mark that was missing (C5)."""

    __tablename__ = "attendance_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(sa.ForeignKey("attendance.id"), index=True)
    before: Mapped[AttendanceStatus | None] = mapped_column(choice(AttendanceStatus, "before"))
    after: Mapped[AttendanceStatus] = mapped_column(choice(AttendanceStatus, "after"))
    reason: Mapped[str] = mapped_column(sa.String(1000))
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)


class SessionFile(Base):
    """Evidence of a session: the signed attendance sheet, photographs, minutes."""

    __tablename__ = "session_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("session.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    added_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    file: Mapped[StoredFile] = relationship()
