"""Forms of commitments."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from partnerships.agreements.models import Agreement
from partnerships.commitments.standing import measurable
from programme.base import clock
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


class CommitmentFields(OnceForm):
    """What a party owes. The state is not here: it is computed or proved."""

    aliases = {"party": "party_id"}
    party_id = SelectField(_l("Partie"), coerce=int)
    article = TextField(_l("Article"), [NEEDED], length=40)
    text_ar = TextAreaField(_l("Engagement en arabe"), [NEEDED, Length(max=1000)], filters=[tidy])
    text_fr = TextAreaField(_l("Engagement en français"), [Optional(), Length(max=1000)], filters=[tidy])
    due_on = DayField(_l("Échéance"), [NEEDED])
    measure = SelectField(
        _l("Indicateur"),
        coerce=lambda value: value if value not in ("", "None") else None,
        description=_l("Lu dans les données de la région ; sans indicateur, une pièce fait preuve."),
        render_kw={"data-choose": ""},
    )
    quantity = IntegerField(
        _l("Quantité promise"), [Optional(), NumberRange(1, 1_000_000_000)], render_kw={"min": 1}
    )

    def offer(self, agreement: Agreement) -> None:
        """Fill the lists of parties and measures."""
        self.party_id.choices = [(one.id, str(one.organisation.name)) for one in agreement.parties]
        known = sorted(measurable().values(), key=lambda one: str(one.label))
        self.measure.choices = [("", _("Aucun : preuve par une pièce"))] + [
            (one.code, str(one.label)) for one in known
        ]

    def terms(self) -> dict[str, Any]:
        """The fields as the rules name them, the party left out."""
        names = ("article", "text_ar", "text_fr", "due_on", "measure", "quantity")
        return {name: self[name].data for name in names}


class CommitmentForm(CommitmentFields, CreatingForm):
    """One more commitment."""


class EditCommitmentForm(CommitmentFields, EditingForm):
    """A commitment that the text has."""


class KeepForm(SteppingForm):
    """The evidence that a commitment was kept."""

    on = DayField(_l("Tenu le"), [NEEDED], default=clock.today)
    file = FileField(
        _l("Pièce justificative"),
        [NEEDED],
        description=_l("PDF, image PNG ou JPEG, Word ou Excel, 15 Mo au plus."),
    )


class ReopenForm(SteppingForm):
    """Why the evidence is set aside."""

    reason = TextAreaField(_l("Motif"), [NEEDED, Length(max=1000)], filters=[tidy])
