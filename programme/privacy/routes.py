"""Requests of persons about their own data."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from cohorts.people import queries as people
from cohorts.people.models import Person
from cohorts.people.rules import publish_text
from programme.base import clock, journal
from programme.base.access import Permission, requires
from programme.base.asked import asked_number
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.noting import note
from programme.base.states import moves_from
from programme.journal.pages import lines
from programme.privacy import pages, queries, rules
from programme.privacy import retention as kept
from programme.privacy.dossier import EXPORTED, IDENTIFIED, dossier, opened
from programme.privacy.forms import FORMS, EraseForm, OwnRequestForm, RequestForm, TextForm
from programme.privacy.models import MOVES, OPEN_STATES, PersonalRequest, RequestKind, RequestState
from reports.rendering import MEDIA, render

bp = Blueprint("privacy", __name__, url_prefix="/privacy")
FOLDER = "programme/privacy"


def loaded(request_id: int) -> PersonalRequest:
    """The request in scope, or 404."""
    return queries.get_request(g.scope, request_id) or abort(404)


def _days() -> int:
    return int(current_app.config["HOUSE"].answer_days)


@bp.get("/requests")
@requires(Permission.REQUEST_READ)
def index() -> ResponseReturnValue:
    is_open = request.args.get("state") != "closed"
    offset = max(asked_number(request.args, "from") or 0, 0)
    found = queries.requests(g.scope, is_open=is_open, offset=offset)
    return render_template(
        f"{FOLDER}/index.html",
        rows=found[: queries.PAGE],
        is_open=is_open,
        offset=offset,
        more=len(found) > queries.PAGE,
        page_size=queries.PAGE,
        today=clock.today(),
    )


@bp.route("/people/<int:person_id>/requests/new", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def new(person_id: int) -> ResponseReturnValue:
    return _receive(people.get_person(g.scope, person_id) or abort(404))


@bp.route("/requests/new", methods=["GET", "POST"])
@requires(Permission.REQUEST_DECIDE)
def new_of_nobody() -> ResponseReturnValue:
    """A request of somebody who is not in the records: the answer says so."""
    return _receive(None)


def _receive(person: Person | None) -> ResponseReturnValue:
    form = RequestForm()
    if form.validate_on_submit() and form.accepts(
        rules.receive, g.actor, person=person, days=_days(), **form.values
    ):
        flash(_("Demande enregistrée."))
        return redirect(url_for(".show", request_id=form.result.id))
    return render_template(
        f"{FOLDER}/new.html", form=form, person=person
    ), form.status if form.errors else 200


@bp.get("/requests/<int:request_id>")
@requires(Permission.REQUEST_READ)
def show(request_id: int) -> ResponseReturnValue:
    one = loaded(request_id)
    return render_template(
        f"{FOLDER}/show.html",
        one=one,
        moves=_moves(one),
        is_open=one.state in OPEN_STATES,
        left=(one.due_on - clock.today()).days,
        history=lines(journal.history(db.session, "personal_request", one.id)),
    )


def _moves(one: PersonalRequest) -> list[dict[str, Any]]:
    """The buttons of a request, the usual one first."""
    found: list[dict[str, Any]] = []
    is_erasure = one.kind is RequestKind.ERASURE and one.person_id is not None
    if is_erasure and one.state is RequestState.GRANTED and g.actor.may(Permission.REQUEST_DECIDE):
        href = url_for(".erase", request_id=one.id)
        found.append({"label": _("Relire et effacer"), "href": href, "method": "get", "main": True})
    for name, step in moves_from(MOVES, one.state, g.actor).items():
        if name == "done" and is_erasure:
            continue
        is_check = name == "check"
        href = url_for(
            ".check" if is_check else ".decide", request_id=one.id, name=None if is_check else name
        )
        found.append(
            {
                "label": step.label,
                "href": href,
                "method": "get",
                "main": not step.needs_reason,
                "tone": "red" if step.needs_reason else None,
            }
        )
    return found


@bp.route("/requests/<int:request_id>/check", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def check(request_id: int) -> ResponseReturnValue:
    return _step(loaded(request_id), "check")


@bp.route("/requests/<int:request_id>/<any(grant, refuse, done):name>", methods=["GET", "POST"])
@requires(Permission.REQUEST_DECIDE)
def decide(request_id: int, name: str) -> ResponseReturnValue:
    return _step(loaded(request_id), name)


def _step(one: PersonalRequest, name: str) -> ResponseReturnValue:
    form = FORMS[name](obj=one)
    words = {field: form[field].data for field in ("proof", "reason") if field in form}
    if (
        form.validate_on_submit()
        and form.is_current(one)
        and form.accepts(rules.move, g.actor, one, name, **words)
    ):
        flash(_("Demande mise à jour."))
        return redirect(url_for(".show", request_id=one.id))
    page = render_template(f"{FOLDER}/step.html", form=form, one=one, move=MOVES[name], step=name)
    return page, form.status if form.errors else 200


@bp.route("/requests/<int:request_id>/erase", methods=["GET", "POST"])
@requires(Permission.REQUEST_DECIDE, sensitive=True)
def erase(request_id: int) -> ResponseReturnValue:
    one = loaded(request_id)
    if one.person is None or one.kind is not RequestKind.ERASURE or one.state is not RequestState.GRANTED:
        return redirect(url_for(".show", request_id=one.id))
    made, form = rules.plan(one.person), EraseForm()
    sent = request.form if form.is_submitted() else {}
    if form.validate_on_submit() and form.accepts(
        rules.erase, g.actor, one.person, pages.choices(made, sent), _instance(), request=one
    ):
        flash(_("Données effacées : les chiffres restent ce qu'ils étaient."))
        return redirect(url_for(".show", request_id=one.id))
    page = pages.erasure(made, sent, _instance())
    return render_template(
        f"{FOLDER}/erase.html", form=form, one=one, **page
    ), form.status if form.errors else 200


def _instance() -> Path:
    return Path(current_app.config["HOUSE"].instance)


@bp.get("/people/<int:person_id>/file.<any(xlsx, pdf, json):kind>")
@requires(Permission.REQUEST_DECIDE, sensitive=True)
def file(person_id: int, kind: str) -> ResponseReturnValue:
    """Everything held on a person, their full national id with it: both are in the journal (RULES D1)."""
    person = people.get_person(g.scope, person_id) or abort(404)
    made = dossier(person)
    data = render(made, kind, _instance())
    read = opened(person)
    note(g.actor, EXPORTED, ("person", person_id), format=kind)
    for ident in read:
        note(g.actor, IDENTIFIED, ("person", ident))
    return send_file(
        io.BytesIO(data), MEDIA[kind], as_attachment=True, download_name=f"{made.reference}.{kind}"
    )


@bp.get("/texts")
@requires(Permission.PRIVACY_READ)
def texts() -> ResponseReturnValue:
    return render_template(f"{FOLDER}/texts.html", texts=people.consent_texts())


@bp.route("/texts/new", methods=["GET", "POST"])
@requires(Permission.PRIVACY_WRITE)
def new_text() -> ResponseReturnValue:
    form = TextForm()
    if form.validate_on_submit() and form.accepts(publish_text, g.actor, **form.values):
        flash(_("Texte publié."))
        return redirect(url_for(".texts"))
    return render_template(f"{FOLDER}/new_text.html", form=form), form.status if form.errors else 200


@bp.get("/retention")
@requires(Permission.PRIVACY_READ)
def retention() -> ResponseReturnValue:
    runs = lines(queries.entries_of(kept.EVENT))
    return render_template(f"{FOLDER}/retention.html", rules=kept.rules(), due=kept.due(), runs=runs)


@bp.route("/own", methods=["GET", "POST"])
@requires(Permission.OWN_REQUEST)
def own() -> ResponseReturnValue:
    persons = queries.own_persons(g.scope) or abort(404)
    form = OwnRequestForm()
    if form.validate_on_submit() and form.accepts(
        rules.ask, g.actor, persons[0], kind=form.kind.data, details=form.details.data, days=_days()
    ):
        flash(_("Demande envoyée."))
        return redirect(url_for(".own"))
    asked = queries.requests_of([one.id for one in persons])
    page = render_template(f"{FOLDER}/own.html", form=form, asked=asked, today=clock.today())
    return page, form.status if form.errors else 200
