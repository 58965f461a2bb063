"""Forms of requests about personal data."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cohorts.people.models import ConsentPurpose
from programme.base import clock
from programme.base.forms import CreatingForm, DayField, EditingForm, TextField, tidy
from programme.base.language import lazy_gettext as _l
from programme.base.states import Labelled
from programme.privacy.models import RequestChannel, RequestKind

_NEEDED = _l("Ce champ est obligatoire.")


def labelled(kind: type[Labelled], *without: Labelled) -> list[SelectChoice]:
    """The members of a labelled enum to choose from, said when they are shown."""
    return [SelectChoice(one.value, one.label) for one in kind if one not in without]


class _Asked(CreatingForm):
    kind = SelectField(_l("Demande"), choices=labelled(RequestKind))
    details = TextAreaField(
        _l("Précisions"),
        [Optional(), Length(max=2000)],
        filters=[tidy],
        description=_l("Ce qui est à rectifier, ou à quoi la personne s'oppose."),
    )


class RequestForm(_Asked):
    """A request that came in on paper, by mail or at the counter."""

    channel = SelectField(_l("Mode de réception"), choices=labelled(RequestChannel, RequestChannel.ACCOUNT))
    received_on = DayField(_l("Reçue le"), [InputRequired(_NEEDED)], default=clock.today)
    asker = TextField(
        _l("Auteur de la demande"),
        description=_l("S'il n'est pas la personne concernée, ou si personne de ce nom n'est enregistré."),
    )
    contact = TextField(_l("Où envoyer la réponse"), length=300)

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the rule."""
        names = ("kind", "channel", "details", "received_on", "asker", "contact")
        return {name: self[name].data for name in names}


class OwnRequestForm(_Asked):
    """A request that somebody makes about themselves."""


class CheckForm(EditingForm):
    """How the identity of who asks was made sure of."""

    proof = TextField(
        _l("Comment l'identité a été vérifiée"),
        [DataRequired(_NEEDED)],
        length=300,
        description=_l("Par exemple : carte nationale présentée au guichet. N'inscrivez pas son numéro."),
    )


class DecideForm(EditingForm):
    """A step that needs no words of its own."""


class RefuseForm(EditingForm):
    """Why a request is refused: the person is told, and can turn to the national commission."""

    reason = TextAreaField(_l("Motif"), [DataRequired(_NEEDED), Length(max=1000)], filters=[tidy])


class TextForm(CreatingForm):
    """A new version of a consent text, in both languages."""

    purpose = SelectField(_l("Objet"), choices=labelled(ConsentPurpose))
    version = TextField(_l("Version du texte"), [DataRequired(_NEEDED)], length=20)
    from_on = DayField(_l("En vigueur depuis le"), [InputRequired(_NEEDED)], default=clock.today)
    body_ar = TextAreaField(_l("Texte en arabe"), [DataRequired(_NEEDED), Length(max=10_000)], filters=[tidy])
    body_fr = TextAreaField(
        _l("Texte en français"), [DataRequired(_NEEDED), Length(max=10_000)], filters=[tidy]
    )

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of the rule."""
        bodies = {"ar": self.body_ar.data, "fr": self.body_fr.data}
        names = ("purpose", "version", "from_on")
        return {**{name: self[name].data for name in names}, "bodies": bodies}


class EraseForm(CreatingForm):
    """The last word on an erasure; the texts and files are fields of their own, named after what they are about."""

    sure = BooleanField(
        _l("J'ai relu ce qui précède : l'effacement est définitif."), [InputRequired(_NEEDED)]
    )


FORMS: dict[str, type[EditingForm]] = {
    "check": CheckForm,
    "grant": DecideForm,
    "refuse": RefuseForm,
    "done": DecideForm,
}
