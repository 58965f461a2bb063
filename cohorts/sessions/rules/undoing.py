"""What keeps the import of a sheet from being taken back: sessions that were handed in since (RULES C5)."""

from __future__ import annotations

from sqlalchemy.orm import Session as Connection

from cohorts.sessions.models import SessionState
from cohorts.sessions.queries.undoing import sessions_touched
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.undo import Touched, before_undo


@before_undo
def keep_what_was_handed_in(connection: Connection, touched: Touched) -> None:
    """Refuse an undoing that would change a validated session, or one that somebody else submitted since.

    An import that itself submitted a session may be taken back while nobody has validated it.
    """
    own = touched.get("session", frozenset())
    for ident, code, state in sessions_touched(connection, touched):
        if state is SessionState.VALIDATED:
            message = _(
                "Cet import ne peut plus être annulé : la session %(code)s est validée. "
                "Corrigez ses présences avec un motif.",
                code=code,
            )
            raise Refused(message, code="C5")
        if state is SessionState.SUBMITTED and str(ident) not in own:
            message = _(
                "Cet import ne peut plus être annulé : la session %(code)s a été soumise depuis. "
                "Faites-la d'abord renvoyer.",
                code=code,
            )
            raise Refused(message, code="C5")
