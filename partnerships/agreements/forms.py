"""Forms of agreements, their parties, signatures, steps and files."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from partnerships.agreements.models import AgreementKind, PartyRole
from programme.base import clock
from programme.base.cleaning import fold_digits
from programme.base.forms import (
    CreatingForm,
    DayField,
    EditingForm,
    OnceForm,
    SteppingForm,
    TextField,
    tidy,
)
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l

NEEDED = InputRequired(_l("Ce champ est obligatoire."))
LARGEST = Decimal("1e13")
PARTY = ("role", "signatory", "capacity", "cash_mad", "in_kind_mad")


def whole(value: Any) -> int | None:
    """The id of a choice, None for the empty one.

    Such lists take no `Optional`: it would let the empty choice pass where it is not offered.
    """
    return int(value) if value not in (None, "", "None") else None


class MadField(StringField):
    """An amount in dirhams, typed with comma or point; its data are centimes."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = fold_digits("".join(" ".join(valuelist).split())).replace(",", ".")
        self.raw_data = valuelist
        self.data = None
        if not typed:
            return
        try:
            amount = Decimal(typed)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 <= amount < LARGEST or amount * 100 % 1:
            raise ValueError(_("Indiquez un montant en dirhams, comme 150000 ou 1500,50."))
        self.data = int(amount * 100)

    def _value(self) -> str:
        if self.raw_data and self.errors:
            return str(self.raw_data[0])
        return f"{self.data / 100:.2f}".rstrip("0").rstrip(".") if isinstance(self.data, int) else ""


class _Agreement:
    """The terms of an agreement; lists of regions and parents are offered by the page."""

    reference = TextField(_l("Référence"), [NEEDED], length=60, render_kw={"dir": "ltr"})
    kind = SelectField(_l("Type"), choices=AgreementKind.options)
    title_ar = TextField(_l("Intitulé en arabe"), [NEEDED], length=400)
    title_fr = TextField(_l("Intitulé en français"), length=400)
    region_id = SelectField(_l("Région"), coerce=whole)
    parent_id = SelectField(
        _l("Convention parente"),
        coerce=whole,
        description=_l("La convention dont celle-ci découle."),
        render_kw={"data-choose": ""},
    )
    starts_on = DayField(_l("Début"), [NEEDED])
    ends_on = DayField(_l("Fin"), [NEEDED])

    def offer(
        self: Any,
        regions: list[tuple[int, str]],
        parents: list[tuple[int, str]],
        *,
        is_national: bool,
    ) -> None:
        """Fill the lists; «Nationale» only for who may write national agreements."""
        first = [("", _l("Tout le pays"))] if is_national else []
        self.region_id.choices = [*first, *regions]
        self.parent_id.choices = [("", "—"), *parents]

    def terms(self: Any) -> dict[str, Any]:
        """The fields as the rules name them."""
        names = ("reference", "kind", "title_ar", "title_fr", "region_id", "starts_on", "ends_on")
        return {name: self[name].data for name in names}


class NewAgreementForm(_Agreement, CreatingForm):
    """A new draft."""

    aliases = {"parent": "parent_id"}


class EditAgreementForm(_Agreement, EditingForm):
    """The terms of an agreement that nobody signed."""

    aliases = {"parent": "parent_id"}


class _Party(OnceForm):
    """What binds a party, and who is to sign for it."""

    role = SelectField(_l("Rôle dans la convention"), choices=PartyRole.options)
    signatory = TextField(_l("Signataire prévu"))
    capacity = TextField(_l("En qualité de"))
    cash_mad = MadField(
        _l("Apport financier (MAD)"), [Optional()], render_kw={"dir": "ltr", "inputmode": "decimal"}
    )
    in_kind_mad = MadField(
        _l("Apport en nature (MAD)"), [Optional()], render_kw={"dir": "ltr", "inputmode": "decimal"}
    )

    def terms(self) -> dict[str, Any]:
        """The fields of the party as the rules name them, as far as the form has them."""
        said = {name: self[name].data for name in PARTY if name in self}
        return {name: value or 0 if name.endswith("_mad") else value for name, value in said.items()}


class PartyForm(_Party, CreatingForm):
    """One more party, chosen or named."""

    organisation = SelectField(_l("Organisme"), coerce=whole, render_kw={"data-choose": ""})
    name = TextField(
        _l("Ou son nom, s'il n'est pas dans la liste"),
        length=300,
        description=_l("Il sera enregistré ; un sigle entre parenthèses est reconnu."),
    )


class EditPartyForm(_Party, EditingForm):
    """A party that the agreement has."""

    def keep_signatory(self) -> None:
        """Leave out the terms: of an approved text only the expected signatory changes (P2)."""
        for name in ("role", "cash_mad", "in_kind_mad"):
            del self[name]


class SignForm(OnceForm):
    """Who accepted the text, in which capacity, on which day; `text` is the digest of what was read."""

    text = HiddenField()
    signatory = TextField(_l("Signataire"), [NEEDED])
    capacity = TextField(
        _l("En qualité de"), [NEEDED], description=_l("Par exemple : wali de la région, vice-président.")
    )
    signed_on = DayField(_l("Date de signature"), [NEEDED], default=clock.today)


class StepForm(SteppingForm):
    """A step of the life-cycle: its reason, and the day on which it takes effect where that counts."""

    reason = TextAreaField(_l("Motif"), [Optional(), Length(max=1000)], filters=[tidy])
    on = DayField(_l("Date d'effet"), [Optional()], default=clock.today)


class ReasonStepForm(StepForm):
    """A step that needs its reason: the field is marked, the rule refuses once it knows who may."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.flags.required = True


class FileForm(CreatingForm):
    """A file to archive."""

    title = TextField(_l("Intitulé de la pièce"), [NEEDED])
    file = FileField(
        _l("Fichier"),
        [NEEDED],
        description=_l("PDF, image PNG ou JPEG, Word ou Excel, 15 Mo au plus."),
    )
    is_signed_text = BooleanField(_l("C'est le texte signé par les parties"))
