"""Which person a trainee's account is: found by name or national id, both typed in a form and never in an address."""

from __future__ import annotations

from collections.abc import Sequence

from cohorts.people import queries as people
from cohorts.people.models import Person
from programme.accounts.forms import Delegated
from programme.base.access import Scope
from programme.base.cleaning import Unclean, clean_national_id
from programme.base.language import gettext as _
from programme.base.vault import vault

FEW = 8
WORDS = 2
"""Words of a name that a search asks for: an administrator names someone, and leafs through nobody."""


def chosen(form: Delegated) -> list[int] | None:
    """Id of the person that the form names, empty where it names none, or None with an error beside the field.

    Several of one name are offered with their associations, to choose from.
    """
    text = form.person.data
    if not text:
        return []
    found = _called(text)
    if found is None:
        form.refuse(_("Indiquez le prénom et le nom, ou le numéro de la carte nationale."), "person")
    elif not found:
        form.refuse(_("Personne ne répond à ce nom ou à ce numéro."), "person")
    elif len(found) == 1:
        return [found[0].id]
    else:
        return _one_of(form, found)
    return None


def _called(text: str) -> Sequence[Person] | None:
    try:
        card = clean_national_id(text)
    except Unclean:
        return None
    if card.value and not card.flag:
        one = people.by_hashes(vault().keyed_hashes(card.value))
        return [one] if one else []
    if len(text.split()) < WORDS:
        return None
    return people.persons_named(Scope.country(), text, FEW)


def _one_of(form: Delegated, found: Sequence[Person]) -> list[int] | None:
    associations = people.associations_by_person(Scope.country(), [one.id for one in found])
    form.person_choice.choices = [
        (str(one.id), " · ".join([str(one.name), *associations.get(one.id, [])])) for one in found
    ]
    picked = form.person_choice.data
    if picked in {value for value, _label in form.person_choice.choices}:
        return [int(picked)]
    form.refuse(_("Plusieurs personnes répondent à ce nom : choisissez."), "person_choice")
    return None
