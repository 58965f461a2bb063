"""Forms of modules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms.validators import DataRequired, InputRequired, NumberRange

from cohorts.curriculum.models import Module
from programme.base.forms import CreatingForm, EditingForm, HoursField, HouseForm, TextField
from programme.base.language import lazy_gettext as _l

_NEEDED = _l("Ce champ est obligatoire.")


class ModuleFields(HouseForm):
    """Titles and length; `values` gives them as the rules take them."""

    aliases = {"minutes": "hours"}
    title_ar = TextField(_l("Intitulé en arabe"), [DataRequired(_NEEDED)], length=300)
    title_fr = TextField(_l("Intitulé en français"), length=300)
    hours = HoursField(
        _l("Heures"),
        [InputRequired(_l("Indiquez un nombre d'heures, comme 12 ou 7.5.")), NumberRange(0, 1000)],
        places=None,
        description=_l("La durée compte dans chaque programme de formation qui contient ce module."),
    )

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the rules."""
        minutes = round((self.hours.data or Decimal(0)) * 60)
        return {"title_ar": self.title_ar.data, "title_fr": self.title_fr.data, "minutes": minutes}


class NewModuleForm(ModuleFields, CreatingForm):
    """A new module."""

    code = TextField(_l("Code"), [DataRequired(_NEEDED)], length=40)


class EditModuleForm(ModuleFields, EditingForm):
    """A module that exists."""

    @classmethod
    def of(cls, module: Module) -> EditModuleForm:
        hours = f"{module.minutes / 60:.2f}".rstrip("0").rstrip(".")
        return cls(obj=module, data={"hours": Decimal(hours)})
