"""Forms of organisations."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired

from partnerships.organisations.models import OrganisationKind
from programme.base.forms import CreatingForm, EditingForm, TextField
from programme.base.language import lazy_gettext as _l

_NEEDED = _l("Ce champ est obligatoire.")


class _Organisation:
    """Names, kind and region of an organisation."""

    name_ar = TextField(_l("Nom en arabe"), [InputRequired(_NEEDED)], length=300)
    name_fr = TextField(_l("Nom en français"), length=300)
    acronym = TextField(_l("Sigle"), length=40, render_kw={"dir": "ltr"})
    kind = SelectField(_l("Nature"), [InputRequired(_NEEDED)])
    region_id = SelectField(
        _l("Région"), coerce=lambda value: int(value) if value not in ("", "None", None) else None
    )

    def offer(self: Any, regions: list[tuple[int, str]]) -> None:
        """Fill the lists; nobody's nature is chosen beforehand."""
        self.kind.choices = [("", _l("Choisir…")), *OrganisationKind.options()]
        self.region_id.choices = [("", _l("Tout le pays")), *regions]

    def terms(self: Any) -> dict[str, Any]:
        """The fields as the rules name them."""
        return {name: self[name].data for name in ("name_ar", "name_fr", "acronym", "kind", "region_id")}


class NewOrganisationForm(_Organisation, CreatingForm):
    """A new organisation."""


class EditOrganisationForm(_Organisation, EditingForm):
    """An organisation that is known."""
