"""Pages of cohorts: list, board, roster, life-cycle."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.curriculum.queries import modules
from cohorts.enrolment import pages, queries, rules
from cohorts.enrolment.board import board_of
from cohorts.enrolment.forms import EditCohortForm, NewCohortForm, StepForm
from cohorts.enrolment.listing import listing_of
from cohorts.enrolment.models import COHORT_MOVES, CohortState
from cohorts.enrolment.roster import roster_of
from cohorts.enrolment.routes.frame import bp, form_page, loaded, record_page
from programme.base import clock, hours
from programme.base.access import Permission, Scope, requires
from programme.base.asked import number_of
from programme.base.carriage import on_offer
from programme.base.language import gettext as _
from programme.base.measures import Moment
from regions.programmes.models import ProgrammeState
from regions.programmes.queries import regional_programmes


@bp.get("")
@requires(Permission.COHORT_READ)
def index() -> ResponseReturnValue:
    asked = {key: request.args[key][:20] for key in ("state", "region") if request.args.get(key)}
    regions = queries.regions_with_cohorts(g.scope)
    region = next((one for one in regions if one.code == asked.get("region")), None)
    state = CohortState(asked["state"]) if asked.get("state") in set(CohortState) else None
    region_id = region.id if region else None
    counts = queries.states_in(g.scope, region_id)
    listed = listing_of(asked, region_id, state, counts, number_of(request.args.get("page")) or 1)
    chips = pages.chips(regions, counts, asked)
    return render_template("cohorts/enrolment/index.html", listed=listed, chips=chips, asked=asked)


@bp.get("/<int:cohort_id>")
@requires(Permission.COHORT_READ)
def show(cohort_id: int) -> ResponseReturnValue:
    cohort = loaded(cohort_id)
    return record_page("show", cohort, "show", board=board_of(cohort, request.args))


@bp.get("/<int:cohort_id>/roster")
@requires(Permission.TRAINEE_READ)
def roster(cohort_id: int) -> ResponseReturnValue:
    cohort = loaded(cohort_id)
    today = clock.today()
    return record_page(
        "roster",
        cohort,
        "roster",
        **roster_of(cohort, queries.roster(g.scope, cohort), request.args),
        minutes=hours.minutes_by_enrolment([cohort.id], Moment(today, today)),
        goal=queries.curriculum_minutes([cohort.id]).get(cohort.id, 0),
    )


@bp.get("/<int:cohort_id>/history")
@requires(Permission.COHORT_READ)
def history(cohort_id: int) -> ResponseReturnValue:
    cohort = loaded(cohort_id)
    if not queries.runs_whole_cohort(g.scope, cohort):
        abort(404)
    entries = pages.told(queries.history(cohort), queries.seats(g.scope, cohort))
    return record_page("history", cohort, "history", history=entries)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.COHORT_WRITE)
def new() -> ResponseReturnValue:
    writable = Scope(regions=g.scope.regions)
    open_ones = [p for p in regional_programmes(writable) if p.state is not ProgrammeState.CLOSED]
    form = NewCohortForm().offer(modules(g.scope)).within(open_ones)
    if form.validate_on_submit() and form.accepts(
        rules.open_cohort, g.actor, code=form.code.data, regional_programme=form.chosen, **form.values
    ):
        flash(_("Cohorte ouverte."))
        pages.tell_unknown_agreement(form.result)
        return redirect(url_for(".show", cohort_id=form.result.id))
    return form_page("new", form, agreements=on_offer(writable))


@bp.route("/<int:cohort_id>/edit", methods=["GET", "POST"])
@requires(Permission.COHORT_WRITE)
def edit(cohort_id: int) -> ResponseReturnValue:
    cohort = loaded(cohort_id)
    form = EditCohortForm.of(cohort).offer(modules(g.scope))
    if (
        form.validate_on_submit()
        and form.is_current(cohort)
        and form.accepts(rules.edit_cohort, g.actor, cohort, **form.values)
    ):
        flash(_("Cohorte enregistrée."))
        return redirect(url_for(".show", cohort_id=cohort.id))
    return form_page("edit", form, cohort=cohort, agreements=on_offer(g.scope))


@bp.route("/<int:cohort_id>/move/<name>", methods=["GET", "POST"])
@requires(Permission.COHORT_WRITE)
def move(cohort_id: int, name: str) -> ResponseReturnValue:
    cohort = loaded(cohort_id)
    step = COHORT_MOVES.get(name) or abort(404)
    form = StepForm(version=cohort.version)
    if not step.needs_reason:
        del form.reason
    reason = form.reason.data if form.reason else None
    if (
        form.validate_on_submit()
        and form.is_current(cohort)
        and form.accepts(rules.move_cohort, g.actor, cohort, name, reason)
    ):
        flash(_("État enregistré."))
        return redirect(url_for(".show", cohort_id=cohort.id))
    return form_page("move", form, cohort=cohort, step=step)
