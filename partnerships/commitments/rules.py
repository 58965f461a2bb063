"""Verbs of commitments: written with the text, kept by evidence where no measure reads them (RULES P2, P3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from partnerships.agreements.models import Agreement, Commitment, Party
from partnerships.agreements.period import effective_period
from partnerships.agreements.rules import refuse_locked
from partnerships.commitments.queries import has_signed_text
from partnerships.commitments.standing import measurable
from programme.base import clock, files, journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

journal.declare(
    {
        "partnerships:commitment:add": _l("Engagement ajouté"),
        "partnerships:commitment:edit": _l("Engagement modifié"),
        "partnerships:commitment:remove": _l("Engagement retiré"),
        "partnerships:commitment:keep": _l("Engagement tenu, pièce archivée"),
        "partnerships:commitment:reopen": _l("Preuve d'engagement écartée"),
    }
)
FIELDS = ("party_id", "article", "text_ar", "text_fr", "due_on", "measure", "quantity")


@acting(Permission.AGREEMENT_WRITE)
def add_commitment(
    actor: Actor,
    agreement: Agreement,
    party: Party,
    *,
    article: str,
    text_ar: str,
    due_on: dt.date,
    text_fr: str | None = None,
    measure: str | None = None,
    quantity: int | None = None,
) -> Commitment:
    """What `party` owes under an article by a day; `measure` and `quantity` go together (P3).

    A locked text (P2) gains no commitment, unless its signed scan is archived: then one that the paper
    holds may be transcribed from it.
    """
    if agreement.text_sha256 is None or not has_signed_text(agreement):
        refuse_locked(agreement, "text_ar")
    given = (party.id, article, text_ar, text_fr, due_on, measure, quantity)
    made = Commitment(**_checked(dict(zip(FIELDS, given, strict=True)), agreement))
    agreement.commitments.append(made)
    db.session.flush()
    _note(actor, "add", made, None, _values(made))
    return made


@acting(Permission.AGREEMENT_WRITE)
def edit_commitment(actor: Actor, commitment: Commitment, **fields: Any) -> Commitment:
    """Change any of `FIELDS` before the text is locked (P2)."""
    before = _values(commitment)
    after = _checked({**before, **fields}, commitment.agreement)
    changed = [name for name in FIELDS if after[name] != before[name]]
    if not changed:
        return commitment
    refuse_locked(commitment.agreement, changed[0])
    for name in changed:
        setattr(commitment, name, after[name])
    db.session.flush()
    _note(actor, "edit", commitment, before, _values(commitment))
    return commitment


@acting(Permission.AGREEMENT_WRITE)
def remove_commitment(actor: Actor, commitment: Commitment) -> None:
    """Take a commitment out of a text that nobody signed (P2)."""
    refuse_locked(commitment.agreement, "text_ar")
    _note(actor, "remove", commitment, _values(commitment), None)
    commitment.agreement.commitments.remove(commitment)
    db.session.flush()


@acting(Permission.AGREEMENT_WRITE)
def keep(
    actor: Actor, commitment: Commitment, *, on: dt.date, data: bytes, filename: str, folder: Path
) -> Commitment:
    """Archive the evidence that a commitment was kept on a day (P3).

    Refused: one that a measure reads (its state is computed), an agreement without effect, a day to come,
    evidence there already, a file that `files.keep` refuses.
    """
    if commitment.measure is not None:
        raise Refused(
            _("L'état de cet engagement est calculé à partir des données enregistrées."), "file", code="P3"
        )
    if commitment.evidence_id is not None:
        raise Refused(_("La preuve de cet engagement est déjà archivée."), "file", code="kept")
    if effective_period(commitment.agreement) is None:
        raise Refused(_("La convention n'est pas encore en vigueur."), "on", code="P1")
    if on > clock.today():
        raise Refused(_("Cette date est à venir."), "on", code="future")
    commitment.evidence = files.keep(db.session, folder, data, filename, actor.account_id)
    commitment.kept_on = on
    db.session.flush()
    noted = {"kept_on": on, "sha256": commitment.evidence.sha256}
    _note(actor, "keep", commitment, {"kept_on": None}, noted)
    return commitment


@acting(Permission.AGREEMENT_WRITE)
def reopen(actor: Actor, commitment: Commitment, *, reason: str) -> Commitment:
    """Set the evidence of a commitment aside, with a reason; the file stays in the store."""
    if commitment.evidence is None:
        raise Refused(_("Aucune preuve n'est archivée pour cet engagement."), "reason", code="open")
    if not clean_text(reason, 1000):
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    before = {"kept_on": commitment.kept_on, "sha256": commitment.evidence.sha256}
    commitment.evidence, commitment.kept_on = None, None
    db.session.flush()
    _note(actor, "reopen", commitment, before, {"kept_on": None, "sha256": None}, clean_text(reason, 1000))
    return commitment


def _checked(fields: Mapping[str, Any], agreement: Agreement) -> dict[str, Any]:
    values = dict(fields)
    for name, length in (("article", 40), ("text_ar", 1000), ("text_fr", 1000)):
        values[name] = clean_text(values[name], length, lines=name != "article") or None
    if not values["article"]:
        raise Refused(_("Indiquez l'article."), "article", code="article")
    if not values["text_ar"]:
        raise Refused(_("Indiquez le texte de l'engagement en arabe."), "text_ar", code="text")
    if all(party.id != values["party_id"] for party in agreement.parties):
        raise Refused(_("Cette partie n'est pas de la convention."), "party", code="party")
    if values["due_on"] < agreement.starts_on:
        raise Refused(_("L'échéance précède le début de la convention."), "due_on", code="P3")
    _check_measure(values["measure"], values["quantity"])
    return values


def _check_measure(code: str | None, quantity: int | None) -> None:
    if code is not None and code not in measurable():
        raise Refused(_("Cet indicateur n'existe pas."), "measure", code="P3")
    if (code is None) != (quantity is None):
        raise Refused(_("Un indicateur et une quantité vont ensemble."), "quantity", code="P3")
    if quantity is not None and quantity < 1:
        raise Refused(_("La quantité doit être positive."), "quantity", code="P3")


def _values(commitment: Commitment) -> dict[str, Any]:
    return {name: getattr(commitment, name) for name in FIELDS}


def _note(
    actor: Actor,
    verb: str,
    commitment: Commitment,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str | None = None,
) -> None:
    """Commitments are told in the history of their agreement, by their article."""
    named = {"article": commitment.article}
    journal.record(
        db.session,
        actor,
        f"partnerships:commitment:{verb}",
        commitment.agreement,
        before={**named, **before} if before is not None else None,
        after={**named, **after} if after is not None else None,
        reason=reason,
    )
