"""A person's file: identity, enrolments and hours, consents, history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cohorts.enrolment import queries as enrolment
from cohorts.people import pages, queries, rules
from cohorts.people.forms import ConsentForm, EditPersonForm, ReopenPairForm
from cohorts.people.models import PairState, Person
from programme.base import clock, hours
from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.cleaning import format_phone
from programme.base.language import gettext as _
from programme.base.measures import Moment
from regions.geography import queries as geography

bp = Blueprint("people", __name__, url_prefix="/people")
FOLDER = "cohorts/people"


def _loaded(person_id: int) -> Person:
    return queries.get_person(g.scope, person_id) or abort(404)


def _file(person: Person, national_id: str = "") -> str:
    enrolments = queries.enrolments_of(g.scope, person)
    cohort_ids = [one.cohort_id for one in enrolments]
    today = clock.today()
    return render_template(
        f"{FOLDER}/show.html",
        person=person,
        national_id=national_id,
        enrolments=enrolments,
        minutes=hours.minutes_by_enrolment(cohort_ids, Moment(today, today)),
        goals=enrolment.curriculum_minutes(cohort_ids),
        consents=queries.consents_of(person),
        suspects=queries.look_alikes(g.scope, person),
        history=pages.told(queries.history(person, enrolments), enrolments),
        telephone=format_phone(person.phone) if person.phone else "",
    )


@bp.get("/<int:person_id>")
@requires(Permission.TRAINEE_READ)
def show(person_id: int) -> ResponseReturnValue:
    return _file(_loaded(person_id))


@bp.post("/<int:person_id>/national-id")
@requires(Permission.TRAINEE_IDENTIFY, saves=True, sensitive=True)
def identify(person_id: int) -> ResponseReturnValue:
    """Show the whole national id once; the reading is in the journal (RULES D1)."""
    person = _loaded(person_id)
    return _file(person, rules.full_national_id(g.actor, person))


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.TRAINEE_WRITE)
def edit(person_id: int) -> ResponseReturnValue:
    person = _loaded(person_id)
    form = EditPersonForm.of(person)
    if (
        form.validate_on_submit()
        and form.is_current(person)
        and form.accepts(rules.edit_person, g.actor, person, scope=g.scope, **form.identity)
    ):
        flash(_("Fiche enregistrée."))
        return redirect(url_for(".show", person_id=person.id))
    return _page("edit", form, person)


@bp.route("/<int:person_id>/consents/new", methods=["GET", "POST"])
@requires(Permission.TRAINEE_WRITE)
def consent(person_id: int) -> ResponseReturnValue:
    person = _loaded(person_id)
    form = ConsentForm()
    form.offer(one.version for one in queries.consent_texts() if one.from_on <= clock.today())
    if form.validate_on_submit() and form.accepts(rules.give_consent, g.actor, person, **form.values):
        flash(_("Consentement enregistré."))
        return redirect(url_for(".show", person_id=person.id))
    return _page("consent", form, person)


@bp.post("/<int:person_id>/consents/<int:consent_id>/withdraw")
@requires(Permission.TRAINEE_WRITE)
def withdraw_consent(person_id: int, consent_id: int) -> ResponseReturnValue:
    person = _loaded(person_id)
    found = queries.get_consent(g.scope, person_id, consent_id) or abort(404)
    rules.withdraw_consent(g.actor, person, found, max(clock.today(), found.given_on))
    flash(_("Consentement retiré."))
    return redirect(url_for(".show", person_id=person.id))


@bp.get("/pairs")
@requires(Permission.TRAINEE_DECIDE)
def pairs() -> ResponseReturnValue:
    asked = request.args.get("state")
    state = next((one for one in PairState if one == asked), PairState.OPEN)
    scope = geography.inside(g.scope, request.args.get("region"))
    found = queries.person_pairs(scope, state, after=asked_number(request.args, "after") or 0, limit=26)
    ids = {one for pair in found for one in (pair.first_id, pair.second_id)}
    return render_template(
        f"{FOLDER}/pairs.html",
        pairs=found[:25],
        region=geography.code_within(scope),
        people=queries.by_id(g.scope, ids),
        associations=queries.associations_by_person(g.scope, ids),
        state=state,
        more=len(found) > 25,
    )


@bp.post("/pairs/<int:pair_id>/<any(same, distinct):state>")
@requires(Permission.TRAINEE_DECIDE)
def decide(pair_id: int, state: str) -> ResponseReturnValue:
    pair = queries.get_pair(g.scope, pair_id) or abort(404)
    rules.decide_pair(g.actor, pair, state)
    flash(_("Décision enregistrée ; elle peut être reprise."))
    return redirect(url_for(".pairs", region=request.args.get("region")))


@bp.route("/pairs/<int:pair_id>/reopen", methods=["GET", "POST"])
@requires(Permission.TRAINEE_DECIDE)
def reopen(pair_id: int) -> ResponseReturnValue:
    pair = queries.get_pair(g.scope, pair_id) or abort(404)
    form = ReopenPairForm()
    if form.validate_on_submit() and form.accepts(rules.reopen_pair, g.actor, pair, reason=form.reason.data):
        flash(_("Doublon de nouveau à examiner."))
        return redirect(url_for(".pairs", region=request.args.get("region")))
    people = queries.by_id(g.scope, (pair.first_id, pair.second_id))
    both = [people[pair.first_id], people[pair.second_id]]
    status = form.status if form.errors else 200
    return render_template(f"{FOLDER}/reopen.html", form=form, pair=pair, people=both), status


def _page(template: str, form: Any, person: Person) -> ResponseReturnValue:
    status = form.status if form.errors else 200
    return render_template(f"{FOLDER}/{template}.html", form=form, person=person), status
