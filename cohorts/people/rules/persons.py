"""Finding, making and editing persons; national ids sealed (RULES D1), odd ones kept and flagged (A5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cohorts.people import queries
from cohorts.people.models import Person, Sex
from cohorts.people.rules.identity import (
    HIDDEN,
    PLAIN,
    TYPED,
    Changed,
    cleaned,
    contradicts,
    is_seen,
    keep_typed,
    name_key,
    note_edit,
    refuse_erased,
    refuse_stranger,
    seal,
    set_fields,
    sort_key,
    taken,
)
from cohorts.people.rules.pairs import suspect
from programme.base import journal
from programme.base.access import Actor, Permission, Scope, acting
from programme.base.cleaning import Cleaned, clean_national_id
from programme.base.extensions import db
from programme.base.folding import person_key
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.vault import vault


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
    given = cleaned(name_ar, name_fr, sex, birth_date, phone, email, commune_id)
    card = clean_national_id(national_id)
    known = _known(card, given, within, scope)
    if known is None:
        person = _make(actor, given, card, phone)
        return Found(person, True, {}, suspect(actor, person))
    changed = update(actor, known, given, card, overwrite)
    keep_typed(known, changed, phone=phone, card=card)
    return Found(known, False, changed, suspect(actor, known) if changed else [])


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
    empty, or the person was erased. Answers what changed.
    """
    refuse_erased(person)
    merged = {name: fields.get(name, getattr(person, name)) for name in PLAIN}
    given = cleaned(**merged)
    card = clean_national_id(national_id)
    if card.value and (other := queries.by_hashes(vault().keyed_hashes(card.value))) not in (None, person):
        assert other is not None
        if not is_seen(scope, other):
            raise taken()
        message = _("Ce numéro est déjà celui de %(name)s.", name=other.name)
        raise Refused(message, "national_id", code="D1")
    changed = set_fields(
        person, {name: given[name] for name in PLAIN if name in fields}, card, overwrite=True
    )
    keep_typed(person, changed, phone=fields.get("phone"), card=card)
    note_edit(actor, person, changed)
    if changed:
        suspect(actor, person)
    return changed


@acting(Permission.TRAINEE_IDENTIFY)
def full_national_id(actor: Actor, person: Person) -> str:
    """The whole national id, empty where there is none; each reading is in the journal (RULES D1)."""
    if person.national_id_sealed is None:
        return ""
    journal.record(db.session, actor, "people:person:identify", person)
    return vault().open(person.national_id_sealed)


def _known(
    card: Cleaned, given: Mapping[str, Any], within: Collection[int], scope: Scope | None
) -> Person | None:
    if card.value:
        found = queries.by_hashes(vault().keyed_hashes(card.value))
        if found is not None:
            refuse_stranger(scope, found, given)
            return found
    for person in queries.among(within, person_key(given["name_ar"])):
        if not (card.value and person.national_id_hash) and not contradicts(person, given):
            return person
    return None


def _make(actor: Actor, given: Mapping[str, Any], card: Cleaned, phone: str | None) -> Person:
    person = Person(**given, sort_key=sort_key(given["name_ar"]), name_key=name_key(given["name_ar"]))
    seal(person, card)
    keep_typed(person, TYPED, phone=phone, card=card)
    db.session.add(person)
    db.session.flush()
    after = {**given, "national_id": card.value}
    journal.record(db.session, actor, "people:person:add", person, after=after, hidden=HIDDEN)
    return person


def update(actor: Actor, person: Person, given: Mapping[str, Any], card: Cleaned, overwrite: bool) -> Changed:
    """Fill what is known of a person from what was given, journalled; answers what changed."""
    values = {name: value for name, value in given.items() if value is not None}
    changed = set_fields(person, values, card, overwrite)
    note_edit(actor, person, changed)
    return changed
