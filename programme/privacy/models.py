"""Requests of persons about their own data: access, correction, objection, erasure (law 09-08, articles 7 to 9)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cohorts.people.models import Person
from programme.base import clock
from programme.base.access import Permission
from programme.base.database import Base, Instant, choice
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled, Move, Tone


class RequestKind(Labelled):
    """What a person may ask for."""

    ACCESS = "access", _l("Accès à ses données")
    CORRECTION = "correction", _l("Rectification")
    OBJECTION = "objection", _l("Opposition")
    ERASURE = "erasure", _l("Effacement")


class RequestChannel(Labelled):
    """How a request came in."""

    COUNTER = "counter", _l("Au guichet")
    POST = "post", _l("Par courrier postal")
    EMAIL = "email", _l("Par courrier électronique")
    PHONE = "phone", _l("Par téléphone")
    ACCOUNT = "account", _l("Depuis son compte")


class RequestState(Labelled):
    """Where a request stands."""

    RECEIVED = "received", _l("Reçue"), Tone.AMBER
    CHECKED = "checked", _l("Identité vérifiée"), Tone.BLUE
    GRANTED = "granted", _l("Accordée, à exécuter"), Tone.AMBER
    REFUSED = "refused", _l("Refusée"), Tone.RED
    DONE = "done", _l("Exécutée"), Tone.GREEN


OPEN_STATES = (RequestState.RECEIVED, RequestState.CHECKED, RequestState.GRANTED)
_S, _P = RequestState, Permission
MOVES = {
    "check": Move({_S.RECEIVED}, _S.CHECKED, _P.REQUEST_WRITE, _l("Identité vérifiée")),
    "grant": Move({_S.CHECKED}, _S.GRANTED, _P.REQUEST_DECIDE, _l("Accorder")),
    "refuse": Move(
        {_S.RECEIVED, _S.CHECKED, _S.GRANTED},
        _S.REFUSED,
        _P.REQUEST_DECIDE,
        _l("Refuser"),
        needs_reason=True,
    ),
    "done": Move({_S.GRANTED}, _S.DONE, _P.REQUEST_DECIDE, _l("Marquer comme exécutée")),
}
"""Nothing leads out of refused and done: whoever disagrees asks anew, or turns to the national commission."""


class PersonalRequest(Base):
    """One request. `asker` and `contact` are blanked with the person whom it concerns."""

    __tablename__ = "personal_request"
    __table_args__ = (sa.Index("ix_personal_request_due", "state", "due_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """None where nobody of that name is in the records: the answer is then that nothing is held."""
    kind: Mapped[RequestKind] = mapped_column(choice(RequestKind, "kind"))
    channel: Mapped[RequestChannel] = mapped_column(choice(RequestChannel, "channel"))
    asker: Mapped[str | None] = mapped_column(sa.String(200))
    contact: Mapped[str | None] = mapped_column(sa.String(300))
    """Where the answer goes."""
    details: Mapped[str | None] = mapped_column(sa.String(2000))
    received_on: Mapped[dt.date] = mapped_column()
    due_on: Mapped[dt.date] = mapped_column()
    state: Mapped[RequestState] = mapped_column(choice(RequestState, "state"), default=RequestState.RECEIVED)
    proof: Mapped[str | None] = mapped_column(sa.String(300))
    """How it was made sure that who asks is the person."""
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    """Why it was refused."""
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, default=clock.now)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person | None] = relationship()
    __mapper_args__ = {"version_id_col": version}
