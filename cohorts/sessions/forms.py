"""Forms of sessions: the session and its half-days, a reason, a correction, a piece of evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import AttendanceStatus, HalfDay, Session, SessionKind, Sitting
from cohorts.sessions.rules import SittingPlan
from programme.base.access import Actor
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
from programme.base.language import Bilingual, format_hours
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l

NEEDED = InputRequired(_l("Ce champ est obligatoire."))
HALF_DAY_HOURS = Decimal("3")
MOST = 40
"""Half-days of one session on one form."""


class SittingForm(Form):
    """One half-day; `sitting_id` is empty for a new one."""

    class Meta(HouseForm.Meta):
        csrf = False

    sitting_id = HiddenField()
    on_date = DayField(_l("Date"), [NEEDED])
    half_day = SelectField(_l("Demi-journée"), choices=HalfDay.options)
    hours = HoursField(
        _l("Heures"),
        [NEEDED, NumberRange(Decimal("0.25"), 12, _l("Entre un quart d'heure et 12 heures."))],
        default=HALF_DAY_HOURS,
        places=None,
        render_kw={"inputmode": "decimal", "dir": "ltr"},
    )
    module_id = SelectField(_l("Module"), coerce=chosen, validate_choice=False)
    venue = StringField(_l("Lieu"), [Optional(), Length(max=200)], filters=[tidy])
    commune_id = SelectField(_l("Commune"), coerce=chosen, validate_choice=False)
    trainer = StringField(
        _l("Formateur"), [Optional(), Length(max=200)], filters=[tidy], render_kw={"list": "trainers"}
    )

    def plan(self, offer: Offer) -> SittingPlan:
        """The half-day as the rules take it; trainers are found, or added, by `offer`."""
        assert self.on_date.data is not None
        return SittingPlan(
            self.on_date.data,
            HalfDay(self.half_day.data),
            round((self.hours.data or 0) * 60),
            offer.modules.get(self.module_id.data),
            self.venue.data,
            self.commune_id.data,
            offer.trainer(self.trainer.data),
        )


class Offer:
    """What the half-days' choices are made of: the cohort's modules first, the region's communes, trainers."""

    def __init__(
        self,
        cohort: Cohort,
        modules: Sequence[Module],
        communes: Sequence[Any],
        find_trainer: Any,
        actor: Actor,
    ) -> None:
        own = {module.id for module in cohort.modules}
        self.modules = {module.id: module for module in modules}
        mine = [one for one in modules if one.id in own]
        others = [one for one in modules if one.id not in own]
        self.first = mine[0].id if mine else None
        none = [("", _("Sans module"))]
        self.module_choices: Any = {
            _("Programme de la cohorte"): [(one.id, _module(one)) for one in mine],
            _("Autres"): none + [(one.id, _module(one)) for one in others],
        }
        self.commune_choices: Any = [("", _("Non précisée"))] + [
            (ident, str(Bilingual(ar, fr))) for ident, ar, fr in communes
        ]
        self.communes = {ident for ident, _ar, _fr in communes}
        self._find, self._actor = find_trainer, actor

    def trainer(self, text: str | None) -> Any:
        return self._find(self._actor, text) if text else None


def _module(module: Module) -> str:
    hours = _("%(hours)s h", hours=format_hours(module.minutes))
    return f"\u2066{module.code}\u2069 · {module.title} ({hours})"


class SessionFields(HouseForm):
    """What a session is."""

    constraints = {
        "uq_session_code": ("code", _l("Ce code est déjà celui d'une autre session.")),
        "uq_sitting_half_day": (None, _l("Une demi-journée figure deux fois.")),
    }
    aliases = {"session": "code"}
    kind = SelectField(_l("Nature"), choices=SessionKind.options)
    title_ar = TextField(_l("Intitulé en arabe"), length=300)
    title_fr = TextField(_l("Intitulé en français"), length=300)
    association_id = SelectField(
        _l("Association accompagnée"),
        coerce=chosen,
        validate_choice=False,
        description=_l("Pour une visite d'accompagnement seulement."),
    )
    notes = TextAreaField(_l("Notes"), [Optional(), Length(max=4000)], filters=[tidy])
    override_reason = TextAreaField(
        _l("Motif de dérogation"),
        [Optional(), Length(max=1000)],
        filters=[tidy],
        description=_l("Seulement pour une date hors de la période de la convention ; l'auditeur le lit."),
    )
    sittings = FieldList(FormField(SittingForm), min_entries=1, max_entries=MOST)

    def offer(self, offer: Offer, associations: Sequence[tuple[int, str]]) -> Any:
        """Set the choices; answers the form."""
        self._offer = offer
        self.association_id.choices = [("", _("Toute la cohorte")), *associations]
        for entry in self.sittings:
            entry.form.module_id.choices = offer.module_choices
            entry.form.commune_id.choices = offer.commune_choices
        return self

    @property
    def values(self) -> dict[str, Any]:
        """The fields as the rules take them."""
        names = ("title_ar", "title_fr", "association_id", "notes", "override_reason")
        return {"kind": SessionKind(self.kind.data), **{name: self[name].data for name in names}}

    def plans(self) -> list[tuple[int | None, SittingPlan]]:
        """(sitting id or None, half-day) in the order of the form."""
        return [(chosen(one.form.sitting_id.data), one.form.plan(self._offer)) for one in self.sittings]


class NewSessionForm(SessionFields, CreatingForm):
    """A new session of one cohort."""

    code = TextField(
        _l("Code"),
        [NEEDED],
        length=40,
        description=_l("Proposé ; il peut être changé, et ne sert qu'une fois."),
    )


class EditSessionForm(SessionFields, EditingForm):
    """A session and its half-days, changed."""

    @classmethod
    def of(cls, session: Session) -> EditSessionForm:
        """The form filled with what is recorded."""
        names = ("kind", "title_ar", "title_fr", "association_id", "notes", "override_reason", "version")
        rows = [_sitting(one) for one in session.sittings]
        return cls(data={**{name: getattr(session, name) for name in names}, "sittings": rows})


def _sitting(sitting: Sitting) -> dict[str, Any]:
    return {
        "sitting_id": sitting.id,
        "on_date": sitting.on_date,
        "half_day": sitting.half_day.value,
        "hours": (Decimal(sitting.minutes) / 60).quantize(Decimal("0.01")).normalize(),
        "module_id": sitting.module_id,
        "venue": sitting.venue,
        "commune_id": sitting.commune_id,
        "trainer": sitting.trainer.written if sitting.trainer else "",
    }


def starting_rows(day: dt.date | None, module_id: int | None) -> list[dict[str, Any]]:
    """Morning and afternoon of the first day, for a new session."""
    return [{"on_date": day, "half_day": half, "module_id": module_id} for half in ("am", "pm")]


class StepForm(SteppingForm):
    """A step of a session's life."""


class ReasonForm(StepForm):
    """A step that needs its reason."""

    reason = TextAreaField(_l("Motif"), [NEEDED, Length(max=1000)], filters=[tidy])


class SubmitForm(StepForm):
    """Submitting although marks are missing."""

    accept_missing = BooleanField(_l("Soumettre malgré tout : ces présences ne donneront pas d'heures."))


class CorrectionForm(CreatingForm):
    """A mark of a validated session, changed with its reason."""

    aliases = {"date": "sitting_id", "national_id": "enrolment_id", "status": "after"}
    sitting_id = SelectField(_l("Demi-journée"), [NEEDED], coerce=chosen)
    enrolment_id = SelectField(_l("Personne"), [NEEDED], coerce=chosen, render_kw={"data-choose": ""})
    after = SelectField(
        _l("Présence corrigée"),
        [NEEDED],
        choices=lambda: [("", _("Choisir…")), *AttendanceStatus.options()],
    )
    reason = TextAreaField(_l("Motif"), [NEEDED, Length(max=1000)], filters=[tidy])

    def offer(self, sittings: Sequence[tuple[int, str]], people: Sequence[tuple[int, str]]) -> None:
        """Set the choices; nothing is chosen before the reader does, a sitting that is alone apart."""
        first = [("", _("Choisir…"))]
        self.sitting_id.choices = [*(first if len(sittings) > 1 else []), *sittings]
        self.enrolment_id.choices = [*first, *people]


class EvidenceForm(CreatingForm):
    """A file to keep with the session."""

    title = TextField(_l("Intitulé de la pièce"), [NEEDED])
    file = FileField(
        _l("Fichier"), [NEEDED], description=_l("PDF, image PNG ou JPEG, Word ou Excel, 15 Mo au plus.")
    )
