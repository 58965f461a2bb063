"""Erasing what identifies a person, so that figures and the journal's chain stay what they were (law 09-08, article 8).

What remains is a person without a name: the enrolments, attendances and transfers that figures count still belong
to one person, and nobody can say to whom. A text in which the person is named is worded anew by who decides; the
journal's is masked by `programme.base.redacting`. Nothing is done unless all of it can be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from cohorts.enrolment.queries import records_of
from cohorts.people.models import PairState, Person, PersonPair
from cohorts.people.rules import as_typed
from programme.base import clock, journal
from programme.base.access import Actor, Permission, acting
from programme.base.accounts import Account, Serves
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import Check, all_hold
from programme.base.vault import vault
from programme.privacy import folders, queries
from programme.privacy.models import PersonalRequest, RequestKind, RequestState
from programme.privacy.queries.holdings import Holding, holdings
from programme.privacy.queries.papers import Paper, papers_of
from programme.privacy.rules import listed, parts
from programme.privacy.traces import Traces

journal.declare(
    {
        "privacy:person:erase": _l("Données d'une personne effacées"),
        "privacy:text:reword": _l("Texte remplacé : il nommait une personne effacée"),
        "privacy:file:remove": _l("Fichier retiré : il ne concernait qu'une personne effacée"),
    },
    {
        "texts": _l("Textes remplacés"),
        "entries": _l("Entrées du journal masquées"),
        "files": _l("Fichiers retirés"),
        "accounts": _l("Comptes fermés"),
        "left": _l("Textes laissés : ils nomment quelqu'un d'autre"),
        "column": _l("Champ"),
    },
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing a person would do, for who decides to read first."""

    persons: Sequence[Person]
    traces: Traces
    texts: Sequence[Holding]
    papers: Sequence[Paper]
    closed: Sequence[int] = ()
    """Accounts that serve nobody else."""
    kept: Sequence[int] = ()
    """Accounts that serve others too, and stay."""
    checks: Sequence[Check] = ()

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.persons]


@dataclass(frozen=True, slots=True)
class Choices:
    """What was decided: the new wording by a text's token, the texts that name somebody else, the files to remove."""

    words: Mapping[str, str] = field(default_factory=dict)
    others: Collection[str] = ()
    removed: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done, in numbers."""

    texts: int
    entries: int
    files: int
    accounts: int
    left: int


def traces_of(persons: Collection[Person], accounts: Collection[Account] = ()) -> Traces:
    """By what these records, and accounts that are theirs alone, are recognised: numbers opened, not to be kept.

    The name of an account is told only where it has two words at least: one alone is many people's.
    """
    typed = [as_typed(one) for one in persons]
    cards = [vault().open(one.national_id_sealed) for one in persons if one.national_id_sealed]
    return Traces.of(
        [
            *(name for one in persons for name in (one.name_ar, one.name_fr)),
            *(one.name for one in accounts if len(one.name.split()) > 1),
        ],
        [*cards, *(one.get("national_id") for one in typed)],
        [*(one.phone for one in persons), *(one.get("phone") for one in typed)],
        [*(one.email for one in persons), *(one.email for one in accounts)],
    )


def plan(person: Person) -> Plan:
    """What erasing this person means, their records that were decided to be one person included.

    Records that were erased before are left out: nothing tells of them, and what they are called is everybody's.
    """
    whole = sa.select(Person).where(Person.id.in_(records_of(person.id)), Person.erased_at.is_(None))
    persons = db.session.scalars(whole.order_by(Person.id)).all()
    ids = [one.id for one in persons]
    own = {"personal_request": frozenset(one.id for one in queries.requests_of(ids))}
    serving = queries.accounts_of(ids)
    mine = {(Serves.PERSON, one) for one in ids}
    closed = sorted(one for one, served in serving.items() if set(served) <= mine)
    accounts = db.session.scalars(sa.select(Account).where(Account.id.in_(closed)).order_by(Account.id)).all()
    traces = traces_of(persons, accounts)
    return Plan(
        persons,
        traces,
        [one for one in holdings(traces, own) if not one.follows],
        papers_of(ids, traces),
        closed,
        sorted(set(serving) - set(closed)),
        _checks(ids, is_whole=person.id in ids),
    )


def _checks(ids: Sequence[int], *, is_whole: bool) -> list[Check]:
    gone = sa.select(Person.id).where(Person.erased_at.is_not(None))  # nobody can decide on these any more
    pairs = sa.select(PersonPair.id).where(
        PersonPair.state == PairState.OPEN,
        sa.or_(PersonPair.first_id.in_(ids), PersonPair.second_id.in_(ids)),
        PersonPair.first_id.not_in(gone),
        PersonPair.second_id.not_in(gone),
    )
    is_settled = db.session.scalar(pairs.limit(1)) is None
    return [
        Check("whole", _("Les données ne sont pas encore effacées"), is_whole),
        Check("pairs", _("Aucun doublon probable de cette personne n'est à trancher"), is_settled),
    ]


@acting(Permission.REQUEST_DECIDE)
def erase(
    actor: Actor,
    person: Person,
    choices: Choices,
    instance: Path,
    *,
    request: PersonalRequest | None = None,
    is_automatic: bool = False,
) -> Erased:
    """Take out of the database, and of the folders once it commits, all that tells who this person is. Flushes.

    Refused (409) while a doubtful pair is open, where the request is not a granted one for the erasure of this
    person, and where a text that names the person has no new wording and is not said to name somebody else: a
    text that was written meanwhile too. `is_automatic` masks those itself, but for names in other records, which
    nobody looked at: for retention, and to erase again after a restore.
    """
    if request is not None:
        _refuse_ungranted(request, person)
    made = plan(person)
    # Nobody is there to decide on a doubtful pair; the figures go on showing their range.
    all_hold([one for one in made.checks if not (is_automatic and one.name == "pairs")])
    words = _words(made, choices, is_automatic=is_automatic)
    done = _carry_out(actor, made, words, choices, instance)
    if request is not None:
        request.state, request.done_at = RequestState.DONE, clock.now()
        db.session.flush()
        states = {"state": RequestState.GRANTED}, {"state": RequestState.DONE}
        journal.record(db.session, actor, "privacy:request:done", request, before=states[0], after=states[1])
    return done


def _refuse_ungranted(request: PersonalRequest, person: Person) -> None:
    held = queries.held(request.id)
    is_right = held.kind is RequestKind.ERASURE and held.person_id == person.id
    if not is_right or held.state is not RequestState.GRANTED:
        raise Refused(_("Cette demande n'est pas un effacement accordé."), "state", code="state")


def _words(made: Plan, choices: Choices, *, is_automatic: bool) -> dict[Holding, str | None]:
    """What each text becomes; None where it names somebody else. Refused where one was not decided on."""
    found: dict[Holding, str | None] = {}
    for one in made.texts:
        wording = choices.words.get(one.token)
        if one.token in choices.others:
            found[one] = None
        elif one.is_history:
            found[one] = made.traces.masked(one.text)
        elif wording is not None and not made.traces.are_in(wording):
            found[one] = parts.fitting(one, wording)
        elif is_automatic:
            is_anothers = one.is_name_only and parts.is_anothers_name(one)
            found[one] = None if is_anothers else parts.fitting(one, made.traces.masked(one.text))
        else:
            raise Refused(
                _(
                    "Un texte nomme encore cette personne : remplacez-le, ou dites qu'il nomme quelqu'un d'autre."
                ),
                "texts",
                code="texts",
            )
    return found


def _carry_out(
    actor: Actor, made: Plan, words: Mapping[Holding, str | None], choices: Choices, instance: Path
) -> Erased:
    entries = parts.mask_journal(actor, words, made.closed)
    texts = parts.reword(actor, words)
    removed = [one for one in made.papers if one.file_id in choices.removed]
    files = parts.remove_papers(actor, removed, instance / "uploads")
    parts.blank_requests(made.ids)
    parts.blank_import_rows(made.ids)
    parts.close_accounts(actor, made.closed, made.ids)
    parts.drop_mail(made.traces)
    for one in made.persons:
        parts.blank(one)
    db.session.flush()
    done = Erased(texts, entries, files, len(made.closed), sum(one is None for one in words.values()))
    for one in made.persons:
        after = {name: getattr(done, name) for name in ("texts", "entries", "files", "accounts", "left")}
        journal.record(db.session, actor, "privacy:person:erase", one, after=after)
        listed.remember(db.session(), instance, one, [paper.stored_name for paper in removed])
    parts.forget_exports()
    gone = [
        *folders.mails(instance / "outbox", made.traces),
        *folders.drafts(instance / "imports", made.traces),
        *folders.prepared(instance / "exports"),
    ]
    listed.unlink_later(db.session(), gone)
    return done
