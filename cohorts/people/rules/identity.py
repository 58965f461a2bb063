"""What identifies a person, cleaned and sealed: parts of the rules that one record and a whole sheet share."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Mapping
from typing import Any

from cohorts.people import queries
from cohorts.people.models import Person, Sex
from programme.base import clock, journal
from programme.base.access import Actor, Scope
from programme.base.cleaning import Cleaned, clean_email, clean_phone, mask_national_id
from programme.base.extensions import db
from programme.base.folding import fold, person_key
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.vault import vault

PLAIN = ("name_ar", "name_fr", "sex", "birth_date", "phone", "email", "commune_id")
HIDDEN = ("name_ar", "name_fr", "national_id", "birth_date", "phone", "email")
"""Fields whose values never enter the journal, which could not forget them."""
TYPED = ("phone", "national_id")
"""Fields beside which what was typed is kept."""
LONGEST_RAW = 200

journal.declare(
    {
        "people:person:add": _l("Personne enregistrée"),
        "people:person:edit": _l("Fiche modifiée"),
        "people:person:identify": _l("Numéro de CNIE lu en entier"),
    },
    {
        "national_id": _l("Numéro de CNIE"),
        "sex": _l("Sexe"),
        "birth_date": _l("Date de naissance"),
        "phone": _l("Téléphone"),
        "email": _l("Adresse électronique"),
        "commune_id": _l("Commune"),
    },
)

Changed = dict[str, tuple[Any, Any]]


def cleaned(
    name_ar: str | None,
    name_fr: str | None,
    sex: Sex | str | None,
    birth_date: dt.date | None,
    phone: str | None,
    email: str | None,
    commune_id: int | None,
) -> dict[str, Any]:
    """The `PLAIN` fields as they are kept; refused without a name and for an impossible birth date."""
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
    if not mine & theirs and not is_seen(scope, person):
        raise taken()


def refuse_erased(person: Person) -> None:
    """Refuse to write about somebody whose data were erased: that would name them again."""
    if person.erased_at is not None:
        raise Refused(_("Les données de cette personne ont été effacées."), code="erased")


def is_seen(scope: Scope | None, person: Person) -> bool:
    """Whether who writes may see this person; always without a scope."""
    return scope is None or queries.get_person(scope, person.id) is not None


def taken() -> Refused:
    """The refusal of a national id that is someone else's, naming nobody (RULES D1)."""
    sentence = _(
        "Ce numéro est déjà enregistré sous un autre nom : vérifiez-le ou adressez-vous au responsable régional."
    )
    return Refused(sentence, "national_id", code="D1")


def contradicts(person: Person, given: Mapping[str, Any]) -> bool:
    """Whether a birth date or phone given differs from the one that is known."""
    return any(
        given[name] is not None and getattr(person, name) is not None and given[name] != getattr(person, name)
        for name in ("birth_date", "phone")
    )


def set_fields(person: Person, values: Mapping[str, Any], card: Cleaned, overwrite: bool) -> Changed:
    """Fill empty fields, with `overwrite` replace others; answers {field: (before, after)}, an id masked."""
    changed: Changed = {}
    for name, value in values.items():
        before = getattr(person, name)
        if before == value or (before is not None and not overwrite):
            continue
        changed[name] = (before, value)
        setattr(person, name, value)
    if "name_ar" in changed:
        person.sort_key, person.name_key = sort_key(person.name_ar), name_key(person.name_ar)
    if card.value and _is_new_card(person, card.value) and (overwrite or person.national_id_hash is None):
        changed["national_id"] = (person.national_id_masked, mask_national_id(card.value))
        seal(person, card)
    return changed


def _is_new_card(person: Person, value: str) -> bool:
    return person.national_id_hash not in vault().keyed_hashes(value)


def seal(person: Person, card: Cleaned) -> None:
    """Keep a national id encrypted, hashed and masked (RULES D1); nothing where none was given."""
    if not card.value:
        return
    person.national_id_sealed = vault().seal(card.value)
    person.national_id_hash = vault().keyed_hash(card.value)
    person.national_id_masked = mask_national_id(card.value)
    person.is_national_id_odd = card.flag is not None


def keep_typed(person: Person, taken: Container[str], *, phone: str | None, card: Cleaned) -> None:
    """Keep what was typed beside the cleaned phone and national id where it differs, encrypted (RULES A5, D1).

    `taken` names the fields that this input set. Another spelling of a value that stands changes nothing.
    """
    typed = as_typed(person)
    before = dict(typed)
    if "phone" in taken:
        _keep(typed, "phone", clean_phone(phone))
    if "national_id" in taken:
        _keep(typed, "national_id", card)
    if typed != before:
        person.typed_sealed = vault().seal(json.dumps(typed, ensure_ascii=False)) if typed else None


def as_typed(person: Person) -> dict[str, str]:
    """The input behind phone and national id, where it differs from what is kept: never to be shown unmasked."""
    return json.loads(vault().open(person.typed_sealed)) if person.typed_sealed else {}


def _keep(typed: dict[str, str], name: str, value: Cleaned) -> None:
    typed.pop(name, None)
    if value.raw and value.raw != value.value:
        typed[name] = value.raw[:LONGEST_RAW]


def note_edit(actor: Actor, person: Person, changed: Changed) -> None:
    """One journal entry for what changed, personal values left out; none where nothing did."""
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


def sort_key(name: str) -> str:
    """What lists of persons are ordered and searched by."""
    return fold(name)[:300]


def name_key(name: str) -> str:
    """The folded name whatever the order of its words."""
    return person_key(name)[:300]
