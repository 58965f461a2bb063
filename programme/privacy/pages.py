"""What an erasure's page shows: each text that names the person, where it stands, and the wording proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programme.base.cleaning import Unclean, clean_text
from programme.base.journal import FIELDS
from programme.base.language import gettext as _
from programme.privacy.queries.holdings import Holding
from programme.privacy.queries.papers import Paper, named_in
from programme.privacy.rules.erasure import Choices, Plan

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One text to decide on: where it stands, what it says, what was proposed or typed."""

    token: str
    where: str
    text: str
    wording: str
    is_other: bool
    is_history: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file, and whether it is to go."""

    paper: Paper
    is_named: bool
    is_chosen: bool


def lines(made: Plan, sent: Mapping[str, str]) -> list[Line]:
    """The texts outside the histories first; what was typed stays as it was."""
    found = [
        Line(
            one.token,
            where(one),
            one.text,
            sent.get(f"word-{one.token}", made.traces.masked(one.text)),
            f"other-{one.token}" in sent,
            one.is_history,
        )
        for one in made.texts
    ]
    return sorted(found, key=lambda one: one.is_history)


def sheets(made: Plan, sent: Mapping[str, str], folder: Path) -> list[Sheet]:
    """The files, those that name the person first."""
    named = named_in(made.papers, folder, made.traces)
    found = [Sheet(one, one.file_id in named, f"file-{one.file_id}" in sent) for one in made.papers]
    return sorted(found, key=lambda one: not one.is_named)


def choices(made: Plan, sent: Mapping[str, str]) -> Choices:
    """What the form says, as the rule takes it. A wording that is no text counts as none."""
    words = {
        one.token: text for one in made.texts if (text := _clean(sent.get(f"word-{one.token}"))) is not None
    }
    others = [one.token for one in made.texts if f"other-{one.token}" in sent]
    removed = [one.file_id for one in made.papers if f"file-{one.file_id}" in sent]
    return Choices(words, others, removed)


def _clean(text: str | None) -> str | None:
    try:
        return None if text is None else clean_text(text, LONGEST, lines=True)
    except Unclean:
        return None


def where(one: Holding) -> str:
    """The kind of record, the field and the number of the record."""
    kind = TABLES.get(one.table, lambda: one.table)()
    label = str(FIELDS.get(one.column, one.column))
    number = one.key[0] if len(one.key) == 1 else None
    return f"{kind} · {label}" + (" · " + _("fiche n° %(number)s", number=number) if number else "")


TABLES: dict[str, Callable[[], str]] = {
    "journal_entry": lambda: _("Journal"),
    "session": lambda: _("Session"),
    "sitting": lambda: _("Séance"),
    "session_file": lambda: _("Pièce d'une session"),
    "association": lambda: _("Association"),
    "association_document": lambda: _("Pièce d'une association"),
    "mandate": lambda: _("Mandat au bureau"),
    "seat": lambda: _("Siège"),
    "enrolment": lambda: _("Inscription"),
    "attendance_correction": lambda: _("Correction de présence"),
    "person_pair_decision": lambda: _("Décision sur un doublon"),
    "transfer_activity": lambda: _("Transfert"),
    "trainer": lambda: _("Formateur"),
    "agreement": lambda: _("Convention"),
    "party": lambda: _("Partie à une convention"),
    "stored_file": lambda: _("Nom d'un fichier"),
    "import_batch": lambda: _("Import"),
    "import_change": lambda: _("Import"),
    "prepared_export": lambda: _("Export"),
    "personal_request": lambda: _("Demande d'une autre personne"),
}
"""What a record of a table is called; a table without a word keeps its name."""


def erasure(made: Plan, sent: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """Everything that the page of an erasure shows."""
    found = lines(made, sent)
    return {
        "plan": made,
        "checks": [{"label": one.label, "met": one.holds} for one in made.checks],
        "texts": [one for one in found if not one.is_history],
        "histories": [one for one in found if one.is_history],
        "sheets": sheets(made, sent, instance / "uploads"),
    }
