"""Pages of transfers: the list, the entry of a sheet, one activity and its steps."""

from __future__ import annotations

from http.client import CONFLICT
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.enrolment.queries import is_trained
from cohorts.transfer import forms, pages, queries, rules
from cohorts.transfer.models import MOVES, OPEN, TransferActivity, TransferParticipation
from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.forms import HouseForm
from programme.base.language import gettext as _

P = Permission
bp = Blueprint("transfer", __name__, url_prefix="/transfers")


def _activity(activity_id: int) -> TransferActivity:
    return queries.get_activity(g.scope, activity_id) or abort(404)


def _opened(activity_id: int) -> TransferActivity:
    """An activity whose sheet may still be changed; 409 otherwise."""
    activity = _activity(activity_id)
    return activity if activity.state in OPEN else abort(CONFLICT)


def _line(activity: TransferActivity, participation_id: int) -> TransferParticipation:
    return next((one for one in activity.participations if one.id == participation_id), None) or abort(404)


def _show(activity: TransferActivity) -> ResponseReturnValue:
    return redirect(url_for(".show", activity_id=activity.id))


def _page(name: str, form: HouseForm, **values: Any) -> ResponseReturnValue:
    status = form.status if form.errors else 200
    return render_template(f"cohorts/transfer/{name}.html", form=form, **values), status


@bp.get("")
@requires(P.TRANSFER_READ)
def index() -> ResponseReturnValue:
    return render_template("cohorts/transfer/index.html", **pages.listing(g.scope, request.args))


@bp.route("/new", methods=["GET", "POST"])
@requires(P.TRANSFER_DECLARE)
def new() -> ResponseReturnValue:
    form = forms.EntryForm(host_id=asked_number(request.args, "host"))
    if "more" in request.form:
        form.more()
    pages.offer(g.scope, form)
    if "more" not in request.form and form.validate_on_submit():
        host = queries.get_host(g.scope, form.host_id.data or 0) or abort(404)
        said = {"host": host, "participants": form.participants(), "scope": g.scope, **form.said()}
        if form.accepts(rules.enter, g.actor, **said):
            flash(_("Feuille enregistrée. Relisez-la, puis déclarez l'activité."), "success")
            return _show(form.result)
    return _page("new", form)


@bp.get("/<int:activity_id>")
@requires(P.TRANSFER_READ)
def show(activity_id: int) -> ResponseReturnValue:
    activity = _activity(activity_id)
    return render_template(
        "cohorts/transfer/show.html",
        activity=activity,
        moves=pages.moves(g.actor, activity),
        is_mine=pages.is_mine(g.actor, activity),
        is_open=activity.state in OPEN and g.actor.may(P.TRANSFER_DECLARE),
        is_trained=is_trained(activity.host_id),
        history=pages.told(queries.history(activity)),
    )


@bp.route("/<int:activity_id>/edit", methods=["GET", "POST"])
@requires(P.TRANSFER_DECLARE)
def edit(activity_id: int) -> ResponseReturnValue:
    activity = _opened(activity_id)
    form = forms.ActivityForm(obj=activity)
    pages.offer_said(g.scope, form, activity)
    sent = form.validate_on_submit() and form.is_current(activity)
    if sent and form.accepts(rules.edit, g.actor, activity, **form.said()):
        flash(_("Activité enregistrée."), "success")
        return _show(activity)
    return _page("edit", form, activity=activity)


@bp.route("/<int:activity_id>/participants/new", methods=["GET", "POST"])
@requires(P.TRANSFER_DECLARE)
def add(activity_id: int) -> ResponseReturnValue:
    activity = _activity(activity_id)
    latest = max((one.on_date for one in activity.participations), default=None)
    form = forms.SheetForm(on_date=latest)
    if "more" in request.form:
        form.more()
    form.offer_provinces(pages.provinces(g.scope, activity.host))
    sent = "more" not in request.form and form.validate_on_submit()
    if sent and form.accepts(rules.add_participants, g.actor, activity, form.participants(), g.scope):
        flash(_("Participants ajoutés."), "success")
        return _show(activity)
    return _page("add", form, activity=activity)


@bp.route("/<int:activity_id>/participants/<int:participation_id>/edit", methods=["GET", "POST"])
@requires(P.TRANSFER_DECLARE)
def change(activity_id: int, participation_id: int) -> ResponseReturnValue:
    activity = _opened(activity_id)
    line = _line(activity, participation_id)
    form = forms.TimeForm.of(line)
    sent = form.validate_on_submit() and form.is_current(activity)
    if sent and form.accepts(rules.change_minutes, g.actor, line, form.minutes):
        flash(_("Durée enregistrée."), "success")
        return _show(activity)
    return _page("change", form, activity=activity, line=line)


@bp.post("/<int:activity_id>/participants/<int:participation_id>/remove")
@requires(P.TRANSFER_DECLARE)
def remove(activity_id: int, participation_id: int) -> ResponseReturnValue:
    activity = _activity(activity_id)
    rules.remove_participant(g.actor, activity, _line(activity, participation_id))
    flash(_("Participant retiré."), "success")
    return _show(activity)


@bp.route("/<int:activity_id>/steps/<name>", methods=["GET", "POST"])
@requires(P.TRANSFER_READ)
def step(activity_id: int, name: str) -> ResponseReturnValue:
    activity, move = _activity(activity_id), MOVES.get(name) or abort(404)
    g.actor.must(move.permission)
    form = (forms.ReasonForm if move.needs_reason else forms.StepForm)(version=activity.version)
    sent = form.validate_on_submit() and form.is_current(activity)
    if sent and form.accepts(rules.move, g.actor, activity, name, form.reason.data):
        flash(str(pages.SAID[name]), "success")
        return _show(activity)
    return _page("step", form, activity=activity, move=move)
