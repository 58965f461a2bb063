"""Evidence of a session: the signed sheet and other papers, kept with their hash."""

from __future__ import annotations

from pathlib import Path

from cohorts.sessions.models import Session, SessionFile
from programme.base import files, journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.telling import shortened, word_by

journal.declare({"sessions:file:attach": _l("Pièce jointe à la session")}, {"title": _l("Intitulé")})
word_by("session", {"sha256": shortened})


@acting(Permission.ATTENDANCE_WRITE)
def attach(
    actor: Actor, session: Session, *, title: str, data: bytes, filename: str, folder: Path
) -> SessionFile:
    """Keep one file below `folder`, in any state of the session. Refused (field `file`) by `files.keep`."""
    name = clean_text(title, 200)
    if not name:
        raise Refused(_("Indiquez l'intitulé de la pièce."), "title", code="title")
    stored = files.keep(db.session, folder, data, filename, actor.account_id)
    made = SessionFile(session_id=session.id, title=name, file=stored)
    db.session.add(made)
    db.session.flush()
    noted = {"title": name, "sha256": stored.sha256}
    journal.record(db.session, actor, "sessions:file:attach", session, after=noted)
    return made
