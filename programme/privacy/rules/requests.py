"""What may be done with a request of a person about their own data (law 09-08, articles 7 to 9)."""

from __future__ import annotations

import datetime as dt

from cohorts.people.models import Person
from programme.base import clock, journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import checked_move
from programme.base.telling import label_of, word_by
from programme.privacy import queries
from programme.privacy.deadlines import ANSWER_DAYS, due_on
from programme.privacy.models import MOVES, PersonalRequest, RequestChannel, RequestKind, RequestState

journal.declare(
    {
        "privacy:request:receive": _l("Demande d'une personne reçue"),
        "privacy:request:check": _l("Identité vérifiée"),
        "privacy:request:grant": _l("Demande accordée"),
        "privacy:request:refuse": _l("Demande refusée"),
        "privacy:request:done": _l("Demande exécutée"),
    },
    {
        "kind": _l("Objet"),
        "received_on": _l("Reçue le"),
        "due_on": _l("Réponse avant le"),
        "person_id": _l("Personne"),
    },
)
word_by(
    "personal_request",
    {"kind": label_of(RequestKind), "channel": label_of(RequestChannel), "state": label_of(RequestState)},
)


TO_SPECIFY = frozenset({RequestKind.CORRECTION, RequestKind.OBJECTION})
"""What nobody could answer without knowing what it is about."""


@acting(Permission.REQUEST_WRITE)
def receive(
    actor: Actor,
    *,
    kind: RequestKind | str,
    channel: RequestChannel | str,
    person: Person | None,
    asker: str | None = None,
    contact: str | None = None,
    details: str | None = None,
    received_on: dt.date | None = None,
    days: int = ANSWER_DAYS,
) -> PersonalRequest:
    """Note a request, with its deadline. Flushes.

    `asker` is needed where nobody in the records is meant, and says who asks for somebody else. Refused for a
    day to come, without anybody who asks, while the same request is open, and for a person who was erased.
    """
    received_on = received_on or clock.today()
    if received_on > clock.today():
        raise Refused(_("Cette date est à venir."), "received_on", code="request")
    if person is None and not asker:
        raise Refused(_("Indiquez qui fait cette demande."), "asker", code="request")
    return _receive(
        actor, RequestKind(kind), RequestChannel(channel), person, asker, contact, details, received_on, days
    )


@acting(Permission.OWN_REQUEST)
def ask(
    actor: Actor, person: Person, *, kind: RequestKind | str, details: str | None, days: int = ANSWER_DAYS
) -> PersonalRequest:
    """A request that somebody makes from their own account. Their identity is checked all the same: erasure is final.

    Refused while the same request is open.
    """
    today = clock.today()
    return _receive(
        actor, RequestKind(kind), RequestChannel.ACCOUNT, person, None, None, details, today, days
    )


def _receive(
    actor: Actor,
    kind: RequestKind,
    channel: RequestChannel,
    person: Person | None,
    asker: str | None,
    contact: str | None,
    details: str | None,
    received_on: dt.date,
    days: int,
) -> PersonalRequest:
    if person is not None and person.erased_at is not None:
        raise Refused(_("Les données de cette personne sont déjà effacées."), "person", code="erased")
    if person is not None and queries.is_asked(person.id, kind):
        raise Refused(_("La même demande est déjà en cours pour cette personne."), "kind", code="request")
    made = PersonalRequest(
        person_id=person.id if person is not None else None,
        kind=kind,
        channel=channel,
        asker=clean_text(asker, 200) or None,
        contact=clean_text(contact, 300) or None,
        details=_said(kind, details),
        received_on=received_on,
        due_on=due_on(kind, received_on, days),
        recorded_by_id=actor.account_id,
    )
    db.session.add(made)
    db.session.flush()
    # Names, addresses and what is asked for stay out of the chain, which could not forget them.
    after = {
        "kind": kind,
        "channel": channel,
        "received_on": received_on,
        "due_on": made.due_on,
        "person_id": made.person_id,
    }
    journal.record(db.session, actor, "privacy:request:receive", made, after=after)
    return made


def _said(kind: RequestKind, details: str | None) -> str | None:
    said = clean_text(details, 2000, lines=True) or None
    if said is None and kind in TO_SPECIFY:
        raise Refused(
            _("Précisez ce qui est à rectifier, ou à quoi la personne s'oppose."), "details", code="details"
        )
    return said


def move(
    actor: Actor, request: PersonalRequest, name: str, *, proof: str | None = None, reason: str | None = None
) -> None:
    """Take one of the steps of `MOVES`. Flushes.

    `proof` says how the identity was made sure of, `reason` why the request is refused. Refused from another
    state, without the permission, without what the step needs, and where an erasure is called done by hand.
    """
    request = queries.held(request.id)
    step = checked_move(MOVES, name, request.state, actor, reason)
    if name == "check" and not (proof or "").strip():
        raise Refused(_("Indiquez comment l'identité a été vérifiée."), "proof", code="proof")
    if name == "done" and request.kind is RequestKind.ERASURE and request.person_id is not None:
        raise Refused(_("Un effacement s'exécute depuis sa page."), "state", code="erasure")
    before, request.state = request.state, step.target
    if name == "check":
        request.proof = clean_text(proof, 300)
    if name in ("grant", "refuse"):
        request.decided_at, request.decided_by_id = clock.now(), actor.account_id
        request.reason = clean_text(reason, 1000) or None
    if name == "done":
        request.done_at = clock.now()
    db.session.flush()
    journal.record(
        db.session,
        actor,
        f"privacy:request:{name}",
        request,
        before={"state": before},
        after={"state": request.state},
    )
