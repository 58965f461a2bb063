"""Pages of seats and of the persons in their places."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.enrolment import pages, queries, rules
from cohorts.enrolment.board import active
from cohorts.enrolment.forms import EnrolForm, SeatForm, SubstituteForm, WithdrawForm
from cohorts.enrolment.models import Enrolment, EnrolmentState, Seat
from cohorts.enrolment.routes.frame import bp, form_page, loaded, record_page
from cohorts.people import queries as people
from cohorts.people.models import Person
from programme.base import clock, hours
from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.language import gettext as _
from programme.base.measures import Moment


def _seat(seat_id: int) -> Seat:
    return queries.seat_open_to(g.scope, seat_id) or abort(404)


def _enrolment(enrolment_id: int) -> Enrolment:
    found = queries.get_enrolment(g.scope, enrolment_id) or abort(404)
    _seat(found.seat_id)
    return found


def _chosen() -> Person | None:
    """The person whom the search found and the address names."""
    asked = asked_number(request.args, "person")
    return (people.get_person(g.scope, asked) or abort(404)) if asked else None


def _search() -> dict[str, Any]:
    text = request.args.get("q", "")[:100].replace("\0", "")
    return {"q": text, "hits": people.persons_named(g.scope, text) if text else []}


@bp.route("/<int:cohort_id>/seats/new", methods=["GET", "POST"])
@requires(Permission.TRAINEE_WRITE)
def give_seat(cohort_id: int) -> ResponseReturnValue:
    cohort = loaded(cohort_id)
    if not queries.runs_whole_cohort(g.scope, cohort):
        abort(404)
    text = request.args.get("q", "")[:100].replace("\0", "")
    given = queries.seats_given(cohort.id)[0]
    form = SeatForm().offer(pages.candidates(cohort, text)).beyond(given >= cohort.seats_target)
    if form.validate_on_submit():
        values = {"granted_on": form.granted_on.data, "reason": form.reason.data}
        if form.accepts(rules.give_seat, g.actor, cohort, form.chosen, **values):
            flash(_("Siège attribué."))
            return redirect(url_for(".seat", seat_id=form.result.id))
    return form_page("give_seat", form, cohort=cohort, q=text, given=given)


@bp.get("/seats/<int:seat_id>")
@requires(Permission.TRAINEE_READ)
def seat(seat_id: int) -> ResponseReturnValue:
    shown = _seat(seat_id)
    today = clock.today()
    rows = queries.seat_roster(g.scope, shown)
    return record_page(
        "seat",
        shown.cohort,
        "show",
        seat=shown,
        rows=rows,
        free=shown.cohort.places - len(active(rows)),
        minutes=hours.minutes_by_enrolment([shown.cohort_id], Moment(today, today)),
        goal=queries.curriculum_minutes([shown.cohort_id]).get(shown.cohort_id, 0),
    )


@bp.route("/seats/<int:seat_id>/trainees/new", methods=["GET", "POST"])
@requires(Permission.TRAINEE_WRITE)
def enrol(seat_id: int) -> ResponseReturnValue:
    shown, person = _seat(seat_id), _chosen()
    form = EnrolForm().known(person is not None)
    is_own = pages.is_representative()
    if form.validate_on_submit():
        state = EnrolmentState.NOMINATED if is_own else EnrolmentState.CONFIRMED
        values = {"enrolled_on": form.enrolled_on.data, "bureau_role": form.bureau_role.data, "state": state}
        who = person or form.identity
        if form.accepts(rules.enrol_someone, g.actor, shown, who, scope=g.scope, **values):
            flash(_("Personne proposée.") if is_own else _("Bénéficiaire inscrit."))
            return redirect(url_for(".seat", seat_id=shown.id))
    return form_page("enrol", form, cohort=shown.cohort, seat=shown, person=person, **_search())


@bp.post("/trainees/<int:enrolment_id>/confirm")
@requires(Permission.TRAINEE_WRITE)
def confirm(enrolment_id: int) -> ResponseReturnValue:
    enrolment = _enrolment(enrolment_id)
    rules.confirm(g.actor, enrolment)
    flash(_("Inscription confirmée."))
    return redirect(url_for(".seat", seat_id=enrolment.seat_id))


@bp.route("/trainees/<int:enrolment_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.TRAINEE_WRITE)
def withdraw(enrolment_id: int) -> ResponseReturnValue:
    enrolment = _enrolment(enrolment_id)
    form = WithdrawForm(version=enrolment.version)
    if form.validate_on_submit() and form.is_current(enrolment):
        values = {"on": form.on.data, "reason": form.reason.data}
        if form.accepts(rules.withdraw, g.actor, enrolment, **values):
            flash(_("Bénéficiaire retiré : la place est libre."))
            return redirect(url_for(".seat", seat_id=enrolment.seat_id))
    return form_page("withdraw", form, cohort=enrolment.cohort, enrolment=enrolment)


@bp.route("/trainees/<int:enrolment_id>/substitute", methods=["GET", "POST"])
@requires(Permission.TRAINEE_WRITE)
def substitute(enrolment_id: int) -> ResponseReturnValue:
    enrolment, person = _enrolment(enrolment_id), _chosen()
    form = SubstituteForm().known(person is not None)
    if form.validate_on_submit():
        values = {"on": form.on.data, "reason": form.reason.data, "bureau_role": form.bureau_role.data}
        who = person or form.identity
        if form.accepts(rules.substitute_someone, g.actor, enrolment, who, scope=g.scope, **values):
            flash(_("Remplacement enregistré."))
            return redirect(url_for(".seat", seat_id=enrolment.seat_id))
    values = {"cohort": enrolment.cohort, "enrolment": enrolment, "person": person, **_search()}
    return form_page("substitute", form, **values)
