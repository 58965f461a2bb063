"""Seats and the persons in their places: giving, nominating, confirming, withdrawing (RULES C1, C2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cohorts.enrolment import queries
from cohorts.enrolment.models import (
    ENROLMENT_MOVES,
    Cohort,
    CohortState,
    Enrolment,
    EnrolmentState,
    Seat,
)
from cohorts.enrolment.rules.changes import note_changes
from cohorts.people.models import Person
from programme.base import clock, hours, journal
from programme.base.access import Actor, Permission, Role, Scope, acting
from programme.base.extensions import db
from programme.base.holding import hold, reread
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import Move, checked_move, moves_from
from regions.associations.models import Association, BureauRole

journal.declare(
    {
        "enrolment:seat:give": _l("Siège attribué"),
        "enrolment:trainee:nominate": _l("Bénéficiaire proposé"),
        "enrolment:trainee:enrol": _l("Bénéficiaire inscrit"),
        "enrolment:trainee:confirm": _l("Inscription confirmée"),
        "enrolment:trainee:edit": _l("Inscription modifiée"),
        "enrolment:trainee:withdraw": _l("Bénéficiaire retiré"),
    },
    {
        "seat": _l("Siège"),
        "number": _l("Numéro"),
        "association_id": _l("Association"),
        "granted_on": _l("Attribué le"),
        "person_id": _l("Personne"),
        "enrolled_on": _l("Inscrit le"),
        "withdrawn_on": _l("Retiré le"),
        "bureau_role": _l("Fonction au bureau"),
        "replaces": _l("Remplace l'inscription"),
    },
)


@acting(Permission.TRAINEE_WRITE)
def give_seat(
    actor: Actor, cohort: Cohort, association: Association, *, granted_on: dt.date, reason: str | None = None
) -> Seat:
    """Give an association a seat; over the cohort's target only with a reason (RULES C1). Flushes.

    Refused in a closed cohort, twice for one association, and to a representative.
    """
    if actor.role is Role.ASSOCIATION_REPRESENTATIVE:
        raise Refused(_("Une association ne s'attribue pas de siège."), code="permission", status=403)
    hold(cohort, "state", "seats_target")
    _refuse_closed(cohort)
    if queries.seat_of(cohort.id, association.id) is not None:
        raise Refused(_("Cette association a déjà un siège dans cette cohorte."), "association", code="C1")
    given, highest = queries.seats_given(cohort.id)
    reason = (reason or "").strip() or None
    if given >= cohort.seats_target and reason is None:
        message = _(
            "Les %(target)s sièges prévus sont attribués : indiquez pourquoi la cible est dépassée.",
            target=cohort.seats_target,
        )
        raise Refused(message, "reason", code="C1")
    seat = Seat(
        cohort_id=cohort.id,
        association_id=association.id,
        number=highest + 1,
        granted_on=granted_on,
        reason=reason if given >= cohort.seats_target else None,
    )
    db.session.add(seat)
    db.session.flush()
    after = {"association_id": association.id, "number": seat.number, "granted_on": granted_on}
    journal.record(db.session, actor, "enrolment:seat:give", seat, after=after, reason=reason)
    return seat


@acting(Permission.TRAINEE_WRITE)
def enrol(
    actor: Actor,
    seat: Seat,
    person: Person,
    *,
    enrolled_on: dt.date,
    bureau_role: BureauRole | None = None,
    state: EnrolmentState = EnrolmentState.CONFIRMED,
    replaces: Enrolment | None = None,
    reason: str | None = None,
    scope: Scope | None = None,
) -> Enrolment:
    """Put a person in a place of a seat, nominated or confirmed at once. Flushes.

    Refused when the cohort is closed, all places are taken (the seat is locked while they are counted), the
    person is already active in the regional programme (RULES C2, naming where, unless that is outside `scope`),
    or a representative tries to do more than nominate.
    """
    if actor.role is Role.ASSOCIATION_REPRESENTATIVE and state is not EnrolmentState.NOMINATED:
        raise Refused(_("Une association propose ; l'opérateur confirme."), code="permission", status=403)
    cohort = seat.cohort
    hold_place(seat)
    _refuse_closed(cohort)
    _refuse_elsewhere(cohort, person, scope)
    if queries.places_taken(seat.id) >= cohort.places:
        message = _("Les %(places)s places de cette association sont prises.", places=cohort.places)
        raise Refused(message, "association", code="places")
    enrolment = Enrolment(
        seat_id=seat.id,
        cohort_id=cohort.id,
        regional_programme_id=cohort.regional_programme_id,
        person_id=person.id,
        state=state,
        bureau_role=bureau_role,
        enrolled_on=enrolled_on,
        confirmed_at=clock.now() if state is EnrolmentState.CONFIRMED else None,
        replaces_id=replaces.id if replaces else None,
    )
    db.session.add(enrolment)
    db.session.flush()
    verb = "nominate" if state is EnrolmentState.NOMINATED else "enrol"
    after = {"seat": seat.number, "person_id": person.id, "enrolled_on": enrolled_on, "state": state}
    if replaces is not None:
        after["replaces"] = replaces.id
    journal.record(db.session, actor, f"enrolment:trainee:{verb}", enrolment, after=after, reason=reason)
    return enrolment


def confirm(actor: Actor, enrolment: Enrolment) -> None:
    """Confirm a nomination; never by the association itself."""
    if actor.role is Role.ASSOCIATION_REPRESENTATIVE:
        raise Refused(_("Une association propose ; l'opérateur confirme."), code="permission", status=403)
    step = checked_move(ENROLMENT_MOVES, "confirm", enrolment.state, actor)
    _refuse_closed(enrolment.cohort)
    before = enrolment.state
    enrolment.state = step.target
    enrolment.confirmed_at = clock.now()
    db.session.flush()
    note_changes(actor, "enrolment:trainee:confirm", enrolment, {"state": (before, step.target)})


def withdraw(actor: Actor, enrolment: Enrolment, *, on: dt.date, reason: str) -> None:
    """Free the place from a day on; the hours attended stay (RULES C2). A reason is needed.

    Refused before the enrolment, and before a day on which the person was marked present (RULES C5).
    """
    step = checked_move(ENROLMENT_MOVES, "withdraw", enrolment.state, actor, reason)
    _refuse_closed(enrolment.cohort)
    if on < enrolment.enrolled_on:
        raise Refused(_("Le retrait précède l'inscription."), "on", code="period")
    _refuse_unattended(enrolment, enrolment.enrolled_on, on, "on")
    before = enrolment.state
    enrolment.state = step.target
    enrolment.withdrawn_on = on
    enrolment.withdrawal_reason = reason.strip()
    enrolment.withdrawal_recorded_at = clock.now()
    db.session.flush()
    changes = {"state": (before, step.target), "withdrawn_on": (None, on)}
    note_changes(actor, "enrolment:trainee:withdraw", enrolment, changes, reason.strip())


def substitute(
    actor: Actor,
    enrolment: Enrolment,
    person: Person,
    *,
    on: dt.date,
    reason: str,
    bureau_role: BureauRole | None = None,
    scope: Scope | None = None,
) -> Enrolment:
    """Put `person` in the place of `enrolment`, withdrawing it where it is still active (RULES C2).

    The chain is kept: the hours of both stay, at most one of the chain completes. Refused where the place
    was already taken over. A representative's substitute is a nomination.
    """
    actor.must(Permission.TRAINEE_WRITE)
    hold_place(enrolment.seat)
    if enrolment.person_id == person.id:
        raise Refused(_("Choisissez une autre personne."), "person", code="C2")
    if queries.replacement_of(enrolment) is not None:
        raise Refused(_("Cette place est déjà reprise par une autre personne."), code="C2")
    _refuse_closed(enrolment.cohort)
    _refuse_elsewhere(enrolment.cohort, person, scope)
    if enrolment.withdrawn_on is not None and on < enrolment.withdrawn_on:
        raise Refused(_("Le remplacement précède le retrait."), "on", code="period")
    if enrolment.state is not EnrolmentState.WITHDRAWN:
        withdraw(actor, enrolment, on=on, reason=reason)
    is_own = actor.role is Role.ASSOCIATION_REPRESENTATIVE
    return enrol(
        actor,
        enrolment.seat,
        person,
        enrolled_on=on,
        bureau_role=bureau_role,
        state=EnrolmentState.NOMINATED if is_own else EnrolmentState.CONFIRMED,
        replaces=enrolment,
        reason=reason,
    )


@acting(Permission.TRAINEE_WRITE)
def edit_enrolment(actor: Actor, enrolment: Enrolment, **fields: Any) -> dict[str, tuple[Any, Any]]:
    """Change `bureau_role` or `enrolled_on`; answers {field: (before, after)} of what differs.

    Refused where the enrolment would begin after its withdrawal, or after a day on which the person was
    marked present (RULES C5).
    """
    if unknown := set(fields) - {"bureau_role", "enrolled_on"}:
        raise TypeError(f"not to be edited: {sorted(unknown)}")
    changed = {n: (getattr(enrolment, n), v) for n, v in fields.items() if getattr(enrolment, n) != v}
    if not changed:
        return {}
    if "enrolled_on" in changed:
        if enrolment.withdrawn_on is not None and changed["enrolled_on"][1] > enrolment.withdrawn_on:
            raise Refused(_("Le retrait précède l'inscription."), "enrolled_on", code="period")
        _refuse_unattended(enrolment, changed["enrolled_on"][1], enrolment.withdrawn_on, "enrolled_on")
    for name, (_before, after) in changed.items():
        setattr(enrolment, name, after)
    db.session.flush()
    note_changes(actor, "enrolment:trainee:edit", enrolment, changed)
    return changed


def moves_for(enrolment: Enrolment, actor: Actor) -> dict[str, Move]:
    """The steps that this actor may take: a representative withdraws, but does not confirm."""
    moves = moves_from(ENROLMENT_MOVES, enrolment.state, actor)
    if actor.role is Role.ASSOCIATION_REPRESENTATIVE:
        moves.pop("confirm", None)
    return moves


def _refuse_closed(cohort: Cohort) -> None:
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("Cette cohorte est close."), "cohort", code="closed")


def _refuse_unattended(enrolment: Enrolment, first: dt.date, last: dt.date | None, field: str) -> None:
    """Refuse a period of enrolment that leaves a day of attendance outside (RULES C5)."""
    attended = hours.days_attended(enrolment.id)
    if attended is None:
        return
    if attended[0] < first or (last is not None and attended[1] > last):
        day = attended[0] if attended[0] < first else attended[1]
        message = _("Cette personne est marquée présente le %(day)s.", day=format_date(day))
        raise Refused(message, field, code="C5")


def _refuse_elsewhere(cohort: Cohort, person: Person, scope: Scope | None) -> None:
    other = queries.active_enrolment(cohort.regional_programme_id, person.id)
    if other is None:
        return
    if scope is not None and queries.get_enrolment(scope, other.id) is None:
        sentence = _("Cette personne est déjà inscrite dans une cohorte de cette déclinaison régionale.")
        raise Refused(sentence, "person", code="C2")
    message = _(
        "%(name)s est déjà dans la cohorte %(cohort)s pour l'association « %(association)s ».",
        name=person.name,
        cohort=other.cohort.code,
        association=other.seat.association.name,
    )
    raise Refused(message, "person", code="C2")


def hold_place(seat: Seat) -> None:
    """Let nobody else fill, empty or reduce this seat before the transaction ends."""
    hold(seat)
    reread(seat.cohort, "state", "places")
