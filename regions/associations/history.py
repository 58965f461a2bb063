"""The history of an association in words: fields by their labels, places by their names (RULES D3)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from programme.base import journal
from programme.base.journal import JournalEntry
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.telling import Worder, label_of, word_by
from programme.base.told import Told
from regions.associations import fields
from regions.associations.models import AssociationDocument, AssociationKind, BureauRole, DocumentKind
from regions.geography import queries as geography
from regions.geography.models import Commune, Province, Region

LABELS = {
    "role": _l("Fonction"),
    "name": _l("Nom"),
    "from_on": _l("À partir du"),
    "until_on": _l("Dernier jour du mandat"),
    "file": _l("Fichier"),
    "expires_on": _l("Valable jusqu'au"),
    "minutes": _l("Procès-verbal"),
    "minutes_file": _l("Procès-verbal"),
    "other": _l("Autre fiche"),
    **fields.LABELS,
}
"""In the order in which they are told; what stands in no line of it is told to nobody."""
# The journal of everything shows these labels too, where no other room took the name first.
journal.declare(
    {}, {name: label for name, label in LABELS.items() if name not in {*journal.FIELDS, "kind", "minutes"}}
)
_KINDS = {one.value: str(one) for one in AssociationKind}


def _place(table: type[Region] | type[Province] | type[Commune]) -> Worder:
    """Places of one sort by their names: the chain keeps their HCP codes."""
    return lambda code: str(geography.names(table).get(code, code))


def _kind(value: str) -> str:
    """The kind of the association, or of a document that was added to it."""
    return str(label_of(AssociationKind if value in _KINDS else DocumentKind)(value))


word_by(
    "association",
    {
        "region_id": _place(Region),
        "province_id": _place(Province),
        "commune_id": _place(Commune),
        "role": label_of(BureauRole),
        "kind": _kind,
    },
)


def told(entries: Sequence[JournalEntry], documents: Sequence[AssociationDocument]) -> list[Told]:
    """The entries in the same order; `documents` are those of the dossier, named where an entry cites one."""
    titles = {one.id: one.title or one.file.display_name for one in documents}
    return [Told(one.sentence, one.who, one.at, _changes(one, titles)) for one in entries]


def _changes(entry: JournalEntry, titles: Mapping[int, str]) -> list[tuple[str, Any, Any]]:
    old, new = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
    return [
        (str(label), _shown(entry, name, old.get(name), titles), _shown(entry, name, new.get(name), titles))
        for name, label in LABELS.items()
        if old.get(name) != new.get(name)
    ]


def _shown(entry: JournalEntry, name: str, value: Any, titles: Mapping[int, str]) -> Any:
    if name == "minutes" and isinstance(value, int):
        return titles.get(value, _("fiche n° %(number)s", number=value))
    return entry.shown(name, value)
