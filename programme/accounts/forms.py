"""Forms of signing in and of accounts."""

from __future__ import annotations

from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, EqualTo, Length
from wtforms.widgets import CheckboxInput, ListWidget

from programme.base.access import Role
from programme.base.accounts import Serves
from programme.base.forms import CreatingForm, EditingForm, HouseForm, OnceForm, SteppingForm, TextField
from programme.base.language import Language
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l

_NAME = _l("Nom et prénom")
_CHOOSE = {"data-choose": ""}
_PARTIES = (Role.REGIONAL_PARTNER, Role.IMPLEMENTER)


def _of(*roles: Role) -> dict[str, str]:
    """The mark by which the page shows a field with these roles only."""
    return {"data-when": "role " + " ".join(roles)}


class SignInForm(HouseForm):
    """Address and password."""

    email = EmailField(
        _l("Adresse électronique"), [DataRequired(_l("Indiquez votre adresse.")), Length(max=254)]
    )
    password = PasswordField(
        _l("Mot de passe"), [DataRequired(_l("Indiquez votre mot de passe.")), Length(max=200)]
    )
    next = HiddenField()


class ForgottenForm(HouseForm):
    """The address to which a link is sent, where it has an account."""

    email = EmailField(
        _l("Adresse électronique"), [DataRequired(_l("Indiquez votre adresse.")), Length(max=254)]
    )


class PasswordForm(HouseForm):
    """A new password, twice."""

    password = PasswordField(
        _l("Nouveau mot de passe"),
        [DataRequired(_l("Choisissez un mot de passe.")), Length(max=200)],
        description=_l("Au moins 10 caractères ; une phrase courte se retient bien."),
    )
    again = PasswordField(
        _l("Nouveau mot de passe, une seconde fois"),
        [
            DataRequired(_l("Écrivez le mot de passe une seconde fois.")),
            EqualTo("password", _l("Les deux mots de passe diffèrent.")),
        ],
    )


class ChangePasswordForm(PasswordForm):
    """The present password, then the new one twice."""

    current = PasswordField(
        _l("Mot de passe actuel"), [DataRequired(_l("Indiquez votre mot de passe actuel."))]
    )


class CodeForm(HouseForm):
    """A code of the telephone, or a recovery code; `next` is the page to come to."""

    code = StringField(
        _l("Code"),
        [DataRequired(_l("Indiquez le code.")), Length(max=40)],
        description=_l("Les six chiffres de votre application, ou un code de secours."),
        render_kw={"autocomplete": "one-time-code", "dir": "ltr", "spellcheck": "false"},
    )
    next = HiddenField()


class EnrolForm(HouseForm):
    """The first code of a telephone that was just set up."""

    code = StringField(
        _l("Code"),
        [DataRequired(_l("Indiquez le code.")), Length(max=40)],
        description=_l("Les six chiffres que montre l'application."),
        render_kw={"autocomplete": "one-time-code", "dir": "ltr", "inputmode": "numeric"},
    )


class ConfirmForm(CodeForm):
    """Who it is, once more: the password, and the code where the account has a second factor."""

    password = PasswordField(
        _l("Mot de passe"), [DataRequired(_l("Indiquez votre mot de passe.")), Length(max=200)]
    )


class RequirementsForm(HouseForm):
    """Of which roles a second factor is required."""

    roles = SelectMultipleField(
        _l("Rôles"),
        choices=Role.options,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class Delegated(HouseForm):
    """What the account serves, common to creating and editing.

    A field with `data-when` is shown while the role is one of those it names, or while it holds something.
    """

    aliases = {
        "region": "regions",
        "organisation": "organisations",
        "trainer": "trainers",
        "association": "associations",
    }
    role = SelectField(
        _l("Rôle"),
        [DataRequired(_l("Choisissez le rôle."))],
        choices=lambda: [("", _("Choisir un rôle")), *Role.options()],
    )
    regions = SelectMultipleField(
        _l("Régions"),
        coerce=int,
        description=_l("Pour un responsable régional ou un partenaire régional."),
        render_kw=_of(Role.REGIONAL_OFFICER, Role.REGIONAL_PARTNER) | _CHOOSE,
    )
    organisations = SelectMultipleField(
        _l("Organisations"),
        coerce=int,
        description=_l("Pour un partenaire régional ou un opérateur de mise en œuvre."),
        render_kw=_of(*_PARTIES) | _CHOOSE,
    )
    agreements = SelectMultipleField(
        _l("Conventions"),
        coerce=int,
        description=_l("Pour ouvrir une convention précise, en plus de celles de l'organisation."),
        render_kw=_of(*_PARTIES) | _CHOOSE | {"dir": "ltr"},
    )
    trainers = SelectMultipleField(
        _l("Formateur"),
        coerce=int,
        description=_l("Pour un formateur : son nom dans les séances."),
        render_kw=_of(Role.TRAINER) | _CHOOSE,
    )
    associations = TextField(
        _l("Associations"),
        length=500,
        description=_l("Pour un représentant : numéros de récépissé, séparés par des points-virgules."),
        render_kw=_of(Role.ASSOCIATION_REPRESENTATIVE) | {"dir": "ltr"},
    )
    person = TextField(
        _l("Personne"),
        description=_l(
            "Pour un bénéficiaire : son prénom et son nom en entier, ou sa carte nationale. Le journal le retient."
        ),
        render_kw=_of(Role.TRAINEE) | {"autocomplete": "off"},
    )
    person_choice = RadioField(_l("Laquelle de ces personnes ?"), choices=list, validate_choice=False)

    def offer(self, choices: dict[str, list[tuple[int, str]]]) -> None:
        """Fill the lists of what can be served."""
        self.regions.choices = choices["region"]
        self.organisations.choices = choices["organisation"]
        self.agreements.choices = choices["agreement"]
        self.trainers.choices = choices["trainer"]

    def receipts(self) -> list[str]:
        """The receipt numbers typed."""
        return [part.strip() for part in (self.associations.data or "").split(";") if part.strip()]

    def served(self, associations: list[int], persons: list[int]) -> dict[Serves, list[int]]:
        """What was chosen, as the rules take it; a person who is not named anew stays."""
        chosen = {
            Serves.REGION: self.regions.data or [],
            Serves.ORGANISATION: self.organisations.data or [],
            Serves.AGREEMENT: self.agreements.data or [],
            Serves.TRAINER: self.trainers.data or [],
            Serves.ASSOCIATION: associations,
        }
        return chosen | ({Serves.PERSON: persons} if persons else {})


class NewAccountForm(Delegated, CreatingForm):
    """Invite someone."""

    email = EmailField(
        _l("Adresse électronique"), [DataRequired(_l("Indiquez une adresse.")), Length(max=254)]
    )
    name = TextField(_NAME, [DataRequired(_l("Indiquez le nom."))])
    language = SelectField(_l("Langue"), choices=lambda: [(one.value, one.own_name) for one in Language])


class EditAccountForm(Delegated, EditingForm):
    """Change what someone does and serves."""

    name = TextField(_NAME, [DataRequired(_l("Indiquez le nom."))])


class ReasonForm(OnceForm):
    """Why."""

    reason = TextField(_l("Motif"), [DataRequired(_l("Indiquez le motif."))], length=1000)


class StepForm(ReasonForm, SteppingForm):
    """Why an account is changed so."""
