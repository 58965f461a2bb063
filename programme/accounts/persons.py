"""Which person a trainee's account is: found by name or national id, both typed in a form and never in an address."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g

from cohorts.people import queries as people
from cohorts.people.models import Person
from programme.accounts import queries
from programme.accounts.forms import Delegated
from programme.base import journal
from programme.base.cleaning import Unclean, clean_national_id
from programme.base.folding import fold
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.noting import note
from programme.base.vault import vault

FEW = 8
"""Namesakes that are offered; of more, none is."""
WORDS, LETTERS = 2, 3
"""Whole words of a name that a search asks for, and their letters: an administrator names someone."""
SEARCHED = "account:person:searched"

journal.declare({SEARCHED: _l("Personne cherchée pour un compte")}, {"found": _l("Trouvées")})


def chosen(form: Delegated) -> list[int] | None:
    """Id of the person that the form names, empty where it names none, or None with an error beside the field.

    Several of one name are offered, with what is shown of their cards, to choose from. Every search is
    journalled, without its text: whoever administers accounts reads nothing else of the programme.
    """
    text = form.person.data
    if not text:
        return []
    found = _called(text)
    if found is not None:
        note(g.actor, SEARCHED, ("account", None), found=min(len(found), FEW + 1))
    if found is None:
        form.refuse(
            _("Indiquez le prénom et le nom en entier, ou le numéro de la carte nationale."), "person"
        )
    elif not found:
        form.refuse(_("Personne ne répond à ce nom ou à ce numéro."), "person")
    elif len(found) == 1:
        return [found[0].id]
    elif len(found) > FEW:
        form.refuse(
            _("Trop de personnes répondent à ce nom : précisez, ou donnez le numéro de la carte nationale."),
            "person",
        )
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
    words = fold(text).split()
    if len({word for word in words if len(word) >= LETTERS}) < WORDS:
        return None
    return queries.persons_called(words, FEW + 1)


def _one_of(form: Delegated, found: Sequence[Person]) -> list[int] | None:
    form.person_choice.choices = [
        (str(one.id), " · ".join(filter(None, [str(one.name), one.national_id_masked]))) for one in found
    ]
    picked = form.person_choice.data
    if picked in {value for value, _label in form.person_choice.choices}:
        return [int(picked)]
    form.refuse(_("Plusieurs personnes répondent à ce nom : choisissez."), "person_choice")
    return None
