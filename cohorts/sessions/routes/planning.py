"""Planning a session and changing it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.curriculum.queries import modules
from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import Cohort, CohortState
from cohorts.sessions import queries, rules
from cohorts.sessions.forms import EditSessionForm, NewSessionForm, Offer, starting_rows
from cohorts.sessions.models import Session
from cohorts.sessions.routes.frame import bp, form_page, loaded
from cohorts.sessions.rules.holding import OPEN
from cohorts.sessions.rules.sittings import plan_of
from programme.base import clock
from programme.base.access import Actor, Permission, requires
from programme.base.language import gettext as _

SAID = 6
"""So many warnings are shown after saving."""


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SESSION_WRITE)
def new() -> ResponseReturnValue:
    cohorts = [c for c in enrolment.cohorts(g.scope) if c.state is not CohortState.CLOSED]
    cohort = _chosen(cohorts)
    if cohort is None:
        return render_template("cohorts/sessions/choose.html", cohorts=cohorts)
    offer = _offer(cohort)
    form = NewSessionForm(
        data={"code": queries.next_code(cohort), "sittings": starting_rows(clock.today(), offer.first)}
    )
    form.offer(offer, _associations(cohort))
    if form.validate_on_submit() and form.accepts(_schedule, g.actor, cohort, form):
        flash(_("Session planifiée."), "success")
        _warn(form.result)
        return redirect(url_for(".details", session_id=form.result.id))
    return form_page("new", form, cohort=cohort, trainers=queries.trainers(g.scope))


@bp.route("/<int:session_id>/edit", methods=["GET", "POST"])
@requires(Permission.SESSION_WRITE)
def edit(session_id: int) -> ResponseReturnValue:
    session = loaded(session_id)
    if session.state not in OPEN:
        abort(409)
    form = EditSessionForm.of(session)
    form.offer(_offer(session.cohort), _associations(session.cohort))
    if (
        form.validate_on_submit()
        and form.is_current(session)
        and form.accepts(_arrange, g.actor, session, form)
    ):
        flash(_("Session enregistrée."), "success")
        _warn(session)
        return redirect(url_for(".details", session_id=session.id))
    return form_page("edit", form, session=session, cohort=session.cohort, trainers=queries.trainers(g.scope))


def _chosen(cohorts: list[Cohort]) -> Cohort | None:
    """The cohort named in the address, or the only one."""
    asked = request.args.get("cohort", "")
    if not asked:
        return cohorts[0] if len(cohorts) == 1 else None
    return next((one for one in cohorts if asked in {one.code, str(one.id)}), None) or abort(404)


def _offer(cohort: Cohort) -> Offer:
    communes = queries.communes_of_region(cohort.region_id)
    return Offer(cohort, modules(g.scope), communes, rules.find_or_add_trainer, g.actor)


def _associations(cohort: Cohort) -> list[tuple[int, str]]:
    return [(one.association_id, str(one.association.name)) for one in enrolment.seats(g.scope, cohort)]


def _schedule(actor: Actor, cohort: Cohort, form: Any) -> Session:
    plans = [plan for _ident, plan in form.plans()]
    return rules.schedule(actor, cohort, code=form.code.data, sittings=plans, **form.values)


def _arrange(actor: Actor, session: Session, form: EditSessionForm) -> None:
    rules.arrange(actor, session, form.plans(), version=int(form.version.data), **form.values)


def _warn(session: Session) -> None:
    for text in rules.warnings_of(session.cohort, [plan_of(one) for one in session.sittings])[:SAID]:
        flash(text, "warning")
