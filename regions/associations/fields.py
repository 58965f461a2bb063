"""What is typed about an association, made clean: odd values kept and named, raw input beside them (RULES A2, A5)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from programme.base import cleaning, folding
from programme.base.cleaning import Cleaned, Oddity
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from regions.associations.models import Association

TO_CHECK = "review"
"""Stands in `Association.odd` while someone asked for the record to be checked."""
PROVISIONAL_DAYS = 60
CONTACTS = frozenset({"phone", "email", "address"})
"""What a representative may change."""
PERSONAL = frozenset({"president", "phone", "email", "rib"})
"""Never written to the journal in clear: its chain could not forget them."""

LABELS = {
    "name_ar": _l("Nom en arabe"),
    "name_fr": _l("Nom en français"),
    "kind": _l("Nature"),
    "receipt_no": _l("Numéro du récépissé"),
    "receipt_date": _l("Date du récépissé"),
    "receipt_authority": _l("Autorité qui l'a délivré"),
    "receipt_kind": _l("Nature du récépissé"),
    "region_id": _l("Région"),
    "province_id": _l("Province ou préfecture"),
    "commune_id": _l("Commune"),
    "founded_on": _l("Date de création"),
    "domain": _l("Domaine d'activité"),
    "coverage": _l("Portée"),
    "president": _l("Président(e)"),
    "phone": _l("Téléphone"),
    "email": _l("Adresse électronique"),
    "address": _l("Adresse"),
    "ice": _l("ICE"),
    "rib": _l("RIB"),
}
TEXTS = {
    "name_ar": 300,
    "name_fr": 300,
    "receipt_no": 60,
    "receipt_authority": 200,
    "domain": 200,
    "president": 200,
    "phone": 40,
    "email": 254,
    "address": 400,
    "ice": 40,
    "rib": 60,
}
"""The most signs of each text."""
ODD: dict[str, Callable[[cleaning.Raw], Cleaned]] = {
    "phone": cleaning.clean_phone,
    "email": cleaning.clean_email,
    "ice": cleaning.clean_ice,
    "rib": cleaning.clean_rib,
}
_SEPARATED = re.compile(r"\s*([/\-.\\])\s*")


@dataclass(slots=True)
class Fields:
    """Cleaned `values` by field, the oddity of each checked field (None: sound), and raw input that differs."""

    values: dict[str, Any] = field(default_factory=dict)
    odd: dict[str, Oddity | None] = field(default_factory=dict)
    raw: dict[str, str | None] = field(default_factory=dict)


def clean(fields: Mapping[str, Any], raw: Mapping[str, str] | None = None) -> Fields:
    """Clean what is to be written. `raw` holds cells as they were found where `fields` were cleaned already.

    Raises `Refused` beside the field for text that cannot be kept at all, TypeError for an unknown field.
    """
    made = Fields()
    typed = raw or {}
    for name, value in fields.items():
        if name not in LABELS:
            raise TypeError(f"an association has no field {name}")
        made.values[name] = _clean_one(name, value, made) if name in TEXTS else value
        found = typed.get(name, made.raw.get(name) or value)
        kept = made.values[name]
        if name in TEXTS:
            made.raw[name] = str(found) if found is not None and str(found) != kept else None
    return made


def _clean_one(name: str, value: Any, made: Fields) -> str | None:
    try:
        if name in ODD:
            cleaned = ODD[name](value)
            made.odd[name] = cleaned.flag
            text = cleaned.value or ""
        else:
            text = cleaning.clean_text(value, TEXTS[name])
    except Refused as refusal:
        raise Refused(refusal.message, name, code="unclean") from refusal
    if name == "receipt_no":
        text = receipt_number(text)
    if len(text) > TEXTS[name]:
        raise Refused(_("Ce texte dépasse %(max)s caractères.", max=TEXTS[name]), name, code="unclean")
    return text or None


def receipt_number(text: str | None) -> str:
    """A receipt's number with Western digits and no space around its separators: « ١٢ / 2023 » gives 12/2023."""
    return _SEPARATED.sub(r"\1", cleaning.fold_digits(cleaning.clean_text(text, 1000))).strip()


def sort_key_of(name: str) -> str:
    """The registry's order: the folded name without the words that only say that it is an association."""
    tokens = folding.fold(name).split()
    while len(tokens) > 1 and not folding.words(tokens[0]):
        tokens = tokens[1:]
    return " ".join(tokens)[:300]


def oddities(association: Association) -> list[Oddity]:
    """Why values of this record look wrong."""
    return [Oddity(code) for code in (association.odd or "").split(",") if code and code != TO_CHECK]


def is_to_check(association: Association) -> bool:
    """Whether someone asked for this record to be checked."""
    return TO_CHECK in (association.odd or "").split(",")


def merged_odd(known: str | None, found: Mapping[str, Oddity | None]) -> str | None:
    """The text of `odd` after these fields were cleaned again."""
    kept = {
        code for code in (known or "").split(",") if code and not any(_concerns(code, name) for name in found)
    }
    codes = kept | {flag.value for flag in found.values() if flag is not None}
    return ",".join(sorted(codes)) or None


def _concerns(code: str, name: str) -> bool:
    return code == name or code.startswith(f"{name}_")


def merged_raw(known: str | None, found: Mapping[str, str | None]) -> str | None:
    """The JSON of `raw` after these fields were cleaned again."""
    values = {**json.loads(known or "{}"), **found}
    kept = {name: text for name, text in values.items() if text is not None}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None


def as_typed(association: Association) -> list[tuple[str, str]]:
    """(label, raw input) of the fields whose cleaned value differs from it."""
    return [
        (LABELS[name], text) for name, text in json.loads(association.raw or "{}").items() if name in LABELS
    ]


def is_provisional_too_long(association: Association, on: dt.date) -> bool:
    """Whether the provisional receipt is older than 60 days on that day (RULES A2: a warning)."""
    if association.receipt_kind != "provisional" or association.receipt_date is None:
        return False
    return (on - association.receipt_date).days > PROVISIONAL_DAYS


def _gaps(association: Association) -> list[tuple[str, str]]:
    """What makes a record incomplete: (a word, a sentence) for receipt number, province and any contact."""
    asked = (
        (association.receipt_no, _("récépissé"), _("Le numéro du récépissé manque.")),
        (association.province_id, _("province"), _("La province n'est pas précisée.")),
        (
            association.phone or association.email,
            _("contact"),
            _("Aucun téléphone ni adresse électronique."),
        ),
    )
    return [(word, sentence) for known, word, sentence in asked if not known]


def is_incomplete(association: Association) -> bool:
    """Whether receipt number, province or every contact is missing."""
    return bool(_gaps(association))


def missing_of(association: Association) -> list[str]:
    """What makes the record incomplete, a word each."""
    return [word for word, _sentence in _gaps(association)]


def warnings_of(association: Association, on: dt.date) -> list[str]:
    """What is to be said about the record, in the reader's language; none of it stops anything."""
    found = [str(oddity.label) for oddity in oddities(association)]
    if is_provisional_too_long(association, on):
        found.append(_("Le récépissé provisoire date de plus de 60 jours."))
    return found + [sentence for _word, sentence in _gaps(association)]
