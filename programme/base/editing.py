"""What the second of two editors is shown: what is stored now beside what they typed, field by field."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, FieldList, FileField, FormField, HiddenField, PasswordField

from programme.base.language import format_date
from programme.base.language import gettext as _

UNSEEN = (HiddenField, PasswordField, FileField)
BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Both:
    """One field that differs: its label, what is stored, what was typed; empty texts where there is nothing."""

    name: str
    label: str
    stored: str
    typed: str

    @staticmethod
    def is_ltr(text: str) -> bool:
        """Whether a text reads left to right whatever stands around it: a telephone number, a code, an address."""
        return bool(text) and not any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)


def both_of(form: Any, known: Mapping[str, str | None]) -> list[Both]:
    """The fields of `form` whose stored value differs from the one typed, in the order of the form.

    A form is made from the record as it is now, so each field still holds what is stored beside what was sent.
    `known` says stored values that the record does not give as the form shows them, by field.
    """
    found = []
    for field in form:
        if isinstance(field, UNSEEN) or field.type == "CSRFTokenField":
            continue
        typed = shown(field, field.data) if not isinstance(field, FieldList) else _typed_rows(field)
        if field.name in known:
            stored = known[field.name] or ""
            differs = bool(typed) and typed != stored
        else:
            stored = shown(field, field.object_data)
            differs = typed != stored
        if differs:
            found.append(Both(field.name, field.label.text, stored, typed))
    return found


def shown(field: Any, value: Any) -> str:
    """A value of `field` as its reader would write it."""
    if isinstance(field, FieldList):
        return "\n".join(_row(field, one) for one in value or ())
    if isinstance(field, BooleanField):
        return _("Oui") if value else _("Non")
    if value is None or value == "":
        return ""
    if getattr(field, "choices", None) is not None:
        chosen = value if isinstance(value, list | tuple | set) else [value]
        return BETWEEN.join(_label(field, one) for one in chosen)
    if isinstance(value, dt.date):
        return format_date(value)
    return _written(field, value)


def _typed_rows(rows: FieldList) -> str:
    return "\n".join(
        _line(entry.form, {one.name: one.data for one in entry.form})
        for entry in rows
        if hasattr(entry, "form")
    )


def _row(rows: FieldList, value: Any) -> str:
    """One stored row, written with the fields of a row that was sent."""
    entry = next((one for one in rows if isinstance(one, FormField)), None)
    if entry is None:
        return str(value)
    inner = {one.short_name: one for one in entry.form}
    said = value if isinstance(value, Mapping) else {name: getattr(value, name, None) for name in inner}
    return _line(entry.form, {field.name: said.get(name) for name, field in inner.items()})


def _line(fields: Iterable[Any], values: Mapping[str, Any]) -> str:
    parts = [shown(one, values.get(one.name)) for one in fields if not isinstance(one, UNSEEN)]
    return BETWEEN.join(part for part in parts if part)


def _label(field: Any, value: Any) -> str:
    """The label of a choice; a record stands for its id, a value that is not on offer for itself."""
    wanted = getattr(value, "id", value)
    choices = field.choices() if callable(field.choices) else field.choices
    groups: Sequence[Any] = list(choices.values()) if isinstance(choices, Mapping) else [choices]
    for value_of, label, *_rest in (one for group in groups for one in group):
        if str(value_of) == str(wanted):
            return str(label)
    return str(getattr(value, "label", getattr(value, "name", value)))


def _written(field: Any, value: Any) -> str:
    """The text that the input would hold with this value."""
    if not hasattr(field, "_value"):
        return str(value)
    kept = field.data, field.raw_data
    field.data, field.raw_data = value, None
    try:
        return str(field._value() or "")
    finally:
        field.data, field.raw_data = kept
