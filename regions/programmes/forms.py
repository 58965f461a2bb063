"""Forms of regional programmes: opening, targets, period, reason of a move."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from programme.base.forms import (
    CreatingForm,
    DayField,
    EditingForm,
    HoursField,
    HouseForm,
    SteppingForm,
    TextField,
)
from programme.base.language import lazy_gettext as _l
from regions.geography.models import Region
from regions.programmes.models import RegionalProgramme, TargetVersion

_NEEDED = _l("Ce champ est obligatoire.")
_NUMBER = _l("Indiquez un nombre entier.")


def _count(label: str, least: int = 0, most: int = 1_000_000, **more: Any) -> IntegerField:
    return IntegerField(
        label,
        [InputRequired(_NUMBER), NumberRange(least, most, _l("Cette valeur est hors limites."))],
        **more,
    )


class TargetFields(HouseForm):
    """The targets; `targets` gives them as the rules take them."""

    aliases = {"transfer_min_minutes": "transfer_min_hours"}
    associations_target = _count(_l("Associations formées"), default=30)
    trainees_target = _count(_l("Bénéficiaires formés"), default=120)
    places_per_association = _count(_l("Places par association"), 1, default=4)
    reach_target = _count(_l("Associations atteintes"), default=600)
    min_attendance = _count(
        _l("Présence minimale (%)"),
        1,
        100,
        default=80,
        description=_l("Part des heures à suivre pour achever la formation."),
    )
    transfer_min_persons = _count(_l("Personnes par association dans un transfert"), 1, default=2)
    transfer_min_hours = HoursField(
        _l("Heures par personne dans un transfert"),
        [InputRequired(_NUMBER), NumberRange(0, 1000, _l("Cette valeur est hors limites."))],
        default=6,
    )
    set_by = TextField(
        _l("Fixé par"),
        [DataRequired(_l("Nommez la convention ou la décision qui fixe ces cibles."))],
        description=_l("Convention ou décision."),
    )
    reason = TextField(_l("Motif"), [DataRequired(_l("Indiquez le motif."))], length=1000)

    @property
    def targets(self) -> dict[str, Any]:
        """The arguments of the rules."""
        values = {
            name: self[name].data
            for name in self._fields
            if name.endswith(("_target", "_association", "_attendance", "_persons"))
        }
        values["transfer_min_minutes"] = round((self.transfer_min_hours.data or 0) * 60)
        return {**values, "set_by": self.set_by.data, "reason": self.reason.data}


class OpenForm(TargetFields, CreatingForm):
    """Open a regional programme with its first targets."""

    aliases = {**TargetFields.aliases, "region_id": "region"}
    region = SelectField(_l("Région"), [DataRequired(_NEEDED)], coerce=lambda v: int(v) if v else None)
    starts_on = DayField(_l("Début"), [DataRequired(_NEEDED)])
    ends_on = DayField(_l("Fin"), [Optional()])

    def offer(self, regions: Iterable[Region]) -> OpenForm:
        self.region.choices = [("", "—"), *((one.id, str(one.name)) for one in regions)]
        return self


class TargetsForm(TargetFields, EditingForm):
    """A new version of the targets, from those that were read."""

    effective_on = DayField(_l("En vigueur à partir du"), [DataRequired(_NEEDED)])

    @classmethod
    def beside(cls, version: TargetVersion) -> TargetsForm:
        """The form filled with the targets in force."""
        return cls(obj=_Shown(version), version=version.regional_programme.version)


class _Shown:
    """A version as the form shows it: hours instead of minutes, its source left to be named anew."""

    def __init__(self, version: TargetVersion) -> None:
        self._version = version
        self.transfer_min_hours = version.transfer_min_minutes / 60
        self.set_by = self.reason = self.effective_on = None

    def __getattr__(self, name: str) -> Any:
        if name in {"once", "csrf_token", "version"}:
            raise AttributeError(name)
        return getattr(self._version, name)


class PeriodForm(EditingForm):
    """The end of a regional programme."""

    ends_on = DayField(_l("Fin"), [Optional()])

    @classmethod
    def of(cls, regional_programme: RegionalProgramme) -> PeriodForm:
        return cls(obj=regional_programme)


class ReasonForm(SteppingForm):
    """Why a step is made."""

    reason = TextField(_l("Motif"), [DataRequired(_l("Indiquez le motif."))], length=1000)
