"""Records that may be one person: suspected here, decided by a person (RULES, Counting; D4)."""

from __future__ import annotations

from collections.abc import Iterable

from cohorts.enrolment.queries import records_of
from cohorts.people import queries
from cohorts.people.models import PairDecision, PairState, Person, PersonPair
from cohorts.people.rules.identity import refuse_erased
from programme.base import clock, journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

_EVENTS = {
    PairState.OPEN: "people:pair:reopen",
    PairState.SAME: "people:pair:same",
    PairState.DISTINCT: "people:pair:distinct",
}

journal.declare(
    {
        "people:pair:suspect": _l("Doublon probable signalé"),
        "people:pair:settle": _l("Doublon écarté : deux numéros de CNIE"),
        "people:pair:same": _l("Doublon confirmé : une seule personne"),
        "people:pair:distinct": _l("Doublon écarté : deux personnes"),
        "people:pair:reopen": _l("Doublon de nouveau à examiner"),
    },
    {"other": _l("Autre fiche")},
)


def suspect(actor: Actor, person: Person) -> list[Person]:
    """Remember the records that look like this person's as pairs; answers those not decided on. Flushes."""
    settle_two_cards(actor, [person])
    suspects = []
    for other in queries.alike(person):
        pair = remember_pair(actor, person, other)
        if pair.state is PairState.OPEN:
            suspects.append(other)
    return suspects


def remember_pair(actor: Actor, person: Person, other: Person) -> PersonPair:
    """The pair of two records, made where nobody suspected it before. Flushes."""
    pair = queries.pair_of(person.id, other.id)
    if pair is None:
        low, high = sorted((person.id, other.id))
        pair = PersonPair(first_id=low, second_id=high, state=PairState.OPEN)
        db.session.add(pair)
        db.session.flush()
        journal.record(db.session, actor, "people:pair:suspect", person, after={"other": other.id})
    return pair


def settle_two_cards(actor: Actor, persons: Iterable[Person]) -> None:
    """Decide the pairs of records that have both got a national id, and another one: two persons. Flushes.

    What joined two national ids by way of a record without one is opened again: somebody erred.
    """
    db.session.flush()
    named = [one for one in persons if one.national_id_hash is not None]
    involved = queries.pairs_involving([one.id for one in named])
    if not involved:
        return
    has_card = queries.identified({one for pair in involved for one in (pair.first_id, pair.second_id)})
    for pair in involved:
        if {pair.first_id, pair.second_id} <= has_card:
            _write(actor, pair, PairState.DISTINCT, None, "people:pair:settle")
    db.session.flush()
    for person in named:
        records = records_of(person.id)
        if len(records) > 1 and queries.cards(records) > 1:
            for pair in queries.pairs_among(records, PairState.SAME):
                _write(actor, pair, PairState.OPEN, None, "people:pair:reopen")
            db.session.flush()


@acting(Permission.TRAINEE_DECIDE)
def decide_pair(actor: Actor, pair: PersonPair, state: PairState | str, *, reason: str | None = None) -> None:
    """Say whether two records are one person, on which the figures then depend (RULES, Counting).

    Both records and their histories stay; the decision can be taken back. Refused once it is decided, for
    who entered or changed one of the records (RULES C6), and where one person would have two national ids,
    two places in one regional programme (RULES C2) or two records that were decided to be two persons, by way
    of other records too; nor is a record decided on whose data were erased: nothing is left to compare.
    """
    target, pair = PairState(state), queries.held_pair(pair.id)
    if pair.state is not PairState.OPEN or target is PairState.OPEN:
        raise Refused(_("Ce doublon a déjà été traité."), "state", code="decided")
    _refuse_own(actor, pair)
    for ident in (pair.first_id, pair.second_id):
        refuse_erased(db.session.get_one(Person, ident))
    if target is PairState.SAME:
        _refuse_contradicted(pair)
    _write(actor, pair, target, reason, _EVENTS[target])
    db.session.flush()


@acting(Permission.TRAINEE_DECIDE)
def reopen_pair(actor: Actor, pair: PersonPair, *, reason: str) -> None:
    """Take a decision back from today on; what was known before it stays reproducible (RULES D4).

    Refused while nothing is decided, without a reason, for who entered or changed one of the records (RULES
    C6), and where two national ids decided.
    """
    pair = queries.held_pair(pair.id)
    if pair.state is PairState.OPEN:
        raise Refused(_("Rien n'est encore tranché pour ces deux fiches."), "state", code="open")
    if not (why := clean_text(reason, 500)):
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    _refuse_own(actor, pair)
    if queries.cards((pair.first_id, pair.second_id)) == 2:
        raise _two_cards()
    _write(actor, pair, PairState.OPEN, why, _EVENTS[PairState.OPEN])
    db.session.flush()


def _refuse_own(actor: Actor, pair: PersonPair) -> None:
    if actor.account_id is not None and actor.account_id in queries.recorders(
        [pair.first_id, pair.second_id]
    ):
        raise Refused(_("Vous avez saisi l'une de ces fiches : une autre personne doit trancher."), code="C6")


def _refuse_contradicted(pair: PersonPair) -> None:
    """Refuse to make one person of records that are known to be several."""
    records = queries.joined(pair)
    if queries.cards(records) > 1:
        raise _two_cards()
    if queries.pairs_among(records, PairState.DISTINCT):
        message = _("Parmi les fiches ainsi réunies, deux ont été reconnues comme deux personnes.")
        raise Refused(message, code="distinct")
    if queries.holds_two_places(records):
        message = _(
            "Ces deux fiches ont chacune une place dans la même déclinaison régionale : retirez-en une d'abord."
        )
        raise Refused(message, code="C2")


def _two_cards() -> Refused:
    return Refused(_("Ces fiches portent deux numéros de CNIE : ce sont deux personnes."), code="D1")


def _write(actor: Actor, pair: PersonPair, state: PairState, reason: str | None, event: str) -> None:
    """The new state, the decision that figures known on a later day read, and an entry for both persons."""
    now = clock.now()
    pair.state = state
    pair.decided_at = None if state is PairState.OPEN else now
    pair.decided_by_id = None if state is PairState.OPEN else actor.account_id
    decision = PairDecision(
        pair_id=pair.id, state=state, decided_at=now, decided_by_id=actor.account_id, reason=reason
    )
    db.session.add(decision)
    for one, other in ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id)):
        journal.record(db.session, actor, event, ("person", one), after={"other": other}, reason=reason)
