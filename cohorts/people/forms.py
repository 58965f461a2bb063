"""Forms of persons and their consents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import EmailField, SelectChoice, SelectField, TelField
from wtforms.validators import DataRequired, Length, Optional

from cohorts.people.models import ConsentChannel, ConsentPurpose, Person, Sex
from programme.base import clock
from programme.base.cleaning import format_phone
from programme.base.forms import CreatingForm, DayField, EditingForm, HouseForm, TextField, tidy
from programme.base.language import Language
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled

_NEEDED = _l("Ce champ est obligatoire.")
CONSENT_TEXT = "2023-1"
"""The version of the consent texts that were in use before texts were published here."""


def labelled(kind: type[Labelled]) -> list[SelectChoice]:
    """The members of a labelled enum to choose from, their labels said when they are shown."""
    return [SelectChoice(one.value, one.label) for one in kind]


class IdentityFields(HouseForm):
    """Who someone is; `identity` gives it as the rules take it."""

    identity_names = ("name_ar", "name_fr", "national_id", "sex", "birth_date", "phone", "email")
    name_ar = TextField(_l("Nom en arabe"), [DataRequired(_NEEDED)])
    name_fr = TextField(_l("Nom en français"))
    national_id = TextField(
        _l("Numéro de CNIE"),
        length=40,
        description=_l("Conservé chiffré ; il permet de reconnaître une personne déjà enregistrée."),
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )
    sex = SelectField(
        _l("Sexe"),
        coerce=lambda value: Sex(value) if value else None,
        choices=[SelectChoice("", _l("Non précisé")), *labelled(Sex)],
    )
    birth_date = DayField(_l("Date de naissance"), [Optional()])
    phone = TelField(_l("Téléphone"), [Optional(), Length(max=60)], filters=[tidy])
    email = EmailField(_l("Adresse électronique"), [Optional(), Length(max=254)], filters=[tidy])

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments of `people.rules.find_or_make`."""
        return {name: self[name].data for name in self.identity_names}


class EditPersonForm(IdentityFields, EditingForm):
    """A person's data; the national id stays blank, and sealed, unless another is typed."""

    @classmethod
    def of(cls, person: Person) -> EditPersonForm:
        form = cls(obj=person, national_id=None)
        if person.national_id_masked:
            form.national_id.description = _(
                "Numéro enregistré : %(number)s. Laissez le champ vide pour le garder.",
                number=f"\u2066{person.national_id_masked}\u2069",
            )
        form.known = {"national_id": person.national_id_masked}
        if person.phone:
            form.known["phone"] = format_phone(person.phone)
            if not form.is_submitted():
                form.phone.data = form.known["phone"]
        return form


class ReopenPairForm(CreatingForm):
    """Why a decision on two records is taken back."""

    reason = TextField(_l("Motif"), [DataRequired(_NEEDED)], length=500)


class ConsentForm(CreatingForm):
    """One consent (RULES D2)."""

    purpose = SelectField(_l("Objet"), choices=labelled(ConsentPurpose))
    channel = SelectField(_l("Mode de recueil"), choices=labelled(ConsentChannel))
    language = SelectField(
        _l("Langue du texte"), choices=[SelectChoice(one.value, one.own_name) for one in Language]
    )
    text_version = SelectField(_l("Version du texte"), [DataRequired(_NEEDED)])
    given_on = DayField(_l("Donné le"), [DataRequired(_NEEDED)], default=clock.today)

    def offer(self, versions: Iterable[str]) -> None:
        """Set the versions to choose from, the one in force first; the first ever where none was published."""
        self.text_version.choices = list(dict.fromkeys(versions)) or [CONSENT_TEXT]

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the rule."""
        names = ("purpose", "channel", "language", "text_version", "given_on")
        return {name: self[name].data for name in names}
