"""Finding, making and editing persons; national ids sealed (RULES D1), odd ones kept and flagged (A5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cohorts.people import queries
from cohorts.people.models import (
    Consent,
    ConsentChannel,
    ConsentPurpose,
    PairState,
    Person,
    PersonPair,
    Sex,
)
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Scope, acting
from programme.base.cleaning import Cleaned, clean_email, clean_national_id, clean_phone, mask_national_id
from programme.base.extensions import db
from programme.base.folding import fold, person_key
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.vault import vault

PLAIN = ("name_ar", "name_fr", "sex", "birth_date", "phone", "email", "commune_id")
HIDDEN = ("name_ar", "name_fr", "national_id", "birth_date", "phone", "email")
"""Fields whose values never enter the journal, which could not forget them."""

journal.declare(
    {
        "people:person:add": _l("Personne enregistrée"),
        "people:person:edit": _l("Fiche modifiée"),
        "people:person:identify": _l("Numéro de CNIE lu en entier"),
        "people:consent:give": _l("Consentement recueilli"),
        "people:consent:withdraw": _l("Consentement retiré"),
        "people:pair:suspect": _l("Doublon probable signalé"),
        "people:pair:distinct": _l("Doublon écarté : deux numéros de CNIE"),
    },
    {
        "national_id": _l("Numéro de CNIE"),
        "sex": _l("Sexe"),
        "birth_date": _l("Date de naissance"),
        "phone": _l("Téléphone"),
        "email": _l("Courriel"),
        "commune_id": _l("Commune"),
        "text_version": _l("Version du texte"),
        "language": _l("Langue du texte"),
        "channel": _l("Recueilli par"),
        "given_on": _l("Donné le"),
        "withdrawn_on": _l("Retiré le"),
        "other": _l("Autre fiche"),
    },
)

Changed = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """What `find_or_make` answers. `changed`: {field: (before, after)}, a national id masked."""

    person: Person
    created: bool
    changed: Changed = field(default_factory=dict)
    suspects: list[Person] = field(default_factory=list)


@acting(Permission.TRAINEE_WRITE)
def find_or_make(
    actor: Actor,
    *,
    name_ar: str | None,
    name_fr: str | None = None,
    national_id: str | None = None,
    sex: Sex | str | None = None,
    birth_date: dt.date | None = None,
    phone: str | None = None,
    email: str | None = None,
    commune_id: int | None = None,
    within: Collection[int] = (),
    overwrite: bool = False,
    scope: Scope | None = None,
) -> Found:
    """The person whom these data name, made where nobody is (RULES, Counting and D1). Flushes.

    The same national id is the same person. Otherwise only one of `within` (ids of persons already on this
    sheet, or in this association's seat) with the same name key and nothing that contradicts; else a new
    person. Records that only look alike are remembered as pairs and answered as `suspects`: nobody is
    merged here. What is given fills empty fields, and with `overwrite` replaces differing ones.

    With the `scope` of who writes, a national id does not open the file of someone outside it whose name
    has no word in common with the one given: that is refused, naming nobody (RULES D1).
    """
    given = _cleaned(name_ar, name_fr, sex, birth_date, phone, email, commune_id)
    card = clean_national_id(national_id)
    known = _known(card, given, within, scope)
    if known is None:
        person = _make(actor, given, card)
        return Found(person, True, {}, _suspect(actor, person))
    changed = _update(actor, known, given, card, overwrite)
    return Found(known, False, changed, _suspect(actor, known) if changed else [])


@acting(Permission.TRAINEE_WRITE)
def edit_person(
    actor: Actor,
    person: Person,
    *,
    national_id: str | None = None,
    scope: Scope | None = None,
    **fields: Any,
) -> Changed:
    """Change a person's data; a blank `national_id` keeps the one that is sealed.

    Refused where the national id is another person's, who is named only inside `scope`, or the name is
    empty. Answers what changed.
    """
    merged = {name: fields.get(name, getattr(person, name)) for name in PLAIN}
    given = _cleaned(**merged)
    card = clean_national_id(national_id)
    if card.value and (other := queries.by_hashes(vault().keyed_hashes(card.value))) not in (None, person):
        assert other is not None
        if not _is_seen(scope, other):
            raise _taken()
        message = _("Ce numéro est déjà celui de %(name)s.", name=other.name)
        raise Refused(message, "national_id", code="D1")
    changed = _set(person, {name: given[name] for name in PLAIN if name in fields}, card, overwrite=True)
    _note_edit(actor, person, changed)
    if changed:
        _suspect(actor, person)
    return changed


@acting(Permission.TRAINEE_IDENTIFY)
def full_national_id(actor: Actor, person: Person) -> str:
    """The whole national id, empty where there is none; each reading is in the journal (RULES D1)."""
    if person.national_id_sealed is None:
        return ""
    journal.record(db.session, actor, "people:person:identify", person)
    return vault().open(person.national_id_sealed)


@acting(Permission.TRAINEE_WRITE)
def give_consent(
    actor: Actor,
    person: Person,
    *,
    purpose: ConsentPurpose | str,
    text_version: str,
    language: str,
    channel: ConsentChannel | str,
    given_on: dt.date,
) -> Consent:
    """Record one answer of a person (RULES D2): which text, in which language, how and when.

    Refused for a day to come, and while a consent to the same purpose stands.
    """
    if given_on > clock.today():
        raise Refused(_("Cette date est à venir."), "given_on", code="D2")
    standing = [one for one in queries.consents_of(person) if one.withdrawn_on is None]
    if any(one.purpose == ConsentPurpose(purpose) for one in standing):
        raise Refused(_("Ce consentement est déjà recueilli."), "purpose", code="D2")
    values = {
        "purpose": ConsentPurpose(purpose),
        "text_version": text_version,
        "language": language,
        "channel": ConsentChannel(channel),
        "given_on": given_on,
    }
    consent = Consent(person_id=person.id, **values)
    db.session.add(consent)
    db.session.flush()
    journal.record(db.session, actor, "people:consent:give", person, after=values)
    return consent


@acting(Permission.TRAINEE_WRITE)
def withdraw_consent(actor: Actor, person: Person, consent: Consent, on: dt.date) -> None:
    """End a consent on a day; refused twice and before it was given. Other purposes stand (RULES D2)."""
    if consent.withdrawn_on is not None:
        raise Refused(_("Ce consentement est déjà retiré."), code="D2")
    if on < consent.given_on:
        raise Refused(_("Le retrait précède le consentement."), "on", code="D2")
    consent.withdrawn_on = on
    db.session.flush()
    after = {"purpose": consent.purpose, "withdrawn_on": on}
    journal.record(db.session, actor, "people:consent:withdraw", person, after=after)


def _cleaned(
    name_ar: str | None,
    name_fr: str | None,
    sex: Sex | str | None,
    birth_date: dt.date | None,
    phone: str | None,
    email: str | None,
    commune_id: int | None,
) -> dict[str, Any]:
    name_ar, name_fr = (name_ar or "").strip(), (name_fr or "").strip() or None
    if not fold(name_ar or name_fr or ""):
        raise Refused(_("Indiquez le nom."), "name_ar", code="required")
    if birth_date is not None and not dt.date(1900, 1, 1) <= birth_date <= clock.today():
        raise Refused(_("Cette date de naissance est impossible."), "birth_date", code="birth_date")
    return {
        "name_ar": name_ar or name_fr,
        "name_fr": name_fr,
        "sex": Sex(sex) if sex else None,
        "birth_date": birth_date,
        "phone": (clean_phone(phone).value or "")[:40] or None,
        "email": (clean_email(email).value or "")[:254] or None,
        "commune_id": commune_id,
    }


def refuse_stranger(scope: Scope | None, person: Person, given: Mapping[str, Any]) -> None:
    """Refuse to answer a national id with someone outside the scope who goes by another name (RULES D1)."""
    mine = {*person_key(person.name_ar).split(), *person_key(person.name_fr or "").split()}
    theirs = {*person_key(given["name_ar"]).split(), *person_key(given["name_fr"] or "").split()}
    if not mine & theirs and not _is_seen(scope, person):
        raise _taken()


def _is_seen(scope: Scope | None, person: Person) -> bool:
    return scope is None or queries.get_person(scope, person.id) is not None


def _taken() -> Refused:
    sentence = _(
        "Ce numéro est déjà enregistré sous un autre nom : vérifiez-le ou adressez-vous au responsable régional."
    )
    return Refused(sentence, "national_id", code="D1")


def _known(
    card: Cleaned, given: Mapping[str, Any], within: Collection[int], scope: Scope | None
) -> Person | None:
    if card.value:
        found = queries.by_hashes(vault().keyed_hashes(card.value))
        if found is not None:
            refuse_stranger(scope, found, given)
            return found
    for person in queries.among(within, person_key(given["name_ar"])):
        if not (card.value and person.national_id_hash) and not _contradicts(person, given):
            return person
    return None


def _contradicts(person: Person, given: Mapping[str, Any]) -> bool:
    return any(
        given[name] is not None and getattr(person, name) is not None and given[name] != getattr(person, name)
        for name in ("birth_date", "phone")
    )


def _make(actor: Actor, given: Mapping[str, Any], card: Cleaned) -> Person:
    person = Person(**given, sort_key=_sort_key(given["name_ar"]), name_key=_name_key(given["name_ar"]))
    _seal(person, card)
    db.session.add(person)
    db.session.flush()
    after = {**given, "national_id": card.value}
    journal.record(db.session, actor, "people:person:add", person, after=after, hidden=HIDDEN)
    return person


def _update(
    actor: Actor, person: Person, given: Mapping[str, Any], card: Cleaned, overwrite: bool
) -> Changed:
    values = {name: value for name, value in given.items() if value is not None}
    changed = _set(person, values, card, overwrite)
    _note_edit(actor, person, changed)
    return changed


def _set(person: Person, values: Mapping[str, Any], card: Cleaned, overwrite: bool) -> Changed:
    changed: Changed = {}
    for name, value in values.items():
        before = getattr(person, name)
        if before == value or (before is not None and not overwrite):
            continue
        changed[name] = (before, value)
        setattr(person, name, value)
    if "name_ar" in changed:
        person.sort_key, person.name_key = _sort_key(person.name_ar), _name_key(person.name_ar)
    if card.value and _is_new_card(person, card.value) and (overwrite or person.national_id_hash is None):
        changed["national_id"] = (person.national_id_masked, mask_national_id(card.value))
        _seal(person, card)
    return changed


def _is_new_card(person: Person, value: str) -> bool:
    return person.national_id_hash not in vault().keyed_hashes(value)


def _seal(person: Person, card: Cleaned) -> None:
    if not card.value:
        return
    person.national_id_sealed = vault().seal(card.value)
    person.national_id_hash = vault().keyed_hash(card.value)
    person.national_id_masked = mask_national_id(card.value)
    person.is_national_id_odd = card.flag is not None


def _note_edit(actor: Actor, person: Person, changed: Changed) -> None:
    if not changed:
        return
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "people:person:edit",
        person,
        before={name: pair[0] for name, pair in changed.items()},
        after={name: pair[1] for name, pair in changed.items()},
        hidden=HIDDEN,
    )


def _suspect(actor: Actor, person: Person) -> list[Person]:
    """Remember pairs of records that may be one person; answers those not decided on."""
    suspects = []
    for old in queries.pairs_of_two_cards(person):
        old.state, old.decided_at, old.decided_by_id = PairState.DISTINCT, clock.now(), actor.account_id
        after = {"other": old.second_id if old.first_id == person.id else old.first_id}
        journal.record(db.session, actor, "people:pair:distinct", person, after=after)
    db.session.flush()
    for other in queries.alike(person):
        pair = queries.pair_of(person.id, other.id)
        if pair is None:
            low, high = sorted((person.id, other.id))
            db.session.add(PersonPair(first_id=low, second_id=high))
            db.session.flush()
            after = {"other": other.id}
            journal.record(db.session, actor, "people:pair:suspect", person, after=after)
        if pair is None or pair.state is PairState.OPEN:
            suspects.append(other)
    return suspects


def _sort_key(name: str) -> str:
    return fold(name)[:300]


def _name_key(name: str) -> str:
    return person_key(name)[:300]
