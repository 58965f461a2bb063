"""Finding or making the persons of a whole sheet with few statements; the rules are those of `rules.find_or_make`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.orm import Session

from cohorts.people import queries, rules
from cohorts.people.models import Person
from cohorts.people.rules import identity, pairs, persons
from programme.base import journal
from programme.base.access import Actor, Permission, Scope
from programme.base.cleaning import Cleaned, clean_national_id
from programme.base.folding import person_key
from programme.base.vault import vault

Traits = tuple[str, dt.date, str]


class Many:
    """One run over a sheet: what it names is read once, and what it makes is flushed by `finish`.

    `names` and `national_ids` are all those of the sheet, as they are written there.
    """

    def __init__(
        self,
        actor: Actor,
        session: Session,
        names: Iterable[str],
        national_ids: Iterable[str | None],
        scope: Scope | None = None,
    ) -> None:
        actor.must(Permission.TRAINEE_WRITE)
        self.actor, self.session, self.scope = actor, session, scope
        cards = {card.value for card in map(clean_national_id, national_ids) if card.value}
        hashes = {one for value in cards for one in vault().keyed_hashes(value)}
        self._by_hash = {one.national_id_hash: one for one in queries.with_hashes(hashes)}
        self._alike: dict[Traits, list[Person]] = {}
        for person in queries.with_name_keys({person_key(name)[:300] for name in names}):
            self._remember(person)
        self._suspected: list[tuple[Person, Person]] = []
        self._identified: list[Person] = []

    def find_or_make(
        self, *, national_id: str | None = None, within: Collection[Person] = (), **data: Any
    ) -> rules.Found:
        """As `rules.find_or_make`, `within` being records; a person made has no id before `finish`."""
        blank = dict.fromkeys(rules.PLAIN)
        given = identity.cleaned(**{**blank, **data})
        card = clean_national_id(national_id)
        known = self._known(card, given, within)
        if known is not None:
            changed = persons.update(self.actor, known, given, card, overwrite=False)
            identity.keep_typed(known, changed, phone=data.get("phone"), card=card)
            if "national_id" in changed:
                self._identified.append(known)
            suspects = self._note(known, changed)
            return rules.Found(known, False, changed, suspects)
        person = Person(
            **given,
            sort_key=identity.sort_key(given["name_ar"]),
            name_key=identity.name_key(given["name_ar"]),
        )
        identity.seal(person, card)
        identity.keep_typed(person, identity.TYPED, phone=data.get("phone"), card=card)
        self.session.add(person)
        after = {**given, "national_id": card.value}
        journal.record(
            self.session, self.actor, "people:person:add", person, after=after, hidden=rules.HIDDEN
        )
        return rules.Found(person, True, {}, self._note(person, {"new": (None, None)}))

    def finish(self) -> None:
        """Flush, settle the pairs of two national ids, remember records that look alike (RULES, Counting)."""
        pairs.settle_two_cards(self.actor, self._identified)
        for person, other in self._suspected:
            pairs.remember_pair(self.actor, person, other)
        self._identified.clear()
        self._suspected.clear()
        self.session.flush()

    def _known(self, card: Cleaned, given: dict[str, Any], within: Collection[Person]) -> Person | None:
        if card.value:
            for one in vault().keyed_hashes(card.value):
                if one in self._by_hash:
                    found = self._by_hash[one]
                    if found.id is not None:
                        identity.refuse_stranger(self.scope, found, given)
                    return found
        key = identity.name_key(given["name_ar"])
        for person in within:
            is_another = card.value and person.national_id_hash
            if person.name_key == key and not is_another and not identity.contradicts(person, given):
                return person
        return None

    def _note(self, person: Person, changed: rules.Changed) -> list[Person]:
        """Index a new or changed person; answers the records that look like it."""
        if person.national_id_hash is not None:
            self._by_hash[person.national_id_hash] = person
        if not changed or person.birth_date is None or person.phone is None:
            return []
        traits = (person.name_key, person.birth_date, person.phone)
        others = [
            other
            for other in self._alike.get(traits, [])
            if other is not person and not (person.national_id_hash and other.national_id_hash)
        ]
        self._suspected += [(person, other) for other in others]
        self._remember(person)
        return others

    def _remember(self, person: Person) -> None:
        if person.birth_date is None or person.phone is None:
            return
        known = self._alike.setdefault((person.name_key, person.birth_date, person.phone), [])
        if person not in known:
            known.append(person)
