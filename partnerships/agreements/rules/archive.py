"""Files of an agreement: scans and annexes, kept with their hash (RULES P5)."""

from __future__ import annotations

from pathlib import Path

from partnerships.agreements.models import Agreement, AgreementFile
from programme.base import files, journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

journal.declare({"partnerships:file:attach": _l("Pièce archivée")})


@acting(Permission.AGREEMENT_WRITE)
def attach(
    actor: Actor,
    agreement: Agreement,
    *,
    title: str,
    data: bytes,
    filename: str,
    folder: Path,
    is_signed_text: bool = False,
) -> AgreementFile:
    """Archive one file below `folder`; nothing archived is ever replaced.

    Refused (field `file`): a kind or size that `files.keep` refuses, a signed text before any signature.
    """
    name = clean_text(title, 200)
    if not name:
        raise Refused(_("Indiquez l'intitulé de la pièce."), "title", code="title")
    if is_signed_text and agreement.text_sha256 is None:
        raise Refused(_("Aucune partie n'a encore signé ce texte."), "is_signed_text", code="P2")
    stored = files.keep(db.session, folder, data, filename, actor.account_id)
    made = AgreementFile(agreement_id=agreement.id, title=name, is_signed_text=is_signed_text, file=stored)
    db.session.add(made)
    db.session.flush()
    noted = {"title": name, "sha256": stored.sha256, "is_signed_text": is_signed_text}
    journal.record(db.session, actor, "partnerships:file:attach", agreement, after=noted)
    return made
