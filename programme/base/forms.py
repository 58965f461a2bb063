"""The base form: French and Arabic labels, one-time key, and refusals put beside their field."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import current_app, g, request
from flask_wtf import FlaskForm
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import FileStorage
from wtforms import DateField, DecimalField, HiddenField, StringField
from wtforms.validators import Length, Optional

from programme.base import cleaning, once
from programme.base.asked import number_of
from programme.base.editing import Both, both_of
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused

LONGEST = 20_000
PIECE = 1024 * 1024


def tidy(value: str | None) -> str | None:
    """WTForms filter: cleaned text, or None where nothing is left."""
    if not value:
        return None
    try:
        return cleaning.clean_text(value, LONGEST, lines=True) or None
    except cleaning.Unclean as unclean:  # WTForms puts a ValueError beside the field
        raise ValueError(unclean.message) from unclean


class TextField(StringField):
    """One line of text, cleaned of marks that nobody typed; empty becomes None."""

    def __init__(self, label: str = "", validators: Any = None, length: int = 200, **kwargs: Any) -> None:
        checks = [*(validators or [Optional()]), Length(max=length)]
        super().__init__(label, checks, filters=[tidy], **kwargs)


class DayField(DateField):
    """A date, picked (YYYY-MM-DD) or typed (DD/MM/YYYY), Arabic digits folded."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = " ".join(valuelist).strip()
        self.raw_data = [text]
        if not text:
            self.data = None
            return
        self.data = None
        try:
            self.data = cleaning.parse_day(text)
        except cleaning.Unclean as unclean:
            raise ValueError(_("Indiquez une date comme 08/09/2023.")) from unclean
        if self.data is None:  # signs that nobody sees: as good as nothing typed
            self.raw_data = [""]


class HoursField(DecimalField):
    """Hours typed with a point or a comma, in any digits; never what is no number (NaN, Infinity)."""

    data: Decimal | None

    def _value(self) -> str:
        """What was typed, else the number without empty decimals: 6, 7.5."""
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{Decimal(str(self.data)).normalize():f}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([cleaning.fold_digits(text).replace(",", ".").strip() for text in valuelist])
        # A field that was not sent keeps the record's number, which need not be a Decimal.
        if isinstance(self.data, Decimal) and not self.data.is_finite():
            self.data = None
            raise ValueError(_("Indiquez un nombre d'heures, comme 12 ou 7.5."))


def _is_json(formdata: Any) -> bool:
    """Whether a form that reads the request by itself (it was given no data, which is not None) meets JSON."""
    reads_itself = formdata is not None and not hasattr(formdata, "getlist")
    return reads_itself and request.method != "GET" and request.is_json


NOBODY = 0
"""An id that no record has: what was sent is no number that a record could have."""


def chosen(value: Any) -> int | None:
    """An id as a form sends it; None where nothing was chosen, `NOBODY` for what is no id."""
    text = str(value or "").strip()
    return (number_of(text) or NOBODY) if text else None


class HouseForm(FlaskForm):
    """`accepts` runs a rule in a savepoint and puts what it refuses beside its field.

    `constraints` maps a database constraint's name to (field, sentence); `fields_of` maps a rule's field
    names to this form's where they differ. `result` is what the rule answered.
    """

    constraints: Mapping[str, tuple[str | None, str]] = {}
    aliases: Mapping[str, str] = {}
    result: Any = None
    status: int = 422

    class Meta(FlaskForm.Meta):
        locales = ("fr",)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Only what a form sends: flask-wtf would take a JSON body too, whose values are no texts."""
            return request.form if _is_json(formdata) else super().wrap_formdata(form, formdata)

        def get_translations(self, _form: Any) -> Any:
            """Stock WTForms messages in the reader's language."""
            from wtforms.i18n import get_translations

            from programme.base.language import language

            return get_translations([language().value])

    def accepts(self, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Run `rule`; True when it held. Otherwise the errors are on the form and nothing was changed."""
        try:
            with db.session.begin_nested():
                self._use_key()
                self.result = rule(*args, **kwargs)
                db.session.flush()
        except Refused as refusal:
            if refusal.status == 403:
                raise
            self.status = refusal.status if refusal.status != 409 else 422
            self.refuse(refusal.message, refusal.field)
        except StaleDataError:
            if not g.get("is_second_try"):
                raise  # the edge has the view look again: now it finds the other version and shows both
            self.status = 409
            self.refuse(_("Cette fiche a été modifiée entre-temps : relisez-la avant d'enregistrer."))
        except IntegrityError as clash:
            self._clashed(clash)
        else:
            return True
        return False

    def refuse(self, message: str, field: str | None = None) -> None:
        """Put one sentence beside `field`, or above the form where it names none."""
        name = self.aliases.get(field or "", field)
        target = self._fields.get(name) if name else None
        if target is None:
            self.form_errors.append(message)
        else:
            target.errors = [*target.errors, message]

    def _clashed(self, clash: IntegrityError) -> None:
        text = str(clash.orig)
        for name, (field, message) in self.constraints.items():
            if name in text or _sqlite_columns(name) in text:
                self.refuse(str(message), field)
                return
        if not is_taken(clash):
            raise clash
        self.refuse(_("Quelqu'un vient d'enregistrer la même chose : relisez la liste avant de recommencer."))

    def _use_key(self) -> None:
        """Forms without a one-time key have nothing to note."""


def is_taken(clash: IntegrityError) -> bool:
    """Whether a unique constraint refused: the same was stored meanwhile. Anything else is our own mistake."""
    return getattr(clash.orig, "sqlstate", None) == "23505" or "UNIQUE constraint" in str(clash.orig)


def _sqlite_columns(constraint: str) -> str:
    """SQLite names the columns of a unique constraint, not the constraint: look them up in the metadata."""
    for table in db.metadatas[None].tables.values():
        kinds: list[UniqueConstraint | Index] = [
            c for c in table.constraints if isinstance(c, UniqueConstraint)
        ]
        for found in [*kinds, *table.indexes]:
            if str(found.name) == constraint:
                return ", ".join(f"{table.name}.{column.name}" for column in found.columns)
    return constraint


def new_key() -> str:
    return secrets.token_urlsafe(24)


class OnceForm(HouseForm):
    """A form that is saved once however often it is sent: a second sending leads where the first one led."""

    once = HiddenField(default=new_key)

    def validate(self, extra_validators: Any = None) -> bool:
        """Raises `once.Repeated` where this was saved already; with other content it is asked about first."""
        key = str(self.once.data or "")[: once.LONGEST]
        found = once.known(db.session, key) if key else None
        if found is None:
            return bool(super().validate(extra_validators))
        if found.digest in {None, self._digest()}:
            raise once.Repeated(key)
        super().validate(extra_validators)
        self.status, self.once.data = 409, new_key()
        self.refuse(
            _(
                "Ce formulaire a déjà été enregistré avec un autre contenu. Enregistrez de nouveau si c'est voulu."
            )
        )
        return False

    def _use_key(self) -> None:
        key = str(self.once.data or "")[: once.LONGEST]
        if key:
            account = g.get("account")
            once.use(db.session, key, account.id if account is not None else None, self._digest())
            g.once_key = key  # the edge keeps where the answer leads

    def _digest(self) -> str:
        sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        files = [
            (name, f"{file.filename}\0{_content(file)}") for name, file in request.files.items(multi=True)
        ]
        return once.digest_of(str(current_app.secret_key), [*sent, *files])


def _content(file: FileStorage) -> str:
    """The SHA-256 of an upload, which is then read from its beginning: a corrected file often keeps its name."""
    found = hashlib.sha256()
    file.stream.seek(0)
    while piece := file.stream.read(PIECE):
        found.update(piece)
    file.stream.seek(0)
    return found.hexdigest()


class CreatingForm(OnceForm):
    """A form that makes a record."""


class EditingForm(OnceForm):
    """A form that changes a record: `version` is the one that was read (409 when it moved on).

    `both` then holds what differs, which `form_shell` shows; the form takes the stored version, so that saving
    once more replaces it knowingly. `known` says stored values that the record does not give as the form does.
    """

    version = HiddenField()
    both: Sequence[Both] = ()
    known: Mapping[str, str | None] = {}

    def is_current(self, record: Any) -> bool:
        """Whether `record` still has the version that this form was made from; adds the sentence if not."""
        if str(record.version) == str(self.version.data):
            return True
        self.status, self.version.data = 409, record.version
        self._show(record)
        return False

    def _show(self, _record: Any) -> None:
        self.both = both_of(self, self.known)
        self.refuse(
            _("Cette fiche a été modifiée entre-temps : voici la version enregistrée à côté de la vôtre.")
        )


class SteppingForm(EditingForm):
    """A step of a record's life, taken from the version that was read."""

    @property
    def read(self) -> int:
        """The version that the page showed; `NOBODY` where it is none."""
        return chosen(self.version.data) or NOBODY

    def _show(self, record: Any) -> None:
        label = getattr(getattr(record, "state", None), "label", None)
        if label is None:
            said = _("Cette fiche a été modifiée entre-temps : relisez-la avant de confirmer.")
        else:
            said = _(
                "Cette fiche a été modifiée entre-temps ; elle est dans l'état « %(state)s ». "
                "Relisez-la avant de confirmer.",
                state=label,
            )
        self.refuse(said)
