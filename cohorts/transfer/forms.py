"""Forms of transfers: the entry on one page, lines of the sheet, a step with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import (
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cohorts.people.models import Sex
from cohorts.transfer.models import TransferParticipation
from cohorts.transfer.rules import Participant
from programme.base.forms import (
    CreatingForm,
    DayField,
    EditingForm,
    HoursField,
    HouseForm,
    SteppingForm,
    TextField,
    chosen,
    tidy,
)
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l

NEEDED = InputRequired(_l("Ce champ est obligatoire."))
STEP = 4
"""Lines offered at first, and by each press of « more lines »."""
MOST = 120
Choices = Sequence[tuple[Any, str]]


class LineForm(Form):
    """One person on the sheet; a line without a name is passed over."""

    class Meta(HouseForm.Meta):
        csrf = False

    name = StringField(_l("Nom et prénom"), [Optional(), Length(max=200)], filters=[tidy])
    national_id = StringField(
        _l("CNIE"), [Optional(), Length(max=40)], filters=[tidy], render_kw={"dir": "ltr"}
    )
    sex = SelectField(
        _l("Sexe"),
        choices=lambda: [("", _("non précisé")), *Sex.options()],
        coerce=lambda value: value or "",
        default="",
    )
    birth_date = DayField(_l("Date de naissance"), [Optional()])
    phone = StringField(
        _l("Téléphone"), [Optional(), Length(max=60)], filters=[tidy], render_kw={"dir": "ltr"}
    )
    association = StringField(_l("Association"), [Optional(), Length(max=300)], filters=[tidy])
    receipt_no = StringField(
        _l("N° de récépissé"), [Optional(), Length(max=60)], filters=[tidy], render_kw={"dir": "ltr"}
    )
    province_id = SelectField(_l("Province"), coerce=chosen)
    hours = HoursField(
        _l("Heures"),
        [Optional(), NumberRange(Decimal("0.25"), 24, _l("Entre un quart d'heure et 24 heures."))],
        default=Decimal("6"),
        places=None,
        render_kw={"inputmode": "decimal", "dir": "ltr"},
    )

    def participant(self, on_date: dt.date, line: int) -> Participant:
        """The line, `line` on the form, as the rule takes it."""
        return Participant(
            name=self.name.data or "",
            on_date=on_date,
            minutes=round((self.hours.data or Decimal(0)) * 60),
            association_name=self.association.data,
            receipt_no=self.receipt_no.data,
            province_id=self.province_id.data,
            national_id=self.national_id.data,
            sex=self.sex.data or None,
            birth_date=self.birth_date.data,
            phone=self.phone.data,
            line=line,
        )


class SheetForm(CreatingForm):
    """The day and the lines of a sheet."""

    on_date = DayField(_l("Date"), [NEEDED])
    lines = FieldList(FormField(LineForm), min_entries=STEP, max_entries=MOST)

    def offer_provinces(self, provinces: Choices) -> None:
        """Choices of every line's province."""
        for line in self.lines:
            line.form.province_id.choices = [("", _("non précisé")), *provinces]

    def more(self) -> None:
        """Add empty lines, up to the most that a form takes."""
        for _one in range(min(STEP, MOST - len(self.lines))):
            self.lines.append_entry()

    def participants(self) -> list[Participant]:
        """The lines with a name."""
        assert self.on_date.data is not None
        numbered = [(number, line.form) for number, line in enumerate(self.lines, 1)]
        return [one.participant(self.on_date.data, number) for number, one in numbered if one.name.data]


class SaidFields:
    """What is said of an activity beside its sheet, when it is entered and later."""

    module_id = SelectField(_l("Module"), coerce=chosen)
    trainer_id = SelectField(
        _l("Formateur"),
        coerce=chosen,
        description=_l("Le bénéficiaire de l'association hôte qui l'a donnée."),
    )
    venue = TextField(_l("Lieu"), length=200)
    commune_id = SelectField(_l("Commune"), coerce=chosen, render_kw={"data-choose": ""})
    head_count = IntegerField(
        _l("Présents non nommés"),
        [Optional(), NumberRange(0, 10_000)],
        description=_l("Indiqués à côté, jamais comptés."),
    )

    def offer_said(self, modules: Choices, trainers: Choices, communes: Choices) -> None:
        """Fill the choices."""
        for field, some in (
            (self.module_id, modules),
            (self.trainer_id, trainers),
            (self.commune_id, communes),
        ):
            field.choices = [("", "—"), *some]

    def said(self) -> dict[str, Any]:
        """What is said of the activity, as the rule takes it."""
        names = ("module_id", "trainer_id", "venue", "commune_id", "head_count")
        return {name: getattr(self, name).data for name in names}


class EntryForm(SaidFields, SheetForm):
    """An activity with the people who took part."""

    aliases = {"host": "host_id", "participants": "lines"}
    host_id = SelectField(
        _l("Association hôte"),
        [NEEDED],
        coerce=chosen,
        description=_l("L'association formée qui a donné l'activité."),
        render_kw={"data-choose": ""},
    )
    code = TextField(
        _l("Code"), length=40, description=_l("Vide : un code est attribué."), render_kw={"dir": "ltr"}
    )

    def offer_hosts(self, hosts: Choices) -> None:
        """Fill the choices; a single host is chosen already."""
        self.host_id.choices = [*([] if len(hosts) == 1 else [("", "—")]), *hosts]

    def said(self) -> dict[str, Any]:
        """The same with the code that was typed."""
        return {"code": self.code.data, **super().said()}


class ActivityForm(SaidFields, EditingForm):
    """What is said of an activity whose sheet is open; host and code stay."""

    title_ar = TextField(_l("Intitulé en arabe"), length=300)
    title_fr = TextField(_l("Intitulé en français"), length=300)

    def said(self) -> dict[str, Any]:
        """The same with its title."""
        return {"title_ar": self.title_ar.data, "title_fr": self.title_fr.data, **super().said()}


class TimeForm(EditingForm):
    """How long one person took part on the day of their line."""

    aliases = {"minutes": "hours"}
    hours = HoursField(
        _l("Heures"),
        [NEEDED, NumberRange(Decimal("0.25"), 24, _l("Entre un quart d'heure et 24 heures."))],
        places=None,
        render_kw={"inputmode": "decimal", "dir": "ltr"},
    )

    @classmethod
    def of(cls, line: TransferParticipation) -> TimeForm:
        """The form with the time of a line, in hours to two places."""
        hours = Decimal(line.minutes) / 60
        exact = hours == round(hours, 2)
        return cls(version=line.activity.version, hours=hours if exact else round(hours, 2))

    @property
    def minutes(self) -> int:
        """The time typed, to the minute."""
        return round((self.hours.data or Decimal(0)) * 60)


class StepForm(SteppingForm):
    """A step of the life-cycle, where a reason may be said."""

    reason = TextAreaField(_l("Motif"), [Optional(), Length(max=1000)], filters=[tidy])


class ReasonForm(StepForm):
    """A step that needs its reason."""

    reason = TextAreaField(_l("Motif"), [NEEDED, Length(max=1000)], filters=[tidy])
