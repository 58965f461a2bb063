"""Forms of the registry: an association, its contacts alone, a mandate, a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import EmailField, SelectField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from programme.base.forms import (
    CreatingForm,
    DayField,
    EditingForm,
    HouseForm,
    SteppingForm,
    TextField,
    tidy,
)
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from regions.associations.fields import LABELS, TEXTS
from regions.associations.models import (
    AssociationDocument,
    AssociationKind,
    BureauRole,
    Coverage,
    DocumentKind,
    Mandate,
    ReceiptKind,
)
from regions.geography.models import Commune, Province, Region

_NEEDED = _l("Ce champ est obligatoire.")


def one_of(kind: type[StrEnum]) -> Callable[[Any], Any]:
    """Coerce a choice to a member of `kind`, the blank one to None."""
    return lambda value: kind(value) if value else None


def number(value: Any) -> int | None:
    """Coerce a choice to an id, the blank one to None."""
    return int(value) if value else None


def with_blank(options: Iterable[tuple[Any, str]], blank: str = "—") -> list[tuple[Any, str]]:
    """Options after an empty one."""
    return [("", blank), *options]


def _text(name: str, **kwargs: Any) -> TextField:
    return TextField(LABELS[name], length=TEXTS[name], **kwargs)


class ContactsForm(EditingForm):
    """What a representative may change."""

    phone = TelField(LABELS["phone"], [Optional(), Length(max=60)], filters=[tidy])
    email = EmailField(LABELS["email"], [Optional(), Length(max=254)], filters=[tidy])
    address = _text("address")


class AssociationFields(HouseForm):
    """All fields of an association; `offer` sets the places to choose from."""

    constraints = {
        "uq_association_receipt": ("receipt_no", _l("Ce récépissé est déjà enregistré dans cette province."))
    }
    name_ar = _text("name_ar", validators=[DataRequired(_NEEDED)])
    name_fr = _text("name_fr")
    kind = SelectField(LABELS["kind"], coerce=one_of(AssociationKind))
    receipt_no = _text("receipt_no")
    receipt_date = DayField(LABELS["receipt_date"], [Optional()])
    receipt_kind = SelectField(LABELS["receipt_kind"], coerce=one_of(ReceiptKind))
    receipt_authority = _text("receipt_authority")
    region_id = SelectField(LABELS["region_id"], [InputRequired(_NEEDED)], coerce=number)
    province_id = SelectField(LABELS["province_id"], coerce=number)
    commune_id = SelectField(LABELS["commune_id"], coerce=number)
    founded_on = DayField(LABELS["founded_on"], [Optional()])
    domain = _text("domain")
    coverage = SelectField(LABELS["coverage"], coerce=one_of(Coverage))
    president = _text("president")
    phone = TelField(LABELS["phone"], [Optional(), Length(max=60)], filters=[tidy])
    email = EmailField(LABELS["email"], [Optional(), Length(max=254)], filters=[tidy])
    address = _text("address")
    ice = TextField(LABELS["ice"], length=60, description=_l("15 chiffres."))
    rib = TextField(LABELS["rib"], length=60, description=_l("24 chiffres."))

    def offer(
        self, regions: Sequence[Region], provinces: Sequence[Province], communes: Sequence[Commune]
    ) -> None:
        """Set the choices: provinces of the region, communes of the province."""
        self.kind.choices = AssociationKind.options()
        self.receipt_kind.choices = with_blank(ReceiptKind.options())
        self.coverage.choices = with_blank(Coverage.options())
        self.region_id.choices = with_blank([(r.id, str(r.name)) for r in regions], _("Choisir…"))
        self.province_id.choices = with_blank([(p.id, str(p.name)) for p in provinces])
        self.commune_id.choices = with_blank([(c.id, str(c.name)) for c in communes])

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by the names of the rule."""
        return {name: self[name].data for name in LABELS if name in self}


class NewAssociationForm(AssociationFields, CreatingForm):
    """Registers an association."""


class EditAssociationForm(AssociationFields, EditingForm):
    """Edits an association."""


class MandateForm(CreatingForm):
    """Who holds an office from when, whom this replaces, and the minutes that say so."""

    aliases = {"minutes": "minutes_file"}
    role = SelectField(
        _l("Fonction"),
        [InputRequired(_NEEDED)],
        coerce=one_of(BureauRole),
        description=_l("Président, secrétaire général et trésorier remplacent la personne en place."),
    )
    replaces = SelectField(_l("Remplace"), coerce=number)
    name_ar = TextField(_l("Nom en arabe"), [DataRequired(_NEEDED)], length=200)
    name_fr = TextField(_l("Nom en français"), length=200)
    phone = TelField(_l("Téléphone"), [Optional(), Length(max=60)], filters=[tidy])
    from_on = DayField(
        _l("À partir du"),
        [InputRequired(_NEEDED)],
        description=_l("Le mandat précédent prend fin la veille."),
    )
    minutes = SelectField(_l("Procès-verbal du dossier"), coerce=number)
    minutes_file = FileField(
        _l("Ou joindre le procès-verbal"), description=_l("PDF ou image, 15 Mo au plus.")
    )

    def offer(self, mandates: Sequence[Mandate], documents: Sequence[AssociationDocument]) -> None:
        """Set the choices from the association's bureau and dossier."""
        self.role.choices = BureauRole.options()
        self.replaces.choices = with_blank(
            [(m.id, f"{m.name} — {m.role.label}") for m in mandates if m.until_on is None],
            _("Automatique : la personne en place, s'il y en a une"),
        )
        self.minutes.choices = minutes_among(documents)


class EndMandateForm(SteppingForm):
    """The day on which a mandate ended, and the minutes that say so."""

    aliases = {"minutes": "minutes_file"}
    until_on = DayField(_l("Dernier jour du mandat"), [InputRequired(_NEEDED)])
    minutes = SelectField(_l("Procès-verbal du dossier"), coerce=number)
    minutes_file = FileField(
        _l("Ou joindre le procès-verbal"), description=_l("PDF ou image, 15 Mo au plus.")
    )

    def offer(self, documents: Sequence[AssociationDocument]) -> None:
        """Set the choices from the association's dossier."""
        self.minutes.choices = minutes_among(documents)


def minutes_among(documents: Sequence[AssociationDocument]) -> list[tuple[Any, str]]:
    """The minutes of a dossier as choices."""
    found = [d for d in documents if d.kind is DocumentKind.MINUTES]
    return with_blank([(d.id, d.title or d.file.display_name) for d in found])


class DocumentForm(CreatingForm):
    """A file of the dossier."""

    kind = SelectField(_l("Nature du document"), [InputRequired(_NEEDED)], coerce=one_of(DocumentKind))
    title = TextField(_l("Intitulé"), length=200)
    expires_on = DayField(
        _l("Valable jusqu'au"), [Optional()], description=_l("À laisser vide si le document n'expire pas.")
    )
    file = FileField(
        _l("Fichier"),
        [FileRequired(_l("Choisissez un fichier."))],
        description=_l("PDF, image, Word ou Excel, 15 Mo au plus."),
    )

    def offer(self) -> None:
        """Set the kinds."""
        self.kind.choices = DocumentKind.options()
