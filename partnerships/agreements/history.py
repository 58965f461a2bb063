"""The history of an agreement in words: fields by their labels, choices by theirs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from partnerships.agreements.models import AgreementKind, AgreementState, PartyRole
from programme.base import journal
from programme.base.journal import JournalEntry
from programme.base.language import format_date, format_mad
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.measures import measures
from programme.base.telling import shortened
from programme.base.told import Told

LABELS = {
    "reference": _l("Référence"),
    "kind": _l("Type"),
    "title_ar": _l("Intitulé en arabe"),
    "title_fr": _l("Intitulé en français"),
    "region_id": _l("Région"),
    "parent_id": _l("Convention parente"),
    "starts_on": _l("Début"),
    "ends_on": _l("Fin"),
    "state": _l("État"),
    "ended_on": _l("Dernier jour d'effet"),
    "organisation_id": _l("Partie"),
    "organisation": _l("Partie"),
    "role": _l("Rôle dans la convention"),
    "signatory": _l("Signataire"),
    "capacity": _l("Qualité"),
    "signed_on": _l("Date de signature"),
    "cash_mad": _l("Apport financier"),
    "in_kind_mad": _l("Apport en nature"),
    "text_sha256": _l("Empreinte du texte (SHA-256)"),
    "sha256": _l("Empreinte (SHA-256)"),
    "title": _l("Intitulé"),
    "is_signed_text": _l("Texte signé"),
    "article": _l("Article"),
    "text_ar": _l("Engagement en arabe"),
    "text_fr": _l("Engagement en français"),
    "due_on": _l("Échéance"),
    "measure": _l("Indicateur"),
    "quantity": _l("Quantité"),
    "kept_on": _l("Tenu le"),
    "party_id": _l("Partie"),
}
# The journal of everything shows these labels too, where no other room took the name first.
journal.declare({}, {name: label for name, label in LABELS.items() if name not in journal.FIELDS})

Names = Mapping[str, Mapping[Any, str]]


def told(entries: Iterable[JournalEntry], names: Names) -> list[Told]:
    """The entries in words; `names` gives, by field, the names of what the field's values point at."""
    found = []
    for entry in entries:
        changes = [
            (str(LABELS.get(field, field)), _shown(field, old, names), _shown(field, new, names))
            for field, old, new in _changes(entry)
        ]
        sentence = entry.label if not entry.reason else f"{entry.label} — {entry.reason}"
        found.append(Told(sentence, entry.actor_name, entry.at, changes))
    return found


def _changes(entry: JournalEntry) -> list[tuple[str, Any, Any]]:
    """(field, before, after) of what differs, as it was written down."""
    old, new = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
    return [
        (name, old.get(name), new.get(name))
        for name in {**LABELS, **old, **new}
        if old.get(name) != new.get(name)
    ]


def _shown(field: str, value: Any, names: Names) -> str | None:
    if value is None:
        return None
    if field in names:
        return names[field].get(value) or _unnamed(field, value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return SHOWN[field](value) if field in SHOWN else str(value)


def _unnamed(field: str, value: Any) -> str:
    """What points at nothing that the reader meets; some entries hold the organisation's name itself."""
    if field == "organisation":
        return str(value)
    return _("partie retirée") if field == "party_id" else _("hors de votre périmètre")


def _measure(code: str) -> str:
    return next((str(one.label) for one in measures() if one.code == code), code)


def _day(text: str) -> str:
    return format_date(dt.date.fromisoformat(text))


SHOWN: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("starts_on", "ends_on", "ended_on", "signed_on", "due_on", "kept_on"), _day),
    **dict.fromkeys(("cash_mad", "in_kind_mad"), format_mad),
    "kind": lambda value: str(AgreementKind(value).label),
    "state": lambda value: str(AgreementState(value).label),
    "role": lambda value: str(PartyRole(value).label),
    "measure": _measure,
    # The whole digest stands on the sheet and beside the file; here its beginning tells which.
    **dict.fromkeys(("sha256", "text_sha256"), shortened),
}
