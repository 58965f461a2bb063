"""Opening, editing and moving cohorts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cohorts.curriculum.models import Module
from cohorts.enrolment import queries
from cohorts.enrolment.models import (
    COHORT_MOVES,
    Cohort,
    CohortModule,
    CohortState,
    Seat,
)
from cohorts.enrolment.rules.changes import note_changes
from programme.base import clock, fixed, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.holding import hold
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import checked_move
from regions.programmes.models import ProgrammeState, RegionalProgramme
from regions.programmes.queries import targets_of

EDITABLE = ("name_ar", "name_fr", "agreement", "starts_on", "ends_on", "seats_target", "places")

journal.declare(
    {
        "enrolment:cohort:open": _l("Cohorte ouverte"),
        "enrolment:cohort:edit": _l("Cohorte modifiée"),
        "enrolment:cohort:move": _l("Changement d'état de la cohorte"),
    },
    {
        "code": _l("Code"),
        "agreement": _l("Convention"),
        "seats_target": _l("Sièges prévus"),
        "places": _l("Places par siège"),
        "modules": _l("Modules"),
    },
)


@acting(Permission.COHORT_WRITE)
def open_cohort(
    actor: Actor,
    *,
    code: str,
    regional_programme: RegionalProgramme,
    name_ar: str,
    name_fr: str | None = None,
    agreement: str,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    seats_target: int | None = None,
    places: int | None = None,
    modules: Sequence[Module],
    state: CohortState = CohortState.PLANNED,
) -> Cohort:
    """Open a cohort of a regional programme; seats and places default to its targets. Flushes.

    `agreement` is the reference of the one that carries it, which may be recorded later. Refused where the
    code is taken, the curriculum is empty, the dates are crossed or the regional programme is closed.
    """
    code = _free_code(code, regional_programme)
    targets = targets_of(regional_programme.id, starts_on or clock.today())
    values = {
        "name_ar": name_ar,
        "name_fr": name_fr or None,
        "agreement": (agreement or "").strip(),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "seats_target": seats_target or max(targets.associations_target, 1),
        "places": places or targets.places_per_association,
    }
    _check_cohort(values, modules)
    cohort = Cohort(
        code=code,
        regional_programme_id=regional_programme.id,
        region_id=regional_programme.region_id,
        state=state,
        **values,
    )
    db.session.add(cohort)
    db.session.flush()
    _teach(cohort, modules)
    after = {"code": code, **values, "modules": _codes(modules), "state": state}
    journal.record(db.session, actor, "enrolment:cohort:open", cohort, after=after)
    return cohort


@acting(Permission.COHORT_WRITE)
def edit_cohort(
    actor: Actor,
    cohort: Cohort,
    *,
    modules: Sequence[Module] | None = None,
    reason: str | None = None,
    **fields: Any,
) -> dict[str, tuple[Any, Any]]:
    """Change a cohort's fields (those of `EDITABLE`) and curriculum; answers {field: (before, after)}.

    Places cannot go below what a seat holds already, nor without a reason the seats planned below those
    given (RULES C1).
    The curriculum stays once a session of the cohort was validated (RULES C4, D4).
    """
    values = {name: fields.get(name, getattr(cohort, name)) for name in EDITABLE}
    _check_cohort(values, cohort.modules if modules is None else modules)
    reason = (reason or "").strip() or None
    _check_reductions(cohort, values, reason)
    is_retaught = modules is not None and {m.id for m in modules} != {m.id for m in cohort.modules}
    if is_retaught:
        _refuse_taught(cohort)
    changed = {n: (getattr(cohort, n), v) for n, v in values.items() if getattr(cohort, n) != v}
    for name, (_before, after) in changed.items():
        setattr(cohort, name, after)
    if is_retaught and modules is not None:
        changed["modules"] = (_codes(cohort.modules), _codes(modules))
        _teach(cohort, modules)
    if changed:
        db.session.flush()
        note_changes(actor, "enrolment:cohort:edit", cohort, changed, reason)
    return changed


def move_cohort(actor: Actor, cohort: Cohort, name: str, reason: str | None = None) -> None:
    """Make one step of a cohort's life (`COHORT_MOVES`)."""
    step = checked_move(COHORT_MOVES, name, cohort.state, actor, reason)
    before = cohort.state
    cohort.state = step.target
    db.session.flush()
    note_changes(actor, "enrolment:cohort:move", cohort, {"state": (before, step.target)}, reason)


def _free_code(code: str, regional_programme: RegionalProgramme) -> str:
    if regional_programme.state is ProgrammeState.CLOSED:
        raise Refused(_("Cette déclinaison régionale est clôturée."), "region", code="closed")
    code = (code or "").strip()
    if not code:
        raise Refused(_("Indiquez le code de la cohorte."), "code", code="required")
    if db.session.scalar(sa.select(Cohort.id).where(sa.func.lower(Cohort.code) == code.lower())):
        message = _("Le code « %(code)s » est déjà celui d'une autre cohorte.", code=code)
        raise Refused(message, "code", code="unique")
    return code


def _check_cohort(values: dict[str, Any], modules: Sequence[Module]) -> None:
    if not (values["name_ar"] or "").strip():
        raise Refused(_("Indiquez le nom en arabe."), "name_ar", code="required")
    if not values["agreement"]:
        raise Refused(_("Indiquez la convention qui porte la cohorte."), "agreement", code="required")
    if not modules:
        raise Refused(_("Choisissez les modules du programme de formation."), "modules", code="required")
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(_("La fin précède le début."), "ends_on", code="period")
    for name in ("seats_target", "places"):
        if not 1 <= values[name] <= 1000:
            raise Refused(_("Cette valeur est hors limites."), name, code="bounds")


def _check_reductions(cohort: Cohort, values: dict[str, Any], reason: str | None) -> None:
    """Refuse capacities below what is taken; the cohort is held while they are counted."""
    fewer_places, fewer_seats = (values[n] < getattr(cohort, n) for n in ("places", "seats_target"))
    if not fewer_places and not fewer_seats:
        return
    hold(cohort)
    seats = sa.select(Seat.id).where(Seat.cohort_id == cohort.id).order_by(Seat.id)
    db.session.execute(seats.with_for_update())
    fullest = max(queries.places_used_by_seat(cohort).values(), default=0)
    if fewer_places and values["places"] < fullest:
        raise Refused(_("Un siège compte déjà %(n)s bénéficiaires.", n=fullest), "places", code="C1")
    given = queries.seats_given(cohort.id)[0]
    if fewer_seats and values["seats_target"] < given and reason is None:
        sentence = _(
            "%(n)s sièges sont déjà attribués : indiquez pourquoi la cible passe au-dessous.", n=given
        )
        raise Refused(sentence, "reason", code="C1")


def _refuse_taught(cohort: Cohort) -> None:
    if fixed.is_taught(cohort_id=cohort.id):
        sentence = _("Des séances de cette cohorte sont validées : ses modules ne changent plus.")
        raise Refused(sentence, "modules", code="D4")


def _teach(cohort: Cohort, modules: Sequence[Module]) -> None:
    """Make the curriculum these modules, by records: an import must be able to take them back."""
    wanted = {module.id for module in modules}
    links = db.session.scalars(sa.select(CohortModule).where(CohortModule.cohort_id == cohort.id)).all()
    for link in links:
        if link.module_id not in wanted:
            db.session.delete(link)
    for module_id in sorted(wanted - {link.module_id for link in links}):
        db.session.add(CohortModule(cohort_id=cohort.id, module_id=module_id))
    db.session.flush()
    db.session.expire(cohort, ["modules"])


def _codes(modules: Sequence[Module]) -> str:
    return ";".join(sorted(module.code for module in modules))
