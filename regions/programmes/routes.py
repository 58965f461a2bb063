"""Pages of regional programmes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from programme.base import clock
from programme.base.access import Permission, requires
from programme.base.language import gettext as _
from regions.geography import queries as geography
from regions.programmes import queries, rules
from regions.programmes.forms import OpenForm, PeriodForm, ReasonForm, TargetsForm
from regions.programmes.models import MOVES, ProgrammeState, RegionalProgramme
from regions.programmes.pages import BEGINNING, moves, state_chips

bp = Blueprint("programmes", __name__, url_prefix="/regional-programmes")
FOLDER = "regions/programmes"


def _loaded(regional_programme_id: int) -> RegionalProgramme:
    return queries.get_regional_programme(g.scope, regional_programme_id) or abort(404)


def _page(template: str, form: Any, **values: Any) -> ResponseReturnValue:
    status = form.status if form.errors else 200
    return render_template(f"{FOLDER}/{template}.html", form=form, **values), status


@bp.get("")
@requires(Permission.PROGRAMME_READ)
def index() -> ResponseReturnValue:
    asked = request.args.get("state", "")
    state = ProgrammeState(asked) if asked in set(ProgrammeState) else None
    everything = queries.regional_programmes(g.scope)
    rows = [one for one in everything if state is None or one.state is state]
    return render_template(
        f"{FOLDER}/index.html",
        rows=rows,
        targets=queries.targets_of_many((one.id for one in rows), clock.today()),
        chips=state_chips(everything, state),
    )


@bp.get("/<int:regional_programme_id>")
@requires(Permission.PROGRAMME_READ)
def show(regional_programme_id: int) -> ResponseReturnValue:
    shown = _loaded(regional_programme_id)
    return render_template(
        f"{FOLDER}/show.html",
        shown=shown,
        moves=moves(shown),
        versions=queries.target_versions(shown.id),
        current=queries.targets_of(shown.id, clock.today()),
        history=queries.history(shown),
        is_beginning=shown.state in BEGINNING,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_WRITE)
def new() -> ResponseReturnValue:
    form = OpenForm().offer(geography.regions(g.scope))
    if form.validate_on_submit():
        period = {"starts_on": form.starts_on.data, "ends_on": form.ends_on.data}
        if form.accepts(
            rules.open_regional_programme, g.actor, region_id=form.region.data, **period, **form.targets
        ):
            flash(_("Déclinaison régionale ouverte. Enregistrez maintenant la convention qui la porte."))
            return redirect(url_for(".show", regional_programme_id=form.result.id))
    return _page("new", form)


@bp.route("/<int:regional_programme_id>/targets", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_WRITE)
def set_targets(regional_programme_id: int) -> ResponseReturnValue:
    shown = _loaded(regional_programme_id)
    form = TargetsForm.beside(queries.targets_of(shown.id, clock.today()))
    sent = form.validate_on_submit() and form.is_current(shown)
    if sent and form.accepts(
        rules.set_targets, g.actor, shown, effective_on=form.effective_on.data, **form.targets
    ):
        flash(_("Cibles enregistrées."))
        return redirect(url_for(".show", regional_programme_id=shown.id))
    return _page("targets", form, shown=shown)


@bp.route("/<int:regional_programme_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_WRITE)
def edit(regional_programme_id: int) -> ResponseReturnValue:
    shown = _loaded(regional_programme_id)
    form = PeriodForm.of(shown)
    if (
        form.validate_on_submit()
        and form.is_current(shown)
        and form.accepts(rules.edit_period, g.actor, shown, ends_on=form.ends_on.data)
    ):
        flash(_("Période enregistrée."))
        return redirect(url_for(".show", regional_programme_id=shown.id))
    return _page("edit", form, shown=shown)


@bp.route("/<int:regional_programme_id>/move/<name>", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_WRITE)
def move(regional_programme_id: int, name: str) -> ResponseReturnValue:
    shown = _loaded(regional_programme_id)
    step = MOVES.get(name) or abort(404)
    form = ReasonForm(version=shown.version)
    if not step.needs_reason:
        del form.reason
    reason = form.reason.data if form.reason else None
    if (
        form.validate_on_submit()
        and form.is_current(shown)
        and form.accepts(rules.move, g.actor, shown, name, reason)
    ):
        flash(_("État enregistré."))
        return redirect(url_for(".show", regional_programme_id=shown.id))
    return _page("move", form, shown=shown, step=step)
