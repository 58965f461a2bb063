"""`programme sessions submit` and `programme sessions validate` (WORKBOOKS.md, Commands)."""

from __future__ import annotations

import click

from cohorts.enrolment.queries import cohort_by_code
from cohorts.sessions import queries, rules
from cohorts.sessions.models import Session, SessionState
from programme.base import clock
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import ngettext
from programme.base.refusals import Refused
from programme.commands.context import acting_as, house

OPEN = (SessionState.PLANNED, SessionState.RETURNED)
LANGUAGE = click.option("--lang", type=click.Choice(["ar", "fr"]), default="fr", show_default=True)
COHORT = click.option("--cohort", help="Code of a cohort: every session of it that is ready for this step.")


@click.group()
def sessions() -> None:
    """Training sessions."""


@sessions.command()
@click.argument("codes", nargs=-1)
@COHORT
@click.option("--as", "email", help="Account that submits; the operator otherwise.")
@LANGUAGE
def submit(codes: tuple[str, ...], cohort: str | None, email: str | None, lang: str) -> None:
    """Submit sessions by CODE, or those of a cohort with attendance; all or nothing.

    Marks that are missing are told and earn no hours.
    """
    with house(lang):
        actor, scope = acting_as(email)
        for session in _chosen(scope, codes, cohort, OPEN):
            if cohort and (reason := _waits(session)):
                click.echo(f"{session.code} : {reason}")
                continue
            missing = rules.submit(actor, session, accept_missing=True)
            click.echo(f"{session.code} : {_submitted(missing)}")
        db.session.commit()


@sessions.command()
@click.argument("codes", nargs=-1)
@COHORT
@click.option("--as", "email", required=True, help="Account that validates: not the one that entered.")
@LANGUAGE
def validate(codes: tuple[str, ...], cohort: str | None, email: str, lang: str) -> None:
    """Validate submitted sessions by CODE, or those of a cohort, as another person; all or nothing."""
    with house(lang):
        actor, scope = acting_as(email)
        for session in _chosen(scope, codes, cohort, (SessionState.SUBMITTED,)):
            try:
                rules.validate(actor, session)
            except Refused as refusal:
                raise Refused(f"{session.code} : {refusal.message}", code=refusal.code) from refusal
            click.echo(f"{session.code} : {_('validée')}")
        db.session.commit()


def _chosen(
    scope: Scope, codes: tuple[str, ...], cohort_code: str | None, states: tuple[SessionState, ...]
) -> list[Session]:
    """The sessions meant: those named, whatever their state, or those of a cohort in `states`."""
    if bool(codes) == bool(cohort_code):
        raise click.UsageError(_("Donnez des codes de session, ou --cohort."))
    if cohort_code:
        cohort = cohort_by_code(scope, cohort_code)
        if cohort is None:
            raise Refused(_("Cohorte inconnue : %(code)s.", code=cohort_code))
        found = list(queries.sessions_of_cohort(scope, cohort, states))
        if not found:
            click.echo(_("Aucune session à traiter."))
        return found
    named = {code: queries.session_by_code(scope, code) for code in codes}
    unknown = [code for code, one in named.items() if one is None]
    if unknown:
        raise Refused(_("Session inconnue : %(codes)s.", codes=", ".join(unknown)))
    return [one for one in named.values() if one is not None]


def _waits(session: Session) -> str:
    """Why a session of a cohort is passed over: not over yet, or nothing marked."""
    if any(sitting.on_date > clock.today() for sitting in session.sittings):
        return _("pas encore terminée, laissée")
    if not queries.marks_of(sitting.id for sitting in session.sittings):
        return _("aucune présence saisie, laissée")
    return ""


def _submitted(missing: int) -> str:
    if not missing:
        return _("soumise")
    return ngettext(
        "soumise, %(num)s présence non saisie (sans heures)",
        "soumise, %(num)s présences non saisies (sans heures)",
        missing,
    )


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(sessions)
