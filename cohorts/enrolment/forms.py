"""Forms of cohorts, seats and enrolments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort
from cohorts.people.forms import IdentityFields
from programme.base import clock
from programme.base.forms import (
    CreatingForm,
    DayField,
    EditingForm,
    HouseForm,
    SteppingForm,
    TextField,
    tidy,
)
from programme.base.language import format_hours
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from regions.associations.models import Association, BureauRole
from regions.programmes.models import RegionalProgramme

_NEEDED = _l("Ce champ est obligatoire.")
_LIMITS = _l("Cette valeur est hors limites.")
_TWICE = _l("Cette personne est déjà inscrite dans cette déclinaison régionale.")


def _hours(module: Module) -> str:
    return _("%(hours)s h", hours=format_hours(module.minutes))


def _reason() -> TextAreaField:
    return TextAreaField(
        _l("Motif"), [DataRequired(_l("Indiquez le motif.")), Length(max=1000)], filters=[tidy]
    )


class CohortFields(HouseForm):
    """What a cohort is; `values` gives it as the rules take it."""

    name_ar = TextField(_l("Nom en arabe"), [DataRequired(_NEEDED)])
    name_fr = TextField(_l("Nom en français"))
    agreement = TextField(
        _l("Convention"),
        [DataRequired(_NEEDED)],
        length=60,
        description=_l("Référence de la convention qui porte la cohorte."),
        render_kw={"list": "agreements"},
    )
    starts_on = DayField(_l("Début"), [Optional()])
    ends_on = DayField(_l("Fin"), [Optional()])
    seats_target = IntegerField(
        _l("Sièges prévus"), [InputRequired(_NEEDED), NumberRange(1, 1000, _LIMITS)], default=30
    )
    places = IntegerField(
        _l("Places par siège"), [InputRequired(_NEEDED), NumberRange(1, 1000, _LIMITS)], default=4
    )
    modules = SelectMultipleField(
        _l("Programme de formation"),
        [InputRequired(_l("Choisissez au moins un module."))],
        coerce=int,
        render_kw={"data-choose": "", "size": "6"},
    )

    def offer(self, modules: Iterable[Module]) -> Any:
        """Set the modules to choose from; answers the form."""
        self._modules = {one.id: one for one in modules}
        self.modules.choices = [
            (one.id, f"\u2066{one.code}\u2069 · {one.title} · {_hours(one)}")
            for one in self._modules.values()
        ]
        return self

    @property
    def values(self) -> dict[str, Any]:
        names = ("name_ar", "name_fr", "agreement", "starts_on", "ends_on", "seats_target", "places")
        chosen = [self._modules[key] for key in self.modules.data or ()]
        return {**{name: self[name].data for name in names}, "modules": chosen}


class NewCohortForm(CohortFields, CreatingForm):
    """A new cohort of one of the regional programmes."""

    constraints = {"uq_cohort_code": ("code", _l("Ce code est déjà celui d'une autre cohorte."))}
    aliases = {"region": "regional_programme"}
    code = TextField(_l("Code"), [DataRequired(_NEEDED)], length=40)
    regional_programme = SelectField(
        _l("Déclinaison régionale"),
        [DataRequired(_NEEDED)],
        coerce=lambda value: int(value) if value else None,
    )

    def within(self, programmes: Iterable[RegionalProgramme]) -> NewCohortForm:
        """Set the regional programmes to choose from."""
        self._programmes = {one.id: one for one in programmes}
        options = [(one.id, f"{one.region.name} ({one.starts_on.year})") for one in self._programmes.values()]
        self.regional_programme.choices = options if len(options) == 1 else [("", "—"), *options]
        return self

    @property
    def chosen(self) -> RegionalProgramme:
        return self._programmes[self.regional_programme.data]


class EditCohortForm(CohortFields, EditingForm):
    """A cohort that exists."""

    reason = TextField(
        _l("Motif"),
        length=1000,
        description=_l("Nécessaire seulement pour prévoir moins de sièges qu'il n'en est attribué."),
    )

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, "reason": self.reason.data}

    @classmethod
    def of(cls, cohort: Cohort) -> EditCohortForm:
        form = cls(obj=cohort)
        # Of the record the field would take the modules, where it knows their ids.
        if not form.is_submitted():
            form.modules.data = [one.id for one in cohort.modules]
        return form


class StepForm(SteppingForm):
    """A step of the life-cycle that needs its reason."""

    reason = _reason()


class SeatForm(CreatingForm):
    """A seat for one of the associations that the search found."""

    association = RadioField(
        _l("Association"), [InputRequired(_l("Choisissez une association."))], coerce=int
    )
    granted_on = DayField(_l("Attribué le"), [DataRequired(_NEEDED)], default=clock.today)
    reason = TextField(
        _l("Motif du dépassement"),
        length=1000,
        description=_l("Nécessaire seulement au-delà du nombre de sièges prévus."),
    )

    def beyond(self, is_beyond: bool) -> SeatForm:
        """Mark the reason as needed where the seat goes over the target (RULES C1); answers the form."""
        self.reason.flags.required = is_beyond
        if is_beyond:
            self.reason.description = ""
        return self

    def offer(self, associations: Iterable[Association]) -> SeatForm:
        """Set the associations to choose from."""
        self._associations = {one.id: one for one in associations}
        self.association.choices = [
            (
                one.id,
                " · ".join(
                    f"\u2068{part}\u2069"
                    for part in (one.name, one.receipt_no, one.province and one.province.name)
                    if part
                ),
            )
            for one in self._associations.values()
        ]
        if len(self._associations) == 1 and self.association.data is None:
            self.association.data = next(iter(self._associations))
        return self

    @property
    def chosen(self) -> Association:
        return self._associations[self.association.data]


class PlaceFields(IdentityFields):
    """A person for a place: their identity unless they were found, and their office."""

    constraints = {"uq_enrolment_active": (None, _TWICE)}
    bureau_role = SelectField(
        _l("Fonction au bureau"), coerce=lambda value: BureauRole(value) if value else None
    )

    def known(self, is_known: bool) -> Any:
        """Leave the identity out where the person was found; answers the form."""
        self.bureau_role.choices = [("", "—"), *BureauRole.options()]
        if is_known:
            for name in self.identity_names:
                delattr(self, name)
        return self


class EnrolForm(PlaceFields, CreatingForm):
    """Nominate or enrol."""

    enrolled_on = DayField(_l("Inscrit le"), [DataRequired(_NEEDED)], default=clock.today)


class SubstituteForm(PlaceFields, CreatingForm):
    """Someone takes over the place of another."""

    on = DayField(_l("À partir du"), [DataRequired(_NEEDED)], default=clock.today)
    reason = _reason()


class WithdrawForm(SteppingForm):
    """The place is freed."""

    on = DayField(_l("À partir du"), [DataRequired(_NEEDED)], default=clock.today)
    reason = _reason()
